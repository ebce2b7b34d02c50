"""Patience with what passes: backoff with full jitter, bounded; afterwards the process gives up and is restarted."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from ethogram.runtime import clock, telemetry
from ethogram.runtime.health import Health
from ethogram.runtime.store.engine import is_transient

T = TypeVar("T")

FIRST_S = 0.1
LONGEST_S = 5.0
GIVE_UP_S = 120.0


@dataclass
class Patience:
    """Tries again what failed for a reason that passes; says so in readiness, log and metrics."""

    service: str
    health: Health
    stopping: Callable[[], bool] = lambda: False
    """Whether to give up early, because the process has been asked to end."""
    tried_again: bool = field(default=False)
    """Whether anything was tried again since the last look."""

    def insist(self, act: Callable[[], T]) -> T:
        """Do `act` until it succeeds, fails for good, or two minutes are over."""
        started, pause = clock.monotonic(), FIRST_S
        while True:
            try:
                done = act()
            except Exception as error:
                if not is_transient(error) or self.stopping() or clock.monotonic() - started > GIVE_UP_S:
                    raise
                self._tell(error)
            else:
                self.health.clear("dependency")
                return done
            time.sleep(random.uniform(0, pause))
            pause = min(pause * 2, LONGEST_S)

    def doubt(self) -> bool:
        """Whether anything was tried again since the last call: what failed may have been written all the same."""
        doubtful, self.tried_again = self.tried_again, False
        return doubtful

    def _tell(self, error: Exception) -> None:
        self.tried_again = True
        self.health.beat()
        self.health.hold("dependency", f"{type(error).__name__}: {str(error)[:200]}")
        telemetry.RETRIES.labels(self.service).inc()
        telemetry.log().warning("trying again", error=type(error).__name__, reason=str(error)[:300])
