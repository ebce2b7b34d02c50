"""The python adapter: a function of the user's, in a process of its own, with limits on time and memory."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections import OrderedDict
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, ClassVar

from ethogram.agents.adapter import Request
from ethogram.agents.observation import Answer, NoAnswer, answer_from
from ethogram.agents.worker import Worker, environment
from ethogram.events.explanation import suggestion

CALLABLE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")
START_S = 30.0
"""Importing what the function needs may take a while."""
MOST_PROCESSES = 16


class PythonFunction:
    """Functions `(observation) -> option id, or an object with option, confidence, reasoning, claims`."""

    about: ClassVar[str] = "a Python function of yours: `config: {callable: 'examples.agents:cautious'}`"

    keys: ClassVar[tuple[str, ...]] = ("callable", "timeout_s", "memory_mb")
    """What a configuration may hold."""
    program: ClassVar[Path] = Path(__file__).with_name("python_process.py")
    """What runs in the worker process."""
    timeout_s: ClassVar[float] = 5.0
    memory_mb: ClassVar[int] = 1_024
    longest_s: ClassVar[float] = 60.0

    def __init__(self, settings: Any) -> None:
        self._allowed: tuple[str, ...] = settings.agents_allow
        self._environment = environment(PYTHONPATH=os.pathsep.join(map(str, settings.agents_path)))
        self._workers: OrderedDict[tuple[str, ...], tuple[Worker, asyncio.Lock]] = OrderedDict()
        self._ending: set[asyncio.Task[None]] = set()

    @classmethod
    def check(cls, config: Mapping[str, Any]) -> list[str]:
        """What is wrong with a configuration, in words."""
        wrong = [f"unknown key {key!r}{suggestion(key, cls.keys)}" for key in config if key not in cls.keys]
        return wrong + _not_callable(config.get("callable")) + _out_of_range(config, cls.longest_s)

    async def answer(self, request: Request) -> Answer:
        """Call the function. One at a time per agent: what a hostile one does hurts its own seat only."""
        said = await self._ask(request, {"observation": request.observation.model_dump(mode="json", exclude_none=True)})
        return answer_from(said.get("answer"), request.observation)

    async def close(self) -> None:
        """End all processes."""
        for worker, _ in self._workers.values():
            await worker.stop()
        await asyncio.gather(*self._ending)

    async def _ask(self, request: Request, payload: Mapping[str, Any]) -> dict[str, Any]:
        """What the agent's process says; it answers one question at a time."""
        self._permitted(request.config)
        worker, lock = self._worker(request)
        async with lock:
            return await worker.ask(payload, float(request.config.get("timeout_s", self.timeout_s)))

    def _arguments(self, config: Mapping[str, Any]) -> tuple[str, ...]:
        """Arguments of the program."""
        return str(config["callable"]), str(int(config.get("memory_mb", self.memory_mb)))

    def _permitted(self, config: Mapping[str, Any]) -> None:
        """Refuse what may not be called; looked at once more, for admission does not know what is allowed here."""
        wrong = self.check(config)
        if wrong:
            raise NoAnswer("failed", "; ".join(wrong))
        target = str(config["callable"])
        if not any(fnmatchcase(target.partition(":")[0], pattern) for pattern in self._allowed):
            allowed = ", ".join(self._allowed) or "none"
            raise NoAnswer("failed", f"{target} is not among the allowed modules (ETHOGRAM_AGENTS_ALLOW): {allowed}")

    def _worker(self, request: Request) -> tuple[Worker, asyncio.Lock]:
        arguments = self._arguments(request.config)
        key = (request.agent_id, *arguments)
        if key not in self._workers:
            self._make_room()
            self._workers[key] = Worker(self.program, arguments, self._environment, START_S), asyncio.Lock()
        self._workers.move_to_end(key)
        return self._workers[key]

    def _make_room(self) -> None:
        """Give up the process that rested longest; one that is busy is left alone."""
        idle = [key for key, (_, lock) in self._workers.items() if not lock.locked()]
        if len(self._workers) >= MOST_PROCESSES and idle:
            worker, _ = self._workers.pop(idle[0])
            ending = asyncio.ensure_future(worker.stop())
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)


def _not_callable(target: object) -> list[str]:
    expected = "expected 'module:function', e.g. 'examples.agents:cautious'"
    if target is None:
        return [f"callable is missing; {expected}"]
    if not isinstance(target, str) or not CALLABLE.fullmatch(target):
        return [f"callable is {str(target)[:80]!r}; {expected}"]
    top = target.partition(":")[0].partition(".")[0]
    return [f"callable is {target!r}, of Python's own library; {expected}"] if top in sys.stdlib_module_names else []


def _out_of_range(config: Mapping[str, Any], longest_s: float) -> list[str]:
    wrong = []
    for key, low, high in (("timeout_s", 0.1, longest_s), ("memory_mb", 64, 8_192)):
        value = config.get(key, low)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            wrong.append(f"{key} is {value!r}; expected a number from {low:g} to {high:g}")
    return wrong
