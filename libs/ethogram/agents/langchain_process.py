"""Runs inside a worker process: asks one LangChain Runnable (or LangGraph graph) of the user's.

`python langchain_process.py MODULE:NAME MEMORY_MB INPUT`; NAME is a Runnable, or a function that makes one.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any


def question(runnable: Any, shape: str, messages: list[list[str]]) -> Any:
    """What the runnable takes: a graph its state, a chain a mapping, anything else messages."""
    said = [tuple(message) for message in messages]
    if shape == "mapping":
        return {"input": messages[-1][1], "system": messages[0][1], "messages": said}
    if shape == "graph" or (shape == "auto" and hasattr(runnable, "get_state")):
        return {"messages": said}
    return said


def words(answer: Any) -> Any:
    """The words in an answer: of a message, of a state's last message, or an object that is an answer already."""
    if isinstance(answer, dict):
        if answer.get("structured_response") is not None:
            return words(answer["structured_response"])
        if "option" in answer:
            return answer
        found = answer.get("messages") or [answer.get("output", "")]
        return words(found[-1])
    if hasattr(answer, "content"):
        return _text(answer.content)
    return answer.model_dump() if hasattr(answer, "model_dump") else answer


def usage(answer: Any) -> dict[str, Any]:
    """Tokens and model as LangChain tells them, over all messages of this turn that do."""
    messages = answer.get("messages", []) if isinstance(answer, dict) else [answer]
    latest = messages[_last_question(messages) + 1 :]
    counted = [found for found in (getattr(one, "usage_metadata", None) for one in latest) if found]
    told = [getattr(one, "response_metadata", None) or {} for one in latest]
    return {
        "tokens_in": sum(int(one.get("input_tokens", 0)) for one in counted),
        "tokens_out": sum(int(one.get("output_tokens", 0)) for one in counted),
        "model": next((str(one["model_name"]) for one in told if one.get("model_name")), ""),
    }


def _last_question(messages: list[Any]) -> int:
    asked = [place for place, one in enumerate(messages) if getattr(one, "type", "") == "human"]
    return asked[-1] if asked else -1


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "".join(part if isinstance(part, str) else str(part.get("text", "")) for part in content)


async def ask(runnable: Any, shape: str, request: dict[str, Any]) -> dict[str, Any]:
    """Ask once; a thread of its own per seat is what its memory goes by."""
    config = {"configurable": {"thread_id": request["thread"], "session_id": request["thread"]}}
    given = question(runnable, shape, request["messages"])
    if hasattr(runnable, "ainvoke"):
        answer = await runnable.ainvoke(given, config=config)
    else:
        answer = await asyncio.to_thread(runnable.invoke, given, config=config)
    return {"answer": words(answer), **usage(answer)}


def loaded(target: str) -> Any:
    """The runnable; a function without `invoke` is called once to make it."""
    from ethogram.agents.python_process import named

    found = named(target)
    made = found if hasattr(found, "invoke") else found()
    if not hasattr(made, "invoke"):
        raise TypeError(f"{target} is no Runnable: it has no invoke")
    return made


def main(target: str, memory_mb: int, shape: str) -> None:
    """Answer requests until the pipe is closed."""
    sys.path.pop(0)  # the folder of this file: its neighbours are not meant to be imported by their short names
    from ethogram.agents import python_process

    loop = asyncio.new_event_loop()
    python_process.main(
        target, memory_mb, loaded, lambda runnable, request: loop.run_until_complete(ask(runnable, shape, request))
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
