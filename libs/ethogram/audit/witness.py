"""The auditor: sees every record of a session, grows its log, and says at which head it stands."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from ethogram.audit.closing import Ledger
from ethogram.audit.log import heads, leaf, session_root, stream_of
from ethogram.audit.merkle import Frontier, leaf_hash
from ethogram.events import AuditCheckpoint, Event, Value
from ethogram.events.envelope import Record

INTERVAL = 1_000
"""Leaves between two checkpoints: what a truncation of an open log can hide at most."""


class Witnessed(Value):
    """What the auditor keeps of a session: a few hashes per topic, and what is still owed."""

    frontiers: dict[str, Frontier] = Field(default_factory=dict)
    """The tree of each stream: a topic, or one partition of the commands."""
    ledger: Ledger = Field(default_factory=Ledger)
    """Whether the session's log is whole."""

    @property
    def size(self) -> int:
        """Leaves in all."""
        return sum(frontier.size for frontier in self.frontiers.values())


def witness(state: Witnessed, record: Record) -> tuple[Witnessed, Sequence[Event]]:
    """Take one record into the log; a checkpoint follows every 1,000 leaves, and whenever the log is whole.

    The heads depend on the order within each topic only. A record that comes after a closing checkpoint leads to
    another, larger one: the largest is the session's head.
    """
    if isinstance(record.event, AuditCheckpoint):
        return state, ()  # a log that held its own heads would never come to rest
    stream = stream_of(record)
    grown = state.frontiers.get(stream, Frontier()).grown(leaf_hash(leaf(record)))
    ledger = state.ledger.heard(record.event)
    moved = state.model_copy(update={"frontiers": {**state.frontiers, stream: grown}, "ledger": ledger})
    if not (ledger.closed or moved.size % INTERVAL == 0):
        return moved, ()
    return moved, (_checkpoint(moved, record),)


def _checkpoint(state: Witnessed, record: Record) -> AuditCheckpoint:
    topic_heads = heads(state.frontiers)
    return AuditCheckpoint(
        session_id=record.event.session_id,
        size=state.size,
        heads=topic_heads,
        root=session_root(topic_heads),
        closing=state.ledger.closed,
    )
