"""The kinds of turn, a round of a match and a scenario, behind one face that the director sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ethogram.events import Check, GameId, Kind, Option, ScenarioPlan, Situation
from ethogram.games.arena.stage import Bout
from ethogram.games.asking import Ask, Executed, History, Turn
from ethogram.games.course import Course
from ethogram.games.generation import Scenario, scenario
from ethogram.games.libraries import Episode
from ethogram.games.rounds import Round
from ethogram.games.sequences import picked
from ethogram.games.templates import Library


@dataclass(frozen=True, slots=True)
class Dilemma:
    """A scenario that one agent faces alone; the counterpart has moved already."""

    scenario: Scenario
    kind: Kind = "scenario"

    @property
    def text(self) -> str:
        """The story."""
        return self.scenario.text

    @property
    def options(self) -> tuple[Option, ...]:
        """In the order shown."""
        return self.scenario.options

    @property
    def told(self) -> tuple[Option, ...]:
        """The record of the turn has them all."""
        return self.scenario.options

    @property
    def payoffs(self) -> dict[str, tuple[float, ...]]:
        """A dilemma pays no points."""
        return {}

    @property
    def situation(self) -> Situation:
        """What it is made of."""
        return self.scenario.situation

    @property
    def deadline_s(self) -> float | None:
        """As the template says, tighter under stress."""
        return self.scenario.deadline_s

    @property
    def check(self) -> Check | None:
        """The question of the template, if the training wants it asked."""
        return self.scenario.check

    def understood(self, answer: str | None) -> bool | None:
        """Whether the answer is the right one."""
        return None if self.check is None or answer is None else answer == self.scenario.right

    @property
    def asks(self) -> tuple[Ask, ...]:
        """The agent, alone; the default is what silence amounts to."""
        return (Ask(seat=0, options=self.scenario.options, default=self.scenario.default),)

    def shown(self, history: History) -> History:
        """The agent's leanings so far, and the counterpart's conduct including the present one."""
        return (history[0], history[1] + self.scenario.conduct)

    def carry_out(self, intended: Mapping[int, str]) -> Executed:
        """What is chosen is done, and may have a follow-up; the history remembers its leaning."""
        leaning = self.scenario.option(intended[0]).leaning
        return Executed(
            actions=intended, payoffs=(0.0,), symbols=(leaning, self.scenario.conduct),
            opens=intended[0] in self.scenario.opens,
        )  # fmt: skip


def turn_of(course: Course, game_id: GameId, turn: int, templates: Library | None) -> Turn:
    """The turn with this number of a game: of a sequence of scenarios only the current one."""
    play = course.games[game_id]
    if play.arena is not None:
        return Bout(play.arena, course.session_id, course.seed, turn, play)
    if play.rules is not None and course.rulesets[play.rules].engine:
        return Episode(course.rulesets[play.rules], course.seed, game_id, turn, play)
    if play.rules is not None:
        return Round(course.rulesets[play.rules], course.seed, game_id, turn, play)
    if templates is None:
        raise ValueError(f"session {course.session_id} has scenarios, but their templates are not there")
    return Dilemma(scenario(course.seed, plan_of(course), picked(play), templates))


def plan_of(course: Course) -> ScenarioPlan:
    """What the training says of scenarios."""
    if course.scenarios is None:
        raise ValueError(f"session {course.session_id} has a sequence of scenarios but no plan for it")
    return course.scenarios
