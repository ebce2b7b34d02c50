"""The runner: one decision per seat, whatever the agents do, and the same bytes in any order of arrival."""

from __future__ import annotations

import asyncio
from itertools import groupby
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethogram.agents import Answer, NoAnswer, Request
from ethogram.events import DecisionMade, ScenarioPresented, TransientError, Value
from ethogram.services.agent_runner import effects
from ethogram.services.agent_runner.service import agent_runner
from ethogram.topology import Deps, drive
from ethogram.topology.drive import command_record
from tests.unit.agents.presented import game, scenario, seat

TFT = {"strategy": "tit-for-tat"}


def decided(event: ScenarioPresented) -> list[DecisionMade]:
    driver = drive(agent_runner, [command_record(event)])
    assert not driver.rejected
    return [record.event for record in driver.emitted if isinstance(record.event, DecisionMade)]


def test_built_in_seats_decide_in_the_order_of_seats_and_the_others_become_tasks() -> None:
    event = game(seat(0, **TFT), seat(1, "python", callable="x:y"), seat(2, strategy="ALLD"), history=("C", "C", "C"),
                 payoffs={})  # fmt: skip
    assert [(one.seat, one.option, one.latency_ms) for one in decided(event)] == [(0, "C", None), (2, "D", None)]
    assert agent_runner.performs[ScenarioPresented].tasks(event) == ("1",)


def test_a_scenario_is_played_by_leanings_and_by_the_order_of_ids() -> None:
    options = [decided(scenario(seat(0, **TFT), "C", conduct))[0].option for conduct in ("CC", "CD")]
    assert options == ["keep-quiet", "take-it"]


def test_without_an_option_of_the_leaning_the_first_is_taken() -> None:
    event = scenario(seat(0, strategy="ALLD"), "", "C")
    kind = event.model_copy(update={"options": tuple(one for one in event.options if one.leaning == "C")})
    assert decided(kind)[0].option == "keep-quiet"


def test_an_unknown_strategy_on_the_topic_is_an_outcome() -> None:
    (one,) = decided(game(seat(0, strategy="tit-for-tax"), seat(1, "python")))
    assert one.outcome == "failed" and "did you mean 'tit-for-tat'?" in str(one.error)


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (game(seat(0, **TFT), seat(0, **TFT)), "every seat may be there once"),
        (game(seat(0, **TFT), seat(5, **TFT)), "history is of 2 players"),
        (game(seat(0, **TFT), seat(1, **TFT), options=()), "options: none"),
        (game(seat(0, **TFT), seat(1, **TFT), payoffs={"CCC": (1.0,)}), "payoffs"),
    ],
)
def test_a_turn_that_contradicts_itself_is_refused(event: ScenarioPresented, words: str) -> None:
    driver = drive(agent_runner, [command_record(event)])
    assert not driver.emitted and words in driver.rejected[0][1].message


@given(order=st.permutations([(name, turn) for name in ("g001", "g002") for turn in range(4)]))
def test_any_order_of_turns_gives_the_same_bytes(order: list[tuple[str, int]]) -> None:
    def body(name: str, turn: int) -> bytes:
        past = ("CDCD"[:turn], "CCDD"[:turn])
        event = game(seat(0, strategy="random"), seat(1, strategy="GTFT"), history=past, game_id=name)
        return b"".join(one.body() for one in decided(event))

    driver = drive(agent_runner, [
        command_record(game(seat(0, strategy="random"), seat(1, strategy="GTFT"), game_id=name,
                            history=("CDCD"[:turn], "CCDD"[:turn])))
        for name, turn in order
    ])  # fmt: skip
    emitted = [record.event for record in driver.emitted if isinstance(record.event, DecisionMade)]
    told = {
        key: b"".join(one.body() for one in group) for key, group in groupby(emitted, lambda e: (e.game_id, e.turn))
    }
    assert told == {(name, turn + 1): body(name, turn) for name, turn in order}
    assert driver.state(emitted[0].key) == Value()


def _ask(monkeypatch: pytest.MonkeyPatch, answers: Any, **more: Any) -> DecisionMade:
    class Odd:
        async def answer(self, request: Request) -> Answer:
            answered = answers(request)
            return await answered if asyncio.iscoroutine(answered) else answered

    monkeypatch.setattr(effects, "_made", {"odd": Odd()})
    event = game(seat(0, "odd"), seat(1, **TFT), **more)
    (made,) = asyncio.run(effects.ask_seat(event, "0", Deps(SimpleNamespace(), lambda: 1.0)))
    assert made.body() and made.presented_id == event.id
    return made


def _raise(error: Exception) -> Any:
    def answers(_request: Request) -> Any:
        raise error

    return answers


@pytest.mark.parametrize(
    ("error", "outcome", "words"),
    [
        (NoAnswer("refused", "not now"), "refused", "not now"), (KeyError("x\0y"), "failed", "KeyError"),
        (TransientError("busy", "come again"), "failed", "come again"), (TimeoutError(), "timed-out", "deadline"),
    ],
)  # fmt: skip
def test_whatever_an_adapter_raises_is_an_outcome(
    monkeypatch: pytest.MonkeyPatch, error: Exception, outcome: str, words: str
) -> None:
    made = _ask(monkeypatch, _raise(error))
    assert made.outcome == outcome and words in str(made.error) and made.option is None


def test_an_answer_is_told_with_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    made = _ask(monkeypatch, lambda _: Answer(option="C", confidence=0.5, reasoning="so", claims=("loyalty",)))
    assert (made.outcome, made.option, made.confidence, made.claims) == ("chosen", "C", 0.5, ("loyalty",))


def test_what_is_no_answer_at_all_is_an_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _ask(monkeypatch, lambda _: 7).outcome == "failed"


def test_the_deadline_of_the_turn_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    made = _ask(monkeypatch, lambda _: asyncio.sleep(5), deadline_s=0.05)
    assert made.outcome == "timed-out"


def test_an_adapter_that_is_not_there_is_an_outcome() -> None:
    event = game(seat(0, "nowhere"), seat(1, **TFT))
    (made,) = asyncio.run(effects.ask_seat(event, "0", Deps(SimpleNamespace(), lambda: 1.0)))
    assert made.outcome == "failed" and "'nowhere' is not installed" in str(made.error)
