"""Tracking: one observation per resolved turn, snapshots by turn count, and a last word when all turns were seen."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from ethogram.behaviour.profiles import Standing, context_of
from ethogram.events.base import Event, Value
from ethogram.events.behaviour import Act, BehaviourObserved, BehaviourSnapshot
from ethogram.events.errors import InvalidRecord
from ethogram.events.ids import AgentId, SessionId
from ethogram.events.play import Played, TurnResolved
from ethogram.events.sessions import SessionFinished

STILL = "-"
"""Symbol of a seat that did not move in a turn."""
SNAPSHOT_EVERY = 50
"""Turns between two snapshots, at first."""
OFTEN_UNTIL = 2_000
"""Turns after which the distance doubles, each time that they do: a snapshot tells all agents, and there are few."""


class Tracking(Value):
    """What the tracker keeps of one session: no acts, only what they add up to."""

    turns: int = 0
    """Turns observed."""
    expected: int | None = None
    """Turns of the whole session; none until play is over."""
    standings: dict[AgentId, Standing] = Field(default_factory=dict)
    """One per agent that has acted."""


def observe_turn(state: Tracking, event: TurnResolved) -> tuple[Tracking, Sequence[Event]]:
    """Enrich a resolved turn: exactly one BehaviourObserved, and a snapshot where one is due.

    Raises InvalidRecord for a turn that contradicts itself (a seat without a history, an option that was not offered).
    """
    leanings = _leanings(event)
    standings = dict(state.standings)
    acts = []
    for played in sorted(event.actions, key=lambda played: played.seat):
        standing = standings.get(played.agent_id, Standing())
        act = _act(event, played, number=standing.acts + 1)
        acts.append(act)
        context = context_of(event, act.before)
        named = event.kind == "game" and bool(event.options)
        standings[played.agent_id] = standing.after(act, context, leanings[played.seat], named=named)
    for bystander in event.bystanders:
        standing = standings.get(bystander.agent_id, Standing())
        standings[bystander.agent_id] = standing.earning(bystander.payoff)
    observed = BehaviourObserved(
        session_id=event.session_id, game_id=event.game_id, turn=event.turn, kind=event.kind, number=event.number,
        turn_id=event.id, acts=tuple(acts), bystanders=event.bystanders, game=event.game,
        options=event.options, situation=event.situation, last=event.last,
    )  # fmt: skip
    moved = state.model_copy(update={"turns": state.turns + 1, "standings": standings})
    return moved, (observed, *_snapshots(moved, event.session_id))


def close_session(state: Tracking, event: SessionFinished) -> tuple[Tracking, Sequence[Event]]:
    """Learn how many turns there are in all; if they were all observed, say the last word."""
    moved = state.model_copy(update={"expected": event.turns})
    closing = moved.turns == event.turns
    return moved, (_snapshot(moved, event.session_id, closing=True),) if closing else ()


def _snapshots(state: Tracking, session_id: SessionId) -> tuple[BehaviourSnapshot, ...]:
    step = SNAPSHOT_EVERY * 2 ** (state.turns // OFTEN_UNTIL).bit_length()
    regular = state.turns % step == 0
    closing = state.turns == state.expected
    made = [_snapshot(state, session_id, closing=False)] if regular else []
    return (*made, _snapshot(state, session_id, closing=True)) if closing else tuple(made)


def _snapshot(state: Tracking, session_id: SessionId, *, closing: bool) -> BehaviourSnapshot:
    profiles = {agent: state.standings[agent].profile() for agent in sorted(state.standings)}
    return BehaviourSnapshot(session_id=session_id, turns=state.turns, closing=closing, profiles=profiles)


def _leanings(event: TurnResolved) -> dict[int, str]:
    if event.kind == "game" and not event.options:
        return {played.seat: played.intended for played in event.actions}
    offered = {option.id: option.leaning for option in event.options}
    for played in event.actions:
        if played.outcome == "chosen" and played.intended not in offered:
            raise InvalidRecord(
                "unknown-option",
                f"{event.game_id} turn {event.turn}: option {played.intended!r} was not offered; "
                f"offered: {', '.join(offered) or 'none'}",
            )
    return {played.seat: offered.get(played.intended, "") for played in event.actions}


def _act(event: TurnResolved, played: Played, number: int) -> Act:
    before, others = _scenario_view(event) if event.kind == "scenario" else _game_view(event, played)
    return Act(
        seat=played.seat, agent_id=played.agent_id, counterpart=_counterpart(event, played), number=number,
        outcome=played.outcome, intended=played.intended, executed=played.executed, before=before, others=others,
        payoff=played.payoff, decision_id=played.decision_id, claims=played.claims, condition=played.condition,
    )  # fmt: skip


def _game_view(event: TurnResolved, mine: Played) -> tuple[str, str]:
    """The turn before as this seat saw it, with the own action first, and what the others did this turn."""
    done = {played.seat: played.executed for played in event.actions}
    still = {bystander.seat: STILL for bystander in event.bystanders}
    others = "".join(symbol for seat, symbol in sorted({**done, **still}.items()) if seat != mine.seat)
    if mine.faced is not None:
        others = mine.faced
    before, seat = event.before if mine.saw is None else mine.saw, mine.seat
    if not before:
        return "", others
    if not 0 <= seat < len(before):
        where = f"{event.game_id} turn {event.turn}"
        raise InvalidRecord("before", f"{where}: before is {before!r}, which has no symbol for seat {seat}")
    return before[seat] + before[:seat] + before[seat + 1 :], others


def _scenario_view(event: TurnResolved) -> tuple[str, str]:
    """The own last leaning with the counterpart's conduct (empty in a first scenario), and that conduct alone."""
    return event.before if len(event.before) == 2 else "", event.before[-1:]


def _counterpart(event: TurnResolved, played: Played) -> str:
    if event.situation is not None:
        return event.situation.counterpart
    if played.faced is not None:
        return played.counterpart
    moved = {other.seat: other.agent_id for other in event.actions}
    still = {other.seat: other.agent_id for other in event.bystanders}
    return ",".join(agent for seat, agent in sorted({**moved, **still}.items()) if seat != played.seat)
