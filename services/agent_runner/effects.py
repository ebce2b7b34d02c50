"""How seats are answered: purely where that is possible, else through the adapter of the agent."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from ethogram.agents import Adapter, NoAnswer, Request, load, observe
from ethogram.agents.seats import decided_purely, decision, no_decision, occasion, seat_of
from ethogram.agents.skills import answered
from ethogram.events import EthogramError, Event, ScenarioPresented, Seat, Value
from ethogram.models.recording import recorded, told_of_breakers
from ethogram.topology import Deps, NotYet

_made: dict[str, Adapter] = {}
"""Adapters of this process, made when they are first needed; they hold worker processes and connections."""


def decide_built_in(state: Value, event: ScenarioPresented) -> tuple[Value, Sequence[Event]]:
    """Decisions of built-in strategies; nothing is kept."""
    return state, decided_purely(event)


async def ask_seat(event: ScenarioPresented, task: str, deps: Deps) -> Sequence[Event]:
    """The decision of one seat, after the model calls that it came from; whatever goes wrong with an agent is an
    outcome, never an error of ours."""
    seat = seat_of(event, task)
    began = deps.clock()
    request = _request(event, seat)
    try:
        async with asyncio.timeout(event.deadline_s):
            answer = await answered(_adapter(seat, deps), request)
        made = decision(event, seat, answer, _ms_since(began, deps))
    except NotYet:
        raise
    except Exception as error:  # whatever an adapter of a stranger raises: the game goes on without this decision
        made = no_decision(event, seat, _reason(error), _ms_since(began, deps))
    about = occasion(event, seat)
    calls = recorded(about, request.calls)
    said: dict[str, Any] = {"calls": tuple(call.request_digest for call in calls)}
    if calls:
        said |= {"tokens": request.calls.tokens, "cost_micros": request.calls.cost_micros}
    if request.used:
        said["skills"] = tuple(request.used)
    return [*calls, *told_of_breakers(about, request.calls), made.model_copy(update=said)]


def _reason(error: Exception) -> NoAnswer:
    if isinstance(error, NoAnswer):
        return error
    if isinstance(error, TimeoutError):
        return NoAnswer("timed-out", "no answer before the turn's deadline")
    words = error.message if isinstance(error, EthogramError) else f"{type(error).__name__}: {error}"
    return NoAnswer("failed", words)


def _adapter(seat: Seat, deps: Deps) -> Adapter:
    if seat.adapter not in _made:
        _made[seat.adapter] = load(seat.adapter)(deps.settings)
    return _made[seat.adapter]


def _request(event: ScenarioPresented, seat: Seat) -> Request:
    return Request(
        session_id=event.session_id, game_id=event.game_id, seat=seat.seat, agent_id=seat.agent_id,
        config=seat.config, observation=observe(event, seat),
    )  # fmt: skip


def _ms_since(began: float, deps: Deps) -> float:
    return 1_000 * (deps.clock() - began)
