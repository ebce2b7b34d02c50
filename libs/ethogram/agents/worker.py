"""A process that answers for agents: one JSON object per line in, one out, in any order."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from ethogram.agents.observation import NoAnswer

LINE_LIMIT = 4 * 2**20
"""Longest answer, in bytes."""


class Worker:
    """One child process, started when it is first needed and again after it was ended."""

    def __init__(self, program: Path, arguments: Sequence[str], environment: Mapping[str, str], start_s: float) -> None:
        self._command = [sys.executable, str(program), *arguments]
        self._environment = dict(environment)
        self._start_s = start_s
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._numbers = itertools.count()

    async def ask(self, payload: Mapping[str, Any], timeout_s: float) -> dict[str, Any]:
        """The process' answer. NoAnswer if it takes too long (it is ended then), ends, or says that it failed."""
        process = await self._ready()
        number = next(self._numbers)
        answered: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answered
        try:
            assert process.stdin is not None
            process.stdin.write(orjson.dumps({"number": number, **payload}) + b"\n")
            with suppress(ConnectionError):  # the reader tells why it ended
                await process.stdin.drain()
            return await asyncio.wait_for(answered, timeout_s)
        except TimeoutError:
            await self.stop()
            raise NoAnswer("timed-out", f"no answer after {timeout_s:g} s") from None
        finally:
            self._waiting.pop(number, None)

    async def stop(self) -> None:
        """End the process; what it still owes fails."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
        if self._reading is not None:
            await asyncio.wait([self._reading])

    async def _ready(self) -> asyncio.subprocess.Process:
        async with self._starting:
            if self._process is None or self._process.returncode is not None:
                self._process = await asyncio.create_subprocess_exec(
                    *self._command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
                    stderr=asyncio.subprocess.DEVNULL, limit=LINE_LIMIT, start_new_session=True,
                    env={**os.environ, **self._environment},
                )  # fmt: skip
                await self._await_start(self._process)
                self._reading = asyncio.create_task(self._read(self._process))
            return self._process

    async def _await_start(self, process: asyncio.subprocess.Process) -> None:
        """The first line says that it is ready, or why it never will be."""
        assert process.stdout is not None
        try:
            line = await asyncio.wait_for(process.stdout.readline(), self._start_s)
        except TimeoutError:
            line = orjson.dumps({"error": f"did not start within {self._start_s:g} s"})
        said = orjson.loads(line) if line else {"error": f"ended with {await process.wait()} while it started"}
        if "error" in said:
            await self.stop()
            raise NoAnswer("failed", str(said["error"]))

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        reason = ""
        try:
            while line := await process.stdout.readline():
                said = orjson.loads(line)
                waiting = self._waiting.get(said.get("number"))
                if waiting is not None and not waiting.done():
                    _settle(waiting, said)
        except ValueError as error:
            reason = f"its answer is longer than {LINE_LIMIT} bytes or no JSON: {error}"
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        code = await process.wait()
        for waiting in list(self._waiting.values()):
            if not waiting.done():
                waiting.set_exception(NoAnswer("failed", reason or f"the agent's process ended with {code}"))


def _settle(waiting: asyncio.Future[dict[str, Any]], said: dict[str, Any]) -> None:
    if "error" in said:
        waiting.set_exception(NoAnswer("failed", str(said["error"])[:2_000]))
    else:
        waiting.set_result(said)
