"""Runs inside a worker process: calls one function of the user's, and lets it harm nothing but this process.

Started by path and free of imports of ours, so that it is small and starts at once.
`python python_process.py MODULE:FUNCTION MEMORY_MB`
"""

from __future__ import annotations

import asyncio
import ctypes
import importlib
import inspect
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any, TextIO

Load = Callable[[str], Any]
Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]


def die_with_parent() -> None:
    """End when the runner ends, even in an endless loop."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)


def private_pipes() -> tuple[TextIO, TextIO]:
    """The pipes from and to the runner; whatever the function reads or prints comes from and goes elsewhere."""
    requests = os.fdopen(os.dup(0), encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return requests, answers


def limit_memory(memory_mb: int) -> None:
    """Whoever wants more gets a MemoryError; no core is left behind."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb * 2**20, memory_mb * 2**20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def say(pipe: TextIO, **message: Any) -> None:
    """Send one line; ValueError or TypeError, and nothing is sent, if that is no JSON."""
    line = json.dumps(message, allow_nan=False, ensure_ascii=False) + "\n"
    line.encode()  # text that is half a character is refused here, not in the middle of a line
    pipe.write(line)
    pipe.flush()


def call(function: Any, request: dict[str, Any]) -> dict[str, Any]:
    """What the function answers to an observation, awaited if need be; objects become their fields."""
    observation = request["observation"]
    options = [SimpleNamespace(**one) for one in observation.pop("options")]
    answer = function(SimpleNamespace(options=options, **observation))
    if inspect.isawaitable(answer):
        answer = asyncio.run(_awaited(answer))
    if hasattr(answer, "model_dump"):
        return {"answer": answer.model_dump()}
    return {"answer": vars(answer) if hasattr(answer, "__dict__") else answer}


async def _awaited(answer: Any) -> Any:
    return await answer


def named(target: str) -> Any:
    """What `module:name` names."""
    module, _, name = target.partition(":")
    return getattr(importlib.import_module(module), name)


def main(target: str, memory_mb: int, load: Load = named, ask: Ask = call) -> None:
    """Answer requests until the pipe is closed."""
    die_with_parent()
    requests, pipe = private_pipes()
    limit_memory(memory_mb)
    try:
        found = load(target)
    except BaseException as error:
        say(pipe, error=f"{target} cannot be loaded: {in_words(error)}")
        return
    say(pipe, ready=True)
    for line in requests:
        request = json.loads(line)
        reply(pipe, request["number"], partial(ask, found, request))


def reply(pipe: TextIO, number: int, ask: Callable[[], dict[str, Any]]) -> None:
    """Ask, and send what came of it."""
    try:
        said = ask()
    except BaseException as error:
        say(pipe, number=number, error=in_words(error))
        return
    try:
        say(pipe, number=number, **said)
    except (TypeError, ValueError, RecursionError) as error:
        say(pipe, number=number, unparsable=True, error=f"the answer is no JSON: {in_words(error)}")


def in_words(error: BaseException) -> str:
    """Kind and text of an error, of a length that fits on a line."""
    return f"{type(error).__name__}: {error}"[:2_000].encode(errors="replace").decode()


if __name__ == "__main__":
    sys.path.pop(0)  # the folder of this file: its neighbours are not meant to be imported by their short names
    main(sys.argv[1], int(sys.argv[2]))
