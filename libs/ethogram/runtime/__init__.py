"""The machine room: Kafka, PostgreSQL, delivery, dead letters, settings, telemetry.

Names are looked up on first use, so that who wants settings only does not wait for a Kafka client.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ethogram.runtime.batch import Sign
    from ethogram.runtime.dead_letters import Redriven, listed, redrive, show
    from ethogram.runtime.process import run

__all__ = ["Redriven", "Sign", "listed", "redrive", "run", "show"]

_HOMES = {
    "Redriven": "dead_letters",
    "Sign": "batch",
    "listed": "dead_letters",
    "redrive": "dead_letters",
    "run": "process",
    "show": "dead_letters",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
