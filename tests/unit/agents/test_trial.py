"""A trial says how often an agent answers, how fast, and at what price; a failing one is shown, not hidden."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import pytest

from ethogram.agents import Answer, NoAnswer, Request, trial
from ethogram.agents.seats import lane_of
from ethogram.models.call import ModelCall, Reply
from tests.unit.agents.presented import game, seat


class Costly:
    """Refuses the second round; each call costs something."""

    def __init__(self, settings: Any) -> None:
        self.closed = False

    async def answer(self, request: Request) -> Answer:
        reply = Reply(text="D", model="m", tokens_in=10, tokens_out=5, raw="{}")
        request.calls.made.append(ModelCall("p", {}, reply, 70, 1.0, 1, False))
        if request.observation.turn == 2:
            raise NoAnswer("refused", "not this one")
        if request.observation.turn == 3:
            request.calls.made.append(ModelCall("p", {}, reply, 70, 1.0, 1, False))
        return Answer(option="D")

    async def close(self) -> None:
        self.closed = True


def tried(name: str, **config: Any) -> trial.Trial:
    ticks = itertools.count()
    return asyncio.run(trial.trial(name, config, None, lambda: next(ticks) / 100))


def test_a_strategy_plays_its_three_rounds() -> None:
    done = tried("builtin", strategy="tit-for-tat")
    assert [one.said for one in done.rounds] == ["C", "C", "D"]
    told = done.summary()
    assert (told["parse_rate"], told["without_repair"], told["cost_usd"], told["calls"]) == (1.0, 1.0, 0.0, 0)


def test_refusals_repairs_and_costs_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "load", lambda name: Costly)
    done = tried("costly")
    assert [one.outcome for one in done.rounds] == ["chosen", "refused", "chosen"]
    told = done.summary()
    assert told["parse_rate"] == pytest.approx(2 / 3) and told["without_repair"] == pytest.approx(1 / 3)
    assert (told["calls"], told["tokens"], told["cost_usd"]) == (4, 60, 280 / 1e6)
    assert told["latency_ms"]["median"] == pytest.approx(10)


def test_an_adapter_that_bursts_is_an_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Costly, "answer", lambda self, request: 1 / 0)
    monkeypatch.setattr(trial, "load", lambda name: Costly)
    assert {(one.outcome, one.said) for one in tried("costly").rounds} == {
        ("failed", "ZeroDivisionError: division by zero")
    }


def test_one_function_has_one_lane_in_all_sessions_and_a_model_one_in_each() -> None:
    function, model = seat(0, "python", callable="x:y"), seat(1, "openai", model="m")
    here = game(function, model)
    there = here.model_copy(update={"session_id": "other"})
    assert lane_of(here, "0") == lane_of(there, "0") == "x:y/agent-0"
    assert lane_of(here, "1") != lane_of(there, "1")
