"""Presented turns for the tests of agents."""

from __future__ import annotations

from typing import Any

from ethogram.events import AgentId, GameId, ScenarioPresented, Seat, SessionId
from ethogram.testing.agents import DILEMMA, GAME

SESSION = SessionId("00000000-0000-4000-8000-00000000000a")
PAYOFFS = {"CC": (3.0, 3.0), "CD": (0.0, 5.0), "DC": (5.0, 0.0), "DD": (1.0, 1.0)}


def seat(number: int, adapter: str = "builtin", **config: Any) -> Seat:
    return Seat(seat=number, agent_id=AgentId(f"agent-{number}"), adapter=adapter, config=config)


def game(*seats: Seat, history: tuple[str, ...] = ("", ""), **more: Any) -> ScenarioPresented:
    given: dict[str, Any] = {
        "session_id": SESSION, "game_id": GameId("g001"), "turn": len(history[0]) + 1, "turns": 50, "kind": "game",
        "seed": "cafe", "text": "Another round.", "options": GAME, "seats": seats, "history": history,
        "payoffs": PAYOFFS,
    }  # fmt: skip
    return ScenarioPresented(**{**given, **more})


def scenario(one: Seat, own: str, conduct: str) -> ScenarioPresented:
    return game(one, history=(own, conduct), kind="scenario", options=DILEMMA, payoffs={}, game_id=GameId("s-agent-0"))
