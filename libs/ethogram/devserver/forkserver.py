"""The fork server: imports what the services need once, and forks each service from there.

Seven services import mostly the same modules, which takes longer than anything else they do at their start. Forked from
one process that has imported them, a service starts in a fraction of that time, and its code lies in memory once. What
runs is what `python -m MODULE` runs. (As `multiprocessing`'s fork server, but for programs instead of functions.)

It is one process with one thread that opens neither sockets nor databases, so nothing can be half done in a fork.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from ethogram.devserver.processes import Child, Command, start
from ethogram.events.errors import TransientError

READY_WITHIN_S = 60
LOOK_EVERY_S = 0.02
PROGRAM = "ethogram.devserver.forks"
_LINE = 65_536


class ForkServer:
    """Starts services as forks of a process that keeps their modules in memory."""

    def __init__(self, modules: Sequence[str], log: Path) -> None:
        self._modules = tuple(modules)
        self._log = log
        self._server: Child | None = None
        self._channel: socket.socket | None = None
        self._unread = b""
        self._lock = threading.Lock()
        self._living: dict[int, Forked] = {}

    def prepare(self) -> None:
        """Let it import, in the background. Call it on a thread that lives as long as its services may."""
        ours, theirs = socket.socketpair()
        with theirs:
            arguments = [sys.executable, "-m", PROGRAM, str(theirs.fileno()), *self._modules]
            self._server = start(Command("forkserver", arguments, self._log, inherited=(theirs.fileno(),)))
        self._channel, self._unread = ours, b""

    def start(self, command: Command) -> Child:
        """As `processes.start`, for a command of the form `[PYTHON, "-m", MODULE]`."""
        command.log.parent.mkdir(parents=True, exist_ok=True)
        with self._lock:
            for _ in range(2):
                if self._channel is None:
                    self.prepare()
                pid = self._ask(command)
                if pid is not None:
                    forked = self._living[pid] = Forked(self, pid, command.arguments)
                    return Child(command, forked, time.monotonic())
        raise TransientError("process-failed", f"{command.name} could not be started: see {self._log}")

    def look(self) -> None:
        """Note which services have ended."""
        with self._lock:
            while self._channel is not None and (message := self._receive(0)):
                self._note(message)

    def stop(self) -> None:
        """End it. Services that still run are asked to end too."""
        if self._server is not None:
            self._server.stop()

    def _ask(self, command: Command) -> int | None:
        request = {
            "module": command.arguments[-1], "environment": dict(command.environment),
            "log": str(command.log), "stop_signal": int(command.stop_signal),
        }  # fmt: skip
        assert self._channel is not None
        with suppress(OSError):
            self._channel.sendall(json.dumps(request).encode() + b"\n")
        while message := self._receive(READY_WITHIN_S):
            if "started" in message:
                return int(message["started"])
            self._note(message)
        return None

    def _receive(self, wait_s: float) -> dict[str, Any] | None:
        """The next message; none if there is none in time. If the server is gone, so are its services."""
        assert self._channel is not None
        self._channel.settimeout(wait_s)
        while b"\n" not in self._unread:
            try:
                received = self._channel.recv(_LINE)
            except (TimeoutError, BlockingIOError):
                return None
            except OSError:
                received = b""
            if not received:
                self._lose()
                return None
            self._unread += received
        line, _, self._unread = self._unread.partition(b"\n")
        message: dict[str, Any] = json.loads(line)
        return message

    def _note(self, message: dict[str, Any]) -> None:
        forked = self._living.pop(message["ended"], None)
        if forked is not None:
            forked.returncode = message["code"]

    def _lose(self) -> None:
        """It ended unasked: what it forked has been told to end, and nobody will tell us with what code."""
        assert self._channel is not None
        self._channel.close()
        self._channel = None
        for forked in self._living.values():
            forked.returncode = -signal.SIGTERM
        self._living.clear()


class Forked:
    """A forked service, as `subprocess.Popen` shows a started one."""

    def __init__(self, server: ForkServer, pid: int, args: Sequence[str]) -> None:
        self._server = server
        self.pid = pid
        self.args = args
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        if self.returncode is None:
            self._server.look()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code once it has ended; subprocess.TimeoutExpired if that takes longer than `timeout` seconds."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(list(self.args), timeout or 0)
            time.sleep(LOOK_EVERY_S)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal, if it still runs."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)
