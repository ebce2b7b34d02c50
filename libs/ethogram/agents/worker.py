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
END_S = 5.0
"""How long a killed process may take to be gone."""


SECRET = ("ETHOGRAM_", "DATABASE_URL", "KAFKA_", "PG")
"""Beginnings of the names of variables that tell how to reach our stores and how to sign: no business of agents."""


def environment(**more: str) -> dict[str, str]:
    """Variables for a process that runs the code of others; one thread for linear algebra keeps it small."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith(SECRET)}
    return {**mine, "OPENBLAS_NUM_THREADS": "1", **more}


class Ended(NoAnswer):
    """The process ended while it owed an answer, perhaps through no fault of this request."""


class Worker:
    """One child process, started when it is first needed and again after it was ended."""

    def __init__(self, program: Path, arguments: Sequence[str], environment: Mapping[str, str], start_s: float) -> None:
        self._command = [sys.executable, str(program), *arguments]
        self._environment = dict(environment)
        self._start_s = start_s
        self._starting: asyncio.Task[_Child] | None = None
        self._numbers = itertools.count()

    async def ask(self, payload: Mapping[str, Any], timeout_s: float) -> dict[str, Any]:
        """The process' answer. NoAnswer if it takes too long (it is ended then), ends, or says that it failed."""
        child = await self._ready()
        try:
            return await asyncio.wait_for(child.ask(next(self._numbers), payload), timeout_s)
        except TimeoutError:
            await child.end()
            raise NoAnswer("timed-out", f"no answer after {timeout_s:g} s") from None

    async def stop(self) -> None:
        """End the process; what it still owes fails."""
        if self._starting is None:
            return
        self._starting.cancel()  # nothing happens where it has started already
        await asyncio.wait([self._starting])
        if not _spent(self._starting):
            await self._starting.result().end()

    async def _ready(self) -> _Child:
        """The running process. One start serves all who wait for it, and goes on when one of them gives up."""
        if self._starting is None or _spent(self._starting):
            self._starting = asyncio.ensure_future(_Child.started(self._command, self._environment, self._start_s))
        return await asyncio.shield(self._starting)


def _spent(starting: asyncio.Task[_Child]) -> bool:
    """Whether nothing can come of it any more: it failed, or its process is over."""
    return starting.done() and (starting.cancelled() or starting.exception() is not None or starting.result().over)


class _Child:
    """One run of the process."""

    def __init__(self, process: asyncio.subprocess.Process, lines: asyncio.StreamReader, pipe: Any) -> None:
        self._process = process
        self._lines = lines
        self._pipe = pipe
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._reading: asyncio.Task[None] | None = None
        self.over = False

    @classmethod
    async def started(cls, command: Sequence[str], environment: Mapping[str, str], start_s: float) -> _Child:
        """A process that has said that it is ready; NoAnswer with the reason why it never will be."""
        # a pipe of our own, because asyncio's is only closed once every descendant that inherited it has ended
        readable, writable = os.pipe()
        try:
            process = await asyncio.create_subprocess_exec(
                *command, stdin=asyncio.subprocess.PIPE, stdout=writable, stderr=asyncio.subprocess.DEVNULL,
                start_new_session=True, env=dict(environment),
            )  # fmt: skip
        except OSError as error:
            os.close(readable)
            raise NoAnswer("failed", f"its process cannot be started: {error}") from error
        finally:
            os.close(writable)
        lines = asyncio.StreamReader(limit=LINE_LIMIT)
        pipe, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(lines), os.fdopen(readable, "rb", 0)
        )
        child = cls(process, lines, pipe)
        try:
            await child._await_start(start_s)
        except BaseException:
            await child.end()
            raise
        child._reading = asyncio.create_task(child._read())
        return child

    async def ask(self, number: int, payload: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to one request."""
        assert self._process.stdin is not None
        answered: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answered
        try:
            self._process.stdin.write(orjson.dumps({"number": number, **payload}) + b"\n")
            with suppress(ConnectionError):  # the reader tells why it ended
                await self._process.stdin.drain()
            return await answered
        finally:
            self._waiting.pop(number, None)

    async def end(self, reason: str = "the agent's process was ended") -> None:
        """Kill it and what it started; nothing is awaited that a descendant could hold up."""
        self.over = True
        if self._reading is not None and self._reading is not asyncio.current_task():
            self._reading.cancel()
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._pipe.close()
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._fail(reason)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), END_S)

    async def _await_start(self, start_s: float) -> None:
        """The first line says that it is ready, or why it never will be."""
        try:
            line = await asyncio.wait_for(self._lines.readline(), start_s)
            said = _object(line) if line else {"error": f"its process ended{await self._code()} while it started"}
        except TimeoutError:
            said = {"error": f"did not start within {start_s:g} s"}
        except ValueError as error:
            said = {"error": _nonsense(error)}
        if not said.get("ready"):
            raise NoAnswer("failed", str(said.get("error", "its process did not say that it is ready")))

    async def _read(self) -> None:
        reason = ""
        try:
            while line := await self._lines.readline():
                said = _object(line)
                waiting = self._waiting.get(said.get("number", -1))
                if waiting is not None and not waiting.done():
                    _settle(waiting, said)
        except (ValueError, TypeError) as error:
            reason = _nonsense(error)
        self.over = True
        await self.end(reason or f"the agent's process ended{await self._code()}")

    async def _code(self) -> str:
        with suppress(TimeoutError):
            return f" with {await asyncio.wait_for(self._process.wait(), 1)}"
        return ""

    def _fail(self, reason: str) -> None:
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(Ended("failed", reason))


def _nonsense(error: Exception) -> str:
    return f"its process wrote something else than an answer, or more than {LINE_LIMIT} bytes: {error}"


def _object(line: bytes) -> dict[str, Any]:
    said = orjson.loads(line) if line.strip() else None
    if not isinstance(said, dict):
        raise ValueError("a line is no JSON object")
    return said


def _settle(waiting: asyncio.Future[dict[str, Any]], said: dict[str, Any]) -> None:
    if "error" in said:
        waiting.set_exception(NoAnswer("unparsable" if said.get("unparsable") else "failed", str(said["error"])))
    else:
        waiting.set_result(said)
