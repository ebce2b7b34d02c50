"""The auditor: sees every record of a session, grows its log, and says at which head it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

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
    salted: bool = False
    """Whether its leaves are salted: as its first one was."""

    @property
    def size(self) -> int:
        """Leaves in all."""
        return sum(frontier.size for frontier in self.frontiers.values())


Salts = Callable[[Record], bytes]
"""The salt of a record: nobody else can tell it, and it is the same whenever it is asked for."""


def witness(state: Witnessed, record: Record, salts: Salts | None = None) -> tuple[Witnessed, Sequence[Event]]:
    """Take one record into the log; a checkpoint follows every 1,000 leaves, and whenever the log is whole.

    The heads depend on the order within each topic only. A record that comes after a closing checkpoint leads to
    another, larger one: the largest is the session's head. With `salts` new logs have salted leaves.
    """
    if isinstance(record.event, AuditCheckpoint):
        return state, ()  # a log that held its own heads would never come to rest
    stream, salted = stream_of(record), state.salted or (state.size == 0 and salts is not None)
    known = replace(record, salt=salts(record)) if salted and salts else record
    grown = state.frontiers.get(stream, Frontier()).grown(leaf_hash(leaf(known, salted=salted)))
    ledger, frontiers = state.ledger.heard(record.event), {**state.frontiers, stream: grown}
    moved = state.model_copy(update={"frontiers": frontiers, "ledger": ledger, "salted": salted})
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
        leaves="salted" if state.salted else None,
        closing=state.ledger.closed,
    )
