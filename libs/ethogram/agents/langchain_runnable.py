"""The langchain adapter: a Runnable of the user's (a chain, a chat model, a ReAct agent), in a process of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from ethogram.agents.adapter import Request
from ethogram.agents.language_model import standing_words, turn_in_words
from ethogram.agents.observation import Answer, NoAnswer, answer_from
from ethogram.agents.parsing import parse
from ethogram.agents.python_function import PythonFunction
from ethogram.models.call import ModelCall, Reply
from ethogram.models.prices import prices
from ethogram.runtime import clock

INPUTS = ("auto", "messages", "graph", "mapping")


class LangChainRunnable(PythonFunction):
    """Anything with `invoke` or `ainvoke`. Each seat has a thread of its own, so memory of the user's choice works."""

    about: ClassVar[str] = "a LangChain Runnable or agent of yours: `config: {callable: 'examples.chains:agent'}`"
    needs: ClassVar[str | None] = "langchain_core"
    keys: ClassVar[tuple[str, ...]] = ("callable", "input", "timeout_s", "memory_mb")
    program: ClassVar[Path] = Path(__file__).with_name("langchain_process.py")
    timeout_s: ClassVar[float] = 60.0
    memory_mb: ClassVar[int] = 2_048
    longest_s: ClassVar[float] = 600.0

    @classmethod
    def check(cls, config: Mapping[str, Any]) -> list[str]:
        """What is wrong with a configuration, in words."""
        shape = config.get("input", "auto")
        wrong = [] if shape in INPUTS else [f"input is {shape!r}; expected one of {', '.join(INPUTS)}"]
        return super().check(config) + wrong

    async def answer(self, request: Request) -> Answer:
        """Ask; an answer that is none is asked for once more, in the same thread."""
        system, turn = ["system", standing_words(request.observation)], ["user", turn_in_words(request.observation)]
        said = await self._said(request, [system, turn])
        try:
            return _read(said, request)
        except NoAnswer as problem:
            again = ["user", f"That is no answer: {problem.message}. Answer again, with the JSON object alone."]
            said = await self._said(request, [system, turn, ["assistant", str(said)[:4_000] or "(nothing)"], again])
            return _read(said, request)

    def _arguments(self, config: Mapping[str, Any]) -> tuple[str, ...]:
        return (*super()._arguments(config), str(config.get("input", "auto")))

    async def _said(self, request: Request, messages: list[list[str]]) -> Any:
        began = clock.monotonic()
        thread = f"{request.session_id}/{request.game_id}/{request.seat}"
        told = await self._ask(request, {"messages": messages, "thread": thread})
        said = told.get("answer")
        latency_ms = 1_000 * (clock.monotonic() - began)
        request.calls.made.append(_recorded(request, messages, said, told, latency_ms))
        return said


def _read(said: Any, request: Request) -> Answer:
    return answer_from(said, request.observation) if isinstance(said, dict) else parse(str(said), request.observation)


def _recorded(
    request: Request, messages: list[list[str]], said: Any, told: Mapping[str, Any], latency_ms: float
) -> ModelCall:
    """What went in and came out; what happened inside a Runnable is its own business."""
    text = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False, default=str)
    model, read, written = str(told.get("model") or "unknown"), int(told["tokens_in"]), int(told["tokens_out"])
    reply = Reply(text=text, model=model, tokens_in=read, tokens_out=written, raw=text)
    sent = {"messages": [{"role": role, "content": words} for role, words in messages]}
    provider = f"langchain {request.config['callable']}"
    return ModelCall(provider, sent, reply, prices().cost_micros(model, read, written), latency_ms, 1, False)
