"""Child processes on a leash: they end when their parent ends, however it ends."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from ethogram.events.errors import TransientError

NOBODY = 65534
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_SET_PARENT_DEATH_SIGNAL = 1


@dataclass(frozen=True, slots=True)
class Command:
    """How to start one process, and how to ask it to end."""

    name: str
    arguments: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    """On top of our own."""
    stop_signal: signal.Signals = signal.SIGTERM
    grace_s: float = 15
    """Time to end by itself before it is killed."""
    unprivileged: bool = False
    """Started by root, it runs as nobody."""
    shared_group: bool = False
    """Stays in our process group, so that a Ctrl-C in the terminal reaches it too."""
    inherited: tuple[int, ...] = ()
    """File descriptors that it gets."""


class Process(Protocol):
    """What is needed of a started process; `subprocess.Popen` is one."""

    pid: int
    returncode: Any

    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def send_signal(self, number: int, /) -> None: ...
    def kill(self) -> None: ...


@dataclass(slots=True)
class Child:
    """A started process."""

    command: Command
    process: Process
    started_at: float

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative: the signal that ended it."""
        return self.process.poll()

    def ask_to_stop(self) -> None:
        """Send the signal that it understands as a wish."""
        if self.exit_code is None:
            self.process.send_signal(self.command.stop_signal)

    def stop(self) -> None:
        """Ask it to end, and kill it and its own children after the grace period."""
        self.ask_to_stop()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(self.command.grace_s)
        self.kill()

    def kill(self) -> None:
        """End it and what is left of its process group at once."""
        if not self.command.shared_group:
            with suppress(ProcessLookupError, PermissionError):  # the group is empty already
                os.killpg(self.pid, signal.SIGKILL)
        elif self.exit_code is None:
            self.process.kill()
        self.process.wait()


def start(command: Command) -> Child:
    """Start a process with its output in its log. Call it on a thread that lives as long as the process may."""
    command.log.parent.mkdir(parents=True, exist_ok=True)
    user = NOBODY if command.unprivileged and os.geteuid() == 0 else None
    with command.log.open("ab") as log:
        process = subprocess.Popen(
            command.arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            env={**os.environ, **command.environment}, start_new_session=not command.shared_group,
            cwd="/" if command.unprivileged else None, preexec_fn=partial(leash, command.stop_signal, os.getpid()),
            user=user, group=user, extra_groups=None if user is None else [], pass_fds=command.inherited,
        )  # fmt: skip
    return Child(command, process, time.monotonic())


def run_once(command: Command, timeout_s: float = 60) -> None:
    """Run a process to its end; TransientError with the end of its log if it fails."""
    child = start(command)
    try:
        code = child.process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        code = -signal.SIGKILL
    finally:
        child.kill()
    if code != 0:
        raise TransientError("process-failed", f"{command.name} ended with {code}: {tail(command.log)}")


def wait_until(ready: Callable[[], bool], child: Child, timeout_s: float) -> None:
    """Wait for a process to become ready; TransientError with the end of its log if it ends first or takes too long."""
    deadline = time.monotonic() + timeout_s
    while not ready():
        name = child.command.name
        if child.exit_code is not None:
            raise TransientError("process-failed", f"{name} ended with {child.exit_code}: {tail(child.command.log)}")
        if time.monotonic() > deadline:
            raise TransientError("process-slow", f"{name} was not ready after {timeout_s} s: {tail(child.command.log)}")
        time.sleep(0.05)


def tail(log: Path, lines: int = 8) -> str:
    """Last lines of a log, and where the rest is."""
    try:
        text = log.read_bytes()[-4000:].decode("utf-8", "replace")
    except OSError:
        return f"(no log at {log})"
    return "\n  ".join([f"(from {log})", *text.splitlines()[-lines:]])


def leash(stop_signal: int, parent: int) -> None:
    """Let this process end with its parent. Runs in the child after a change of user, which would clear the setting."""
    if _LIBC is None:
        return
    _LIBC.prctl(_SET_PARENT_DEATH_SIGNAL, int(stop_signal), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def unleash() -> None:
    """Let this process outlive the one that started it."""
    if _LIBC is not None:
        _LIBC.prctl(_SET_PARENT_DEATH_SIGNAL, 0, 0, 0, 0)
