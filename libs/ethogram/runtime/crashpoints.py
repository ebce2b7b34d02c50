"""Named points at which a chaos test kills this process: between every two steps of settling a batch."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from enum import StrEnum


class CrashPoint(StrEnum):
    """Every point, in the order in which a batch passes them."""

    RECEIVED = "received"
    """Records are in memory, nothing is written."""
    ADMITTED = "admitted"
    """The inbox rows are written, not committed."""
    DECIDED = "decided"
    """The service has decided, nothing of it is written."""
    PROJECTED = "projected"
    """The tables are written, not committed."""
    ENQUEUED = "enqueued"
    """The outbox is written, not committed."""
    SAVED = "saved"
    """States, tasks and dead letters are written, not committed."""
    ADVANCED = "advanced"
    """Everything is written, not committed."""
    COMMITTED = "committed"
    """Committed, nothing is sent."""
    PRODUCED = "produced"
    """Handed to Kafka, perhaps not acknowledged."""
    ACKNOWLEDGED = "acknowledged"
    """Acknowledged by Kafka, not marked as published."""
    HINTED = "hinted"
    """Offsets are committed to Kafka as well."""
    LEASED = "leased"
    """A task is leased, its effect has not run."""
    PERFORMED = "performed"
    """An effect has run, its answer is not written."""
    ANSWERED = "answered"
    """An effect's answer is committed, not sent."""
    RELAYED = "relayed"
    """What a crash left behind is sent, not marked."""
    REDRIVEN = "redriven"
    """A dead letter is marked as redriven, its record is not sent."""


class _Armed:
    """Which point kills, and how many passes are left before it does."""

    point: str | None = None
    left: int = 0
    strike: Callable[[], None]


def kill() -> None:
    """End this process as by `kill -9`."""
    os.kill(os.getpid(), signal.SIGKILL)


def arm(spec: str | None, strike: Callable[[], None] = kill) -> None:
    """Kill this process at a point: `committed`, or `committed:3` for the third pass. None disarms.

    `strike` takes the place of the kill where several processes live in one (a simulation raises there).
    """
    name, _, count = (spec or "").partition(":")
    _Armed.point = CrashPoint(name) if name else None
    _Armed.left, _Armed.strike = int(count or 1), strike


def reached(point: CrashPoint) -> None:
    """Die here if this is the armed point."""
    if _Armed.point is not point:
        return
    _Armed.left -= 1
    if _Armed.left == 0:
        _Armed.strike()
