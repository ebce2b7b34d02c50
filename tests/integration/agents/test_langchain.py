"""Runnables of LangChain and agents of LangGraph as agents here, with the real libraries in a worker process."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("langchain", reason="LangChain is not installed: pip install 'ethogram[langchain]'")

from ethogram.agents import Answer, NoAnswer, Request, langchain_process
from ethogram.agents.langchain_runnable import LangChainRunnable
from ethogram.events import AgentId, GameId, SessionId
from ethogram.testing.agents import round_of

ROOT = Path(__file__).parents[3]


def asked(
    name: str, *turns: tuple[str, int], kind: type[LangChainRunnable] = LangChainRunnable, **config: Any
) -> tuple[list[Any], list[Request]]:
    """Outcomes of (game, number of earlier turns)."""
    requests: list[Request] = []

    async def all_of_them() -> list[Any]:
        adapter = kind(SimpleNamespace(agents_allow=("tests.*",), agents_path=(ROOT,)))
        outcomes = []
        for game, past in turns or (("g", 0),):
            full = {"callable": f"tests.integration.agents.chains:{name}", **config}
            seen = round_of("C" * past, "D" * past)
            requests.append(Request(SessionId("s"), GameId(game), 0, AgentId("a"), full, seen))
            try:
                outcomes.append(await adapter.answer(requests[-1]))
            except NoAnswer as reason:
                outcomes.append(reason)
        await adapter.close()
        return outcomes

    return asyncio.run(all_of_them()), requests


def test_a_chat_model_answers_and_its_call_is_recorded() -> None:
    (answer,), (request,) = asked("chat")
    assert answer == Answer(option="D", confidence=0.5, reasoning="so")
    (call,) = request.calls.made
    assert (call.reply.model, call.reply.tokens_in, call.reply.tokens_out) == ("scripted-1", 20, 4)
    assert call.request["messages"][0]["role"] == "system" and "<data>" in call.request["messages"][1]["content"]


class Here(LangChainRunnable):
    """The same without the process, so that not every test has to wait for the libraries to be imported."""

    async def _ask(self, request: Request, payload: Mapping[str, Any]) -> dict[str, Any]:
        self._permitted(request.config)
        name = request.config["callable"]
        runnable = self.__dict__.setdefault("made", {}).get(name) or langchain_process.loaded(name)
        self.__dict__["made"][name] = runnable
        return await langchain_process.ask(runnable, request.config.get("input", "auto"), dict(payload))


def test_one_repair_turn_is_granted() -> None:
    (answer,), (request,) = asked("talker", kind=Here)
    assert answer == Answer(option="C") and len(request.calls.made) == 2


def test_a_chain_takes_a_mapping() -> None:
    (answer,), _ = asked("chain", kind=Here, input="mapping")
    assert answer == Answer(option="D")


def test_a_react_agent_uses_its_tool_and_a_remembering_one_its_thread() -> None:
    (answer,), (request,) = asked("react", kind=Here)
    assert answer == Answer(option="D") and request.calls.made[0].reply.tokens_in == 40, "both calls are counted"
    turns = (("one", 0), ("two", 0), ("one", 1), ("one", 2), ("two", 1))
    outcomes, requests = asked("remembering", *turns, kind=Here)
    assert [one.option for one in outcomes] == ["C", "C", "C", "D", "C"]
    assert requests[3].calls.made[0].reply.tokens_in == 20, "what was counted before is not counted again"


def test_what_is_no_runnable_is_not_taken_for_one() -> None:
    with pytest.raises(TypeError, match="is no Runnable"):
        langchain_process.loaded("builtins:list")


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"callable": "os:system"}, "Python's own library"),
        ({"callable": "secrets_of.others:x"}, "not among the allowed modules"), ({"input": "xml"}, "one of auto"),
        ({"timeout_s": 601}, "from 0.1 to 600"),
    ],
)  # fmt: skip
def test_what_is_not_allowed_is_an_outcome(config: dict[str, Any], words: str) -> None:
    (reason,), _ = asked("chat", **config)
    assert isinstance(reason, NoAnswer) and reason.outcome == "failed" and words in reason.message
