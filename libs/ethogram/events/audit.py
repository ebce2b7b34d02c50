"""The audit: heads of the Merkle log, and records that were set aside."""

from __future__ import annotations

from typing import ClassVar, Literal

from ethogram.events.base import Event, Value


class TopicHead(Value):
    """The Merkle tree over one topic's records of one session."""

    topic: str
    """The topic; `<topic>/<partition>` for commands, which may come under any key."""
    size: int
    """Leaves."""
    root: str
    """RFC 6962 root hash, hexadecimal."""


class AuditCheckpoint(Event, type="audit.checkpoint"):
    """The state of a session's log at one moment; its record carries a detached signature in `ce_signature`."""

    IDENTITY = ("size",)

    size: int
    """Leaves in all."""
    heads: tuple[TopicHead, ...]
    """Sorted by topic."""
    root: str
    """SHA-256 over the canonical heads."""
    leaves: Literal["salted"] | None = None
    """salted: a leaf holds a salted commitment of each field, so that fields can be withheld; else the fields."""
    closing: bool
    """Whether every source has said its last word: a shorter log is a truncated one."""


class RecordDeadLettered(Event, type="record.dead-lettered"):
    """A record was set aside by one consumer: nobody waits for it any more."""

    IDENTITY = ("consumer", "topic", "partition", "offset")
    VOLATILE: ClassVar[frozenset[str]] = frozenset({"attempts"})

    consumer: str
    """Consumer group that could not process it."""
    topic: str
    """Where it stands."""
    partition: int
    """Where it stands."""
    offset: int
    """Where it stands."""
    stage: str
    """decode, sequence, decide, perform or project."""
    code: str
    """Stable error code."""
    message: str
    """What is wrong, in words."""
    attempts: int = 1
    """Tries."""
    source: str | None = None
    """Who wrote it, of a record that could not be read but bore a number."""
    sequence: int | None = None
    """This number, which counts as taken."""
