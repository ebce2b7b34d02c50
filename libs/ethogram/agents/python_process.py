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
from types import SimpleNamespace
from typing import Any, TextIO


def die_with_parent() -> None:
    """End when the runner ends, even in an endless loop."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)


def private_output() -> TextIO:
    """The pipe to the runner; whatever the function prints goes elsewhere."""
    pipe = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return pipe


def say(pipe: TextIO, **message: Any) -> None:
    """Send one line."""
    pipe.write(json.dumps(message) + "\n")
    pipe.flush()


def call(function: Any, observation: dict[str, Any]) -> Any:
    """What the function answers, awaited if need be; objects become their fields."""
    options = [SimpleNamespace(**one) for one in observation.pop("options")]
    answer = function(SimpleNamespace(options=options, **observation))
    if inspect.isawaitable(answer):
        answer = asyncio.run(_awaited(answer))
    if hasattr(answer, "model_dump"):
        return answer.model_dump()
    return vars(answer) if hasattr(answer, "__dict__") else answer


async def _awaited(answer: Any) -> Any:
    return await answer


def main(target: str, memory_mb: int) -> None:
    """Answer requests until the pipe is closed."""
    die_with_parent()
    pipe = private_output()
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb * 2**20, memory_mb * 2**20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    module, _, name = target.partition(":")
    try:
        function = getattr(importlib.import_module(module), name)
    except BaseException as error:
        say(pipe, error=f"{target} cannot be loaded: {type(error).__name__}: {error}")
        return
    say(pipe, ready=True)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            say(pipe, number=request["number"], answer=call(function, request["observation"]))
        except BaseException as error:
            say(pipe, number=request["number"], error=f"{type(error).__name__}: {error}"[:2_000])


if __name__ == "__main__":
    sys.path.pop(0)  # the folder of this file: its neighbours are not meant to be imported by their short names
    main(sys.argv[1], int(sys.argv[2]))
