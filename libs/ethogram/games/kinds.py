"""The two kinds of turn, a round of a match and a scenario, behind one face that the director sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ethogram.events import Check, GameId, Kind, Option, ScenarioPlan, Situation
from ethogram.games.course import Course
from ethogram.games.generation import Scenario, scenario
from ethogram.games.rules import Ruleset
from ethogram.games.sequences import picked
from ethogram.games.templates import Library

History = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Executed:
    """What became of the intentions of a turn; actions and payoffs per seat."""

    actions: Sequence[str]
    """What was carried out: an action symbol, or the id of an option."""
    payoffs: Sequence[float]
    """What it earned."""
    symbols: Sequence[str]
    """What the history remembers, one symbol per player."""


class Turn(Protocol):
    """A turn that can be presented and carried out."""

    @property
    def kind(self) -> Kind:
        """A round of a game or a scenario."""

    @property
    def text(self) -> str:
        """What the agents read."""

    @property
    def options(self) -> tuple[Option, ...]:
        """What may be chosen."""

    @property
    def default(self) -> str:
        """The option of a seat that made no valid choice."""

    @property
    def payoffs(self) -> dict[str, tuple[float, ...]]:
        """Payoff per seat for each joint action, where the game has them."""

    @property
    def situation(self) -> Situation | None:
        """What a scenario tells beyond its text."""

    @property
    def deadline_s(self) -> float | None:
        """Seconds for the answer, where time itself is part of the turn."""

    @property
    def check(self) -> Check | None:
        """A question about the text."""

    def understood(self, answer: str | None) -> bool | None:
        """Whether that question was answered rightly; none where it was not asked or not answered."""

    def opens(self, executed: str) -> bool:
        """Whether what was done leads to one more turn."""

    def shown(self, history: History) -> History:
        """The history as the agents see it in this turn."""

    def carry_out(self, intended: Sequence[str]) -> Executed:
        """Apply the rules to what the seats intend."""


@dataclass(frozen=True, slots=True)
class Round:
    """A round of a match."""

    rules: Ruleset
    seed: int
    game_id: GameId
    turn: int
    kind: Kind = "game"
    situation: Situation | None = None
    deadline_s: float | None = None
    check: Check | None = None

    @property
    def text(self) -> str:
        """The rules in words."""
        return self.rules.told(self.turn)

    @property
    def options(self) -> tuple[Option, ...]:
        """The actions."""
        return self.rules.options

    @property
    def default(self) -> str:
        """As the game says."""
        return self.rules.default

    @property
    def payoffs(self) -> dict[str, tuple[float, ...]]:
        """The payoffs of the match."""
        return self.rules.payoffs

    def understood(self, answer: str | None) -> bool | None:
        """Nothing is asked."""
        return None

    def opens(self, executed: str) -> bool:
        """A match has its rounds."""
        return False

    def shown(self, history: History) -> History:
        """All that was executed."""
        return history

    def carry_out(self, intended: Sequence[str]) -> Executed:
        """Noise, then payoffs."""
        joint = self.rules.executed(intended, self.seed, self.game_id, self.turn)
        return Executed(joint, self.rules.payoffs[joint], joint)


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
    def default(self) -> str:
        """What silence amounts to."""
        return self.scenario.default

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

    def opens(self, executed: str) -> bool:
        """Whether the chosen option has a follow-up."""
        return executed in self.scenario.opens

    def shown(self, history: History) -> History:
        """The agent's leanings so far, and the counterpart's conduct including the present one."""
        return (history[0], history[1] + self.scenario.conduct)

    def carry_out(self, intended: Sequence[str]) -> Executed:
        """What is chosen is done; the history remembers its leaning."""
        leaning = self.scenario.option(intended[0]).leaning
        return Executed(intended, (0.0,), (leaning, self.scenario.conduct))


def turn_of(course: Course, game_id: GameId, turn: int, templates: Library | None) -> Turn:
    """The turn with this number of a game: of a sequence of scenarios only the current one."""
    play = course.games[game_id]
    if play.rules is not None:
        return Round(course.rulesets[play.rules], course.seed, game_id, turn)
    if templates is None:
        raise ValueError(f"session {course.session_id} has scenarios, but their templates are not there")
    return Dilemma(scenario(course.seed, plan_of(course), picked(play), templates))


def plan_of(course: Course) -> ScenarioPlan:
    """What the training says of scenarios."""
    if course.scenarios is None:
        raise ValueError(f"session {course.session_id} has a sequence of scenarios but no plan for it")
    return course.scenarios
