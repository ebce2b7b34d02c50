"""Branches: where a fork begins in its origin, and what became otherwise because of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ethogram.events import (
    AgentId,
    DecisionMade,
    EthogramError,
    PrinciplesInferred,
    ScenarioPresented,
    ScoreUpdated,
    TurnResolved,
    Value,
    VerdictIssued,
)
from ethogram.events.envelope import Record


class Outcome(Value):
    """What one agent came to in one session."""

    verdict: str = ""
    total: float | None = None
    rank: int | None = None
    cooperation: float | None = None
    """Share of its chosen actions in games that were C."""
    plays_like: str = ""
    """Strategy that it plays most like."""


class Compared(Value):
    """One agent in both."""

    agent_id: AgentId
    origin: Outcome
    fork: Outcome


class Branch(Value):
    """A fork beside its origin."""

    origin: str
    fork: str
    turns: int
    """Turns of the origin that count in the fork as they were."""
    differing: tuple[str, ...]
    """Of these, turns that came out otherwise: none, or the fork is no continuation of its origin."""
    parted: str = ""
    """The first turn, by game and number, that was played otherwise; empty if all was played alike."""
    agents: tuple[Compared, ...]


def turns_before(records: Iterable[Record], event_id: str) -> int:
    """How many turns were resolved before an event, or with it: its fork begins after them.

    For a turn that was presented, or a decision in it: those resolved when the game's turn before was.
    """
    records = list(records)
    found = next((record.event for record in records if record.id == event_id), None)
    numbers = {
        (event.game_id, event.turn): event.number
        for event in (record.event for record in records)
        if isinstance(event, TurnResolved)
    }
    if isinstance(found, TurnResolved):
        return found.number
    if isinstance(found, ScenarioPresented | DecisionMade):
        return numbers.get((found.game_id, found.turn - 1), 0)
    what = f"{event_id} is a {found.TYPE}" if found else f"no event {event_id} is in this session"
    raise EthogramError("fork-point", f"{what}; fork at a turn (presented or resolved) or at a decision")


def compared(origin: Sequence[Record], fork: Sequence[Record], turns: int) -> Branch:
    """Both, side by side."""
    was, now = _played(origin), _played(fork)
    kept = {place for place, (number, _) in was.items() if number <= turns}
    differing = sorted(place for place in kept if place in now and now[place][1] != was[place][1])
    parted = min((place for place in now if place not in was or now[place][1] != was[place][1]), default=None,
                 key=lambda place: now[place][0])  # fmt: skip
    before, after = _outcomes(origin), _outcomes(fork)
    return Branch(
        origin=origin[0].event.session_id, fork=fork[0].event.session_id, turns=len(kept),
        differing=tuple(f"{game}/{turn}" for game, turn in differing),
        parted=f"{parted[0]}/{parted[1]}" if parted else "",
        agents=tuple(
            Compared(agent_id=agent, origin=before.get(agent, Outcome()), fork=after.get(agent, Outcome()))
            for agent in sorted(before.keys() | after.keys())
        ),
    )  # fmt: skip


def _played(records: Iterable[Record]) -> dict[tuple[str, int], tuple[int, tuple[tuple[str, str], ...]]]:
    """Number and actions of each turn, by game and turn."""
    return {
        (event.game_id, event.turn): (event.number, tuple((each.agent_id, each.executed) for each in event.actions))
        for event in (record.event for record in records)
        if isinstance(event, TurnResolved)
    }


def _outcomes(records: Iterable[Record]) -> dict[AgentId, Outcome]:
    found: dict[AgentId, dict[str, object]] = {}
    chosen: dict[AgentId, list[bool]] = {}
    for event in (record.event for record in records):
        if isinstance(event, VerdictIssued):
            found.setdefault(event.agent_id, {})["verdict"] = event.verdict
        elif isinstance(event, ScoreUpdated):
            found.setdefault(event.agent_id, {}).update(total=event.total, rank=event.rank)
        elif isinstance(event, PrinciplesInferred) and event.closing:
            found.setdefault(event.agent_id, {})["plays_like"] = event.strategy.nearest or ""
        elif isinstance(event, TurnResolved) and event.kind == "game":
            for action in event.actions:
                chosen.setdefault(action.agent_id, []).append(action.intended == "C")
    for agent, choices in chosen.items():
        found.setdefault(agent, {})["cooperation"] = round(sum(choices) / len(choices), 4)
    return {agent: Outcome.model_validate(fields) for agent, fields in found.items()}
