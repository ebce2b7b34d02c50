"""Keeps one process running: starts it again when it ends, at once the first time, more slowly if it goes on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from ethogram.devserver.processes import Child, Command, start, tail
from ethogram.devserver.state import identity

FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 10.0
STEADY_S = 15.0
"""Whoever ran for so long starts with a short pause again."""
LOOK_EVERY_S = 0.05

Phase = Literal["waiting", "running", "restarting", "stopped"]


@dataclass(slots=True)
class Keeper:
    """One process that is meant to run."""

    name: str
    changed: Callable[[], None]
    """Called after each change of what `describe` says."""
    launch: Callable[[Command], Child] = start
    phase: Phase = "waiting"
    child: Child | None = None
    restarts: int = 0
    last_exit: int | None = None
    last_words: str = ""
    _pause_s: float = FIRST_PAUSE_S
    _stopping: bool = field(default=False)

    def begin(self, command: Command) -> Child:
        """Start it for the first time."""
        self.child = self.launch(command)
        self._say("running")
        return self.child

    async def keep(self) -> None:
        """Start it again whenever it ends, until `stop`."""
        while True:
            child = self.child
            assert child is not None
            while child.exit_code is None:
                await asyncio.sleep(LOOK_EVERY_S)
            if self._stopping:
                return
            await self._restart(child)

    async def stop(self) -> None:
        """End it for good."""
        self._stopping = True
        if self.child is not None:
            await asyncio.to_thread(self.child.stop)
            self.last_exit = self.child.exit_code
            self._say("stopped")

    def describe(self) -> dict[str, Any]:
        """Its state as data."""
        running = self.phase == "running" and self.child is not None
        pid = self.child.pid if running and self.child else None
        return {
            "state": self.phase,
            "pid": pid,
            "born": identity(pid) if pid else None,
            "restarts": self.restarts,
            "last_exit": self.last_exit,
            "last_words": self.last_words,
        }

    async def _restart(self, ended: Child) -> None:
        ended.kill()  # what it may have left behind
        self.last_exit, self.last_words = ended.exit_code, tail(ended.command.log, lines=3)
        steady = time.monotonic() - ended.started_at > STEADY_S
        pause, self._pause_s = (FIRST_PAUSE_S if steady else self._pause_s), self._pause_s * 2
        self._pause_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 if steady else self._pause_s)
        self._say("restarting")
        await asyncio.sleep(pause)
        if not self._stopping:
            self.restarts += 1
            self.begin(ended.command)

    def _say(self, phase: Phase) -> None:
        self.phase = phase
        self.changed()
