"""Functions of users play in processes of their own; a hostile one hurts only its own seat."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ethogram.agents import Answer, NoAnswer, Request
from ethogram.agents.python_function import PythonFunction
from ethogram.events import AgentId, GameId, SessionId
from ethogram.testing.agents import AgentConformance, round_of

HOSTILE = "tests.integration.agents.hostile"
ROOT = Path(__file__).parents[3]
SETTINGS = SimpleNamespace(agents_allow=("examples.*", HOSTILE), agents_path=(ROOT,))
Result = Answer | NoAnswer


class TestCautious(AgentConformance):
    adapter, config = "python", {"callable": "examples.agents:cautious"}
    settings = SETTINGS


class TestForgetfulWhichIsAsynchronous(AgentConformance):
    adapter, config = "python", {"callable": "examples.agents:forgetful"}
    settings = SETTINGS


class TestOpportunist(AgentConformance):
    adapter, config = "python", {"callable": "examples.agents:opportunist"}
    settings = SETTINGS


def ask(*functions: str, turns: Sequence[int] = (0,), settings: Any = SETTINGS) -> list[Result]:
    """What each function gives back, each on a seat of its own, all at the same time; then the next turn."""

    async def one(adapter: PythonFunction, function: str, turn: int) -> Result:
        within = 1 if function in ("loops", "leaves_a_child_behind") else 60  # a slow machine is no hostile function
        config = {"callable": function if ":" in function else f"{HOSTILE}:{function}", "timeout_s": within}
        seen = round_of("C" * turn, "C" * turn)
        try:
            return await adapter.answer(Request(SessionId("s"), GameId("g"), 0, AgentId(function), config, seen))
        except NoAnswer as reason:
            return reason

    async def everyone() -> list[Result]:
        adapter = PythonFunction(settings)
        given: list[Result] = []
        for turn in turns:
            given += await asyncio.gather(*(one(adapter, function, turn) for function in functions))
        await adapter.close()
        return given

    return asyncio.run(everyone())


@pytest.mark.parametrize(
    ("function", "outcome", "words"),
    [
        ("loops", "timed-out", "no answer after 1 s"), ("hoards", "failed", "MemoryError"),
        ("leaves", "failed", "ended with 3"), ("raises", "failed", "ValueError: no\ufffd, ?"),
        ("chatters", "failed", "more than 4194304 bytes"), ("answers_a_type", "unparsable", "no JSON"),
        ("forges", "failed", "something else than an answer"), ("nothing", "failed", "cannot be loaded"),
    ],
)  # fmt: skip
def test_what_a_hostile_function_does_is_an_outcome_of_its_own_seat(function: str, outcome: str, words: str) -> None:
    hostile, neighbour = ask(function, "examples.agents:cautious")
    assert isinstance(hostile, NoAnswer) and hostile.outcome == outcome and words in hostile.message
    assert isinstance(neighbour, Answer) and neighbour.option == "C"


def test_prints_and_reads_go_elsewhere_than_the_runner() -> None:
    given = ask("prints", "reads", turns=(0, 1))
    assert [one.option for one in given if isinstance(one, Answer)] == ["C"] * 4


def test_a_process_that_ended_is_started_again_for_the_next_turn() -> None:
    first, second = ask("dies_once", turns=(0, 1))
    assert isinstance(first, NoAnswer) and isinstance(second, Answer) and second.option == "D"


def test_a_descendant_that_holds_the_pipe_holds_up_nobody() -> None:
    began, before = time.monotonic(), len(os.listdir("/proc/self/fd"))
    given = ask("leaves_a_child_behind", turns=(0, 1))
    assert all(isinstance(one, NoAnswer) for one in given)
    assert time.monotonic() - began < 100  # the descendants sleep for 120 s
    assert len(os.listdir("/proc/self/fd")) <= before


def test_a_function_does_not_learn_how_to_reach_our_stores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://x")
    monkeypatch.setenv("ETHOGRAM_HOME", "/nowhere")
    (told,) = ask("tells_secrets")
    assert isinstance(told, Answer) and told.reasoning == ""


@pytest.mark.parametrize(
    ("function", "words"),
    [
        ("os:system", "Python's own library"), ("ethogram.runtime:run", "not among the allowed modules"),
        ("examples.agents:../x", "expected 'module:function'"),
    ],
)  # fmt: skip
def test_what_is_not_allowed_is_refused_once_more_when_it_is_called(function: str, words: str) -> None:
    (refused,) = ask(function, settings=SimpleNamespace(agents_allow=("examples.*", "os"), agents_path=(ROOT,)))
    assert isinstance(refused, NoAnswer) and words in refused.message


def test_nothing_is_left_running() -> None:
    ask("loops", "waits")
    mine = os.getpid()
    children = [
        path.parent.name for path in Path("/proc").glob("[0-9]*/stat")
        if f") S {mine} " in (text := _text(path)) or f") R {mine} " in text
    ]  # fmt: skip
    commands = [_text(Path("/proc") / child / "cmdline") for child in children]
    assert not [command for command in commands if "python_process" in command]


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
