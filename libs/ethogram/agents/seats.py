"""From a presented turn to decisions: which seats decide purely, which have to be asked, and what they said."""

from __future__ import annotations

from ethogram.agents import builtin
from ethogram.agents.observation import Answer, NoAnswer, observe
from ethogram.agents.registry import BUILTIN
from ethogram.events import DecisionMade, ScenarioPresented, Seat


def decided_purely(event: ScenarioPresented) -> tuple[DecisionMade, ...]:
    """Decisions of the seats with built-in strategies."""
    seats = [seat for seat in event.seats if seat.adapter == BUILTIN]
    return tuple(decision(event, seat, builtin.decide(seat.config, observe(event, seat))) for seat in seats)


def to_ask(event: ScenarioPresented) -> tuple[str, ...]:
    """Tasks: numbers of the seats whose agents live elsewhere."""
    return tuple(str(seat.seat) for seat in event.seats if seat.adapter != BUILTIN)


def seat_of(event: ScenarioPresented, task: str) -> Seat:
    """The seat that a task names."""
    return next(seat for seat in event.seats if str(seat.seat) == task)


def decision(event: ScenarioPresented, seat: Seat, answer: Answer, latency_ms: float | None = None) -> DecisionMade:
    """What a seat decided."""
    return DecisionMade(
        session_id=event.session_id, game_id=event.game_id, turn=event.turn, seat=seat.seat, agent_id=seat.agent_id,
        presented_id=event.id, outcome="chosen", option=answer.option, confidence=answer.confidence,
        reasoning=answer.reasoning, claims=answer.claims, latency_ms=latency_ms,
    )  # fmt: skip


def no_decision(event: ScenarioPresented, seat: Seat, reason: NoAnswer, latency_ms: float) -> DecisionMade:
    """That a seat decided nothing, and why: it counts, the game's default is carried out."""
    return DecisionMade(
        session_id=event.session_id, game_id=event.game_id, turn=event.turn, seat=seat.seat, agent_id=seat.agent_id,
        presented_id=event.id, outcome=reason.outcome, error=reason.message, latency_ms=latency_ms,
    )  # fmt: skip
