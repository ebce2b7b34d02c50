"""The arena of a session: whether it can be played, how it enters the course, what the director makes of its turns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ethogram.events import (
    AccusationDecided,
    ArenaPlan,
    Event,
    Training,
    TurnResolved,
    quantise,
)
from ethogram.events.arena import ARENA
from ethogram.events.explanation import Problem
from ethogram.games.arena import rounds
from ethogram.games.arena.acts import FEWEST, MOST
from ethogram.games.arena.floor import points_of
from ethogram.games.arena.ledger import Arena
from ethogram.games.course import Course, Play
from ethogram.games.rules import Ruleset


def problems(
    training: Training, adapters: Mapping[str, Callable[[Mapping[str, Any]], Sequence[str]]]
) -> list[Problem]:
    """What keeps a training's arena from being played; `adapters` check what its narrator needs."""
    if training.arena is None:
        return []
    count, told, found = len(training.agents), training.arena.narrator, []
    if not FEWEST <= count <= MOST:
        change = "add some" if count < FEWEST else "leave some out"
        words = f"an arena is for {FEWEST} to {MOST} agents, there are {count}; {change}"
        found.append(Problem(("arena",), words))
    if told is not None and (check := adapters.get(told.adapter)):
        found += [Problem(("arena", "narrator", "config"), words) for words in check(told.config)]
    return found


def most_turns(training: Training) -> int:
    """Turns of the arena at most: each contributes, all may accuse, the accused answer."""
    return 0 if training.arena is None else training.arena.rounds * (len(training.agents) + 2)


def with_arena(course: Course, plan: ArenaPlan) -> Course:
    """The course with an arena of all its agents."""
    agents = tuple(course.agents)
    arena = rounds.first(plan, agents, ARENA, course.seed)
    play = Play(
        players=agents, turns=0, rounds=plan.rounds, rules=len(course.rulesets), history=("",) * len(agents),
        answers=(None,) * len(agents), scores=(0.0,) * len(agents), arena=arena,
    )  # fmt: skip
    return course.model_copy(update={
        "rulesets": (*course.rulesets, _rules(plan, len(agents))), "games": {**course.games, ARENA: play},
        "open": course.open + 1,
    })  # fmt: skip


def opened(course: Course) -> Sequence[Event]:
    """What is told when the arena of a session opens."""
    return [rounds.opened(arena, course.session_id, {}) for _, arena in _live(course)]


def advance(course: Course, play: Play, told: TurnResolved) -> tuple[Play, TurnResolved, Sequence[Event]]:
    """What follows from a turn of an arena that was carried out."""
    assert play.arena is not None
    answers = {seat: taken for seat, taken in enumerate(play.answers) if taken is not None}
    done = {each.seat: (each.executed, answers[each.seat]) for each in told.actions}
    arena, events = rounds.go_on(play.arena, course.session_id, course.seed, play.scores, play.resolved, done)
    moved = _moved(play, arena)
    if arena.stage == "hearing":
        moved = moved.model_copy(update={"awaits": events[-1].id})
    return moved, told.model_copy(update={"last": moved.over}), events


def is_open(course: Course, decided: AccusationDecided) -> bool:
    """Whether a case waits for the council."""
    play = course.games.get(decided.game_id)
    arena = play.arena if play else None
    if course.phase != "playing" or arena is None or arena.stage != "hearing":
        return False
    return any(case.number == decided.case for case in arena.cases)


def heed(course: Course, play: Play, decided: AccusationDecided) -> tuple[Play, Sequence[Event]]:
    """What follows from a decision of the council."""
    assert play.arena is not None
    arena, events = rounds.heed(play.arena, course.seed, play.scores, decided)
    moved = _moved(play, arena)
    return (moved if arena.stage == "hearing" else moved.model_copy(update={"awaits": None})), events


def broken_off(course: Course) -> Sequence[Event]:
    """How arenas ended that were not played to their end: without a champion."""
    return [
        rounds.concluded(arena, course.session_id, course.seed, play.scores, whole=False)
        for play, arena in _live(course)
    ]


def _live(course: Course) -> list[tuple[Play, Arena]]:
    return [
        (play, play.arena) for _, play in sorted(course.games.items()) if play.arena is not None and not play.over
    ]  # fmt: skip


def _moved(play: Play, arena: Arena) -> Play:
    """The match as its arena stands; once that is over it keeps its points alone."""
    if arena.stage != "over":
        return play.model_copy(update={"arena": arena})
    points = tuple(quantise(points_of(arena, play.scores, seat)) for seat in range(len(play.players)))
    return play.model_copy(update={
        "arena": arena, "over": True, "scores": points, "history": ("",) * len(play.players),
    })  # fmt: skip


def _rules(plan: ArenaPlan, agents: int) -> Ruleset:
    """The arena as an entry of the games: its numbers are the knobs; its stages follow from the play."""
    numbers = {name: value for name, value in plan if isinstance(value, int | float) and name != "rounds"}
    return Ruleset(
        game=str(ARENA), players=agents, rounds=plan.rounds, noise=0.0, stages=(), knobs=numbers, alike=True,
        about="", rule=str(ARENA), longest=agents + 2,
    )  # fmt: skip
