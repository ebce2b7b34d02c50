"""The embedded stack as other programs use it: bring it up, look at it, take it down."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from ethogram.devserver.folders import Folders
from ethogram.devserver.probes import probe
from ethogram.devserver.processes import Child, Command, start, tail
from ethogram.devserver.state import ANOTHER_RUNS, Lock, StateFile, end_leftovers
from ethogram.events.errors import TransientError
from ethogram.runtime.settings import DRIVER, Settings, as_environment

UP_WITHIN_S = 300
"""A first start fetches Kafka."""
DOWN_WITHIN_S = 60

Progress = Callable[[str], None]
"""Called with each new step in words."""


class Stack:
    """A running stack, started here or found running."""

    def __init__(self, settings: Settings, supervisor: Child | None) -> None:
        self._settings = settings
        self._supervisor = supervisor

    @property
    def started_here(self) -> bool:
        """Whether this program started it, so that it ends with this program unless `keep` is called."""
        return self._supervisor is not None

    @property
    def settings(self) -> Settings:
        """Settings that lead to this stack."""
        return connected(self._settings)

    def status(self) -> dict[str, Any]:
        """As `status`."""
        return status(self._settings)

    def keep(self) -> None:
        """Let it run on after this program has ended."""
        if self._supervisor is not None:
            self._supervisor.process.send_signal(signal.SIGUSR1)
            self._supervisor.process.returncode = 0  # no longer ours to wait for: Popen shall not warn at exit
            self._supervisor = None

    def wait(self) -> int:
        """Wait until it ends; its exit code."""
        return self._supervisor.process.wait() if self._supervisor else 0

    def stop(self) -> None:
        """End it, if it was started here."""
        if self._supervisor is not None:
            self._supervisor.stop()
            self._supervisor = None


def up(settings: Settings, *, progress: Progress = lambda step: None) -> Stack:
    """Start the stack of `settings.home`, or find it running; returns when every service is ready.

    Call it on the main thread. A stack started here ends with this program, even when that is killed, until
    `Stack.keep`. Interrupted on the way, it leaves nothing behind. TransientError says what is in the way.
    """
    deadline = time.monotonic() + UP_WITHIN_S
    while True:
        if Lock(Folders.at(settings.home)).holder() is None:
            stack = _start(settings, progress, deadline)
            if stack is not None:
                return stack
        elif _await_other(settings, progress, deadline):
            return Stack(settings, None)


def down(settings: Settings) -> bool:
    """End the stack, its data kept; False: none was running."""
    folders = Folders.at(settings.home)
    lock = Lock(folders)
    pid = lock.holder()
    if pid is None:
        return bool(end_leftovers(StateFile(folders).read()))
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + DOWN_WITHIN_S
    while lock.holder() == pid:
        if time.monotonic() > deadline:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            end_leftovers(StateFile(folders).read())
            break
        time.sleep(0.05)
    return True


def status(settings: Settings) -> dict[str, Any]:
    """Everything about the stack as data: `state`, `kafka.bootstrap_servers`, `postgres.url`, `api.url`, `services`."""
    folders = Folders.at(settings.home)
    known = {**_nothing(settings), **StateFile(folders).read()}
    running = Lock(folders).holder() is not None
    if not running and known["state"] != "failed":
        known |= {"state": "stopped", "step": ""}
    services = known["services"]
    if not running:
        for part in (*services.values(), known["kafka"], known["postgres"]):
            part.update(state="stopped", pid=None)
    with ThreadPoolExecutor(8) as pool:
        for name, health in zip(services, pool.map(_health, services.values()), strict=True):
            services[name]["health"] = health
    return known


def connected(settings: Settings) -> Settings:
    """Settings that point to the running stack, unless broker and database are set; TransientError if none runs."""
    given = settings.model_fields_set
    if {"kafka_bootstrap_servers", "database_url"} <= given:
        return settings
    folders = Folders.at(settings.home)
    known = StateFile(folders).read()
    if Lock(folders).holder() is None or "kafka" not in known:
        raise TransientError("stack-down", f"no stack runs for {settings.home}. Start it: ethogram up --detach")
    found = {
        "kafka_bootstrap_servers": known["kafka"]["bootstrap_servers"],
        "database_url": known["postgres"]["url"].replace("postgresql", DRIVER, 1),
        "api_port": int(known["api"]["url"].rpartition(":")[2]),
    }
    return settings.model_copy(update={name: value for name, value in found.items() if name not in given})


def _start(settings: Settings, progress: Progress, deadline: float) -> Stack | None:
    folders = Folders.at(settings.home)
    folders.make()
    supervisor = start(Command(
        "supervisor", [sys.executable, "-m", "ethogram.devserver"], folders.log("supervisor"),
        as_environment(settings), grace_s=DOWN_WITHIN_S,
    ))  # fmt: skip
    try:
        while True:
            state = _await_change(settings, supervisor.pid, progress)
            if state.get("state") == "running":
                return Stack(settings, supervisor)
            if supervisor.exit_code == ANOTHER_RUNS:
                return None
            if supervisor.exit_code is not None:
                raise _reason(supervisor, settings)
            if time.monotonic() > deadline:
                raise TransientError("stack-slow", f"not ready after {UP_WITHIN_S} s, at: {state.get('step')}")
    except BaseException:
        supervisor.stop()
        raise


def _reason(supervisor: Child, settings: Settings) -> TransientError:
    state = StateFile(Folders.at(settings.home)).read()
    ours = state.get("pid") == supervisor.pid and state.get("error")
    return TransientError("stack-failed", ours or f"the supervisor ended: {tail(supervisor.command.log)}")


def _await_other(settings: Settings, progress: Progress, deadline: float) -> bool:
    """Wait for a stack that somebody else starts; False if it has ended."""
    folders = Folders.at(settings.home)
    while (pid := Lock(folders).holder()) is not None:
        if _await_change(settings, pid, progress).get("state") == "running":
            return True
        if time.monotonic() > deadline:
            raise TransientError("stack-slow", f"the stack of {settings.home} was not ready after {UP_WITHIN_S} s")
    return False


def _await_change(settings: Settings, pid: int, progress: Progress) -> dict[str, Any]:
    time.sleep(0.05)
    state = StateFile(Folders.at(settings.home)).read()
    if state.get("pid") != pid:  # left over from before
        return {}
    if state.get("step"):
        progress(state["step"])
    return state


def _health(service: dict[str, Any]) -> str:
    if service["state"] != "running":
        return str(service["state"])
    return probe(service["health_port"]).words


def _nothing(settings: Settings) -> dict[str, Any]:
    return {
        "state": "stopped", "step": "", "error": None, "pid": None, "home": str(settings.home), "started_at": None,
        "kafka": {"bootstrap_servers": None}, "postgres": {"url": None}, "api": {"url": None}, "services": {},
    }  # fmt: skip
