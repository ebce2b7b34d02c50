"""From a presented turn to decisions: which seats decide purely, which have to be asked, and what they said."""

from __future__ import annotations

from ethogram.agents import builtin
from ethogram.agents.observation import Answer, NoAnswer, observe
from ethogram.agents.registry import BUILTIN
from ethogram.events import DecisionMade, InvalidRecord, ScenarioPresented, Seat
from ethogram.models.recording import Occasion

IN_A_PROCESS = ("python", "langchain")
"""Adapters whose agents answer one at a time, from a process of their own, whichever session asks."""
LONGEST_LANE = 300


def decided_purely(event: ScenarioPresented) -> tuple[DecisionMade, ...]:
    """Decisions of the seats with built-in strategies; InvalidRecord if the turn contradicts itself."""
    for wrong in contradictions(event):
        raise InvalidRecord("scenario-presented", wrong)
    return tuple(_decided(event, seat) for seat in event.seats if seat.adapter == BUILTIN)


def contradictions(event: ScenarioPresented) -> list[str]:
    """What keeps a presented turn from being put before its seats, in words."""
    wrong = []
    players = len(event.history)
    numbers = [seat.seat for seat in event.seats]
    if not event.options:
        wrong.append("options: none; a turn needs something to choose from")
    if len(set(numbers)) < len(numbers):
        wrong.append(f"seats: {numbers}; every seat may be there once")
    if players and event.kind == "game" and not all(0 <= number < players for number in numbers):
        wrong.append(f"seats: {numbers}; history is of {players} players")
    if players and any({len(joint), len(paid)} != {players} for joint, paid in event.payoffs.items()):
        wrong.append(f"payoffs: expected {players} actions and {players} payoffs each, as in history")
    return wrong


def _decided(event: ScenarioPresented, seat: Seat) -> DecisionMade:
    try:
        return decision(event, seat, builtin.decide(seat.config, observe(event, seat)))
    except NoAnswer as reason:
        return no_decision(event, seat, reason)


def to_ask(event: ScenarioPresented) -> tuple[str, ...]:
    """Tasks: numbers of the seats whose agents live elsewhere."""
    return tuple(str(seat.seat) for seat in event.seats if seat.adapter != BUILTIN)


def lane_of(event: ScenarioPresented, task: str) -> str:
    """Whose slots a task takes: an agent's of one session; those of a function share its one process anyway."""
    seat = seat_of(event, task)
    process = seat.config.get("callable") if seat.adapter in IN_A_PROCESS else None
    return f"{process or event.session_id}/{seat.agent_id}"[:LONGEST_LANE]


def seat_of(event: ScenarioPresented, task: str) -> Seat:
    """The seat that a task names."""
    return next(seat for seat in event.seats if str(seat.seat) == task)


def occasion(event: ScenarioPresented, seat: Seat) -> Occasion:
    """What the model calls of a seat are made for."""
    return Occasion(event.session_id, event.game_id, event.turn, seat.seat)


def decision(event: ScenarioPresented, seat: Seat, answer: Answer, latency_ms: float | None = None) -> DecisionMade:
    """What a seat decided."""
    return DecisionMade(
        session_id=event.session_id, game_id=event.game_id, turn=event.turn, seat=seat.seat, agent_id=seat.agent_id,
        presented_id=event.id, outcome="chosen", option=answer.option, confidence=answer.confidence,
        reasoning=answer.reasoning, claims=answer.claims, check=answer.check, latency_ms=latency_ms,
        speech=answer.speech if seat.view else None,
    )  # fmt: skip


def no_decision(
    event: ScenarioPresented, seat: Seat, reason: NoAnswer, latency_ms: float | None = None
) -> DecisionMade:
    """That a seat decided nothing, and why: it counts, the game's default is carried out."""
    return DecisionMade(
        session_id=event.session_id, game_id=event.game_id, turn=event.turn, seat=seat.seat, agent_id=seat.agent_id,
        presented_id=event.id, outcome=reason.outcome, error=reason.message, latency_ms=latency_ms,
    )  # fmt: skip
