"""The auditor: sees every record of a session, grows its log, and says at which head it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from pydantic import Field

from ethogram.audit.closing import Ledger
from ethogram.audit.log import heads, leaf, session_root, stream_of
from ethogram.audit.merkle import Frontier, leaf_hash
from ethogram.events import AcknowledgeAlert, AuditCheckpoint, AuditLogged, Event, RegisterAgent, Value
from ethogram.events.envelope import Record
from ethogram.topology import catalogue

INTERVAL = 1_000
"""Leaves between two checkpoints: what a truncation of an open log can hide at most."""


SESSIONLESS = frozenset({*RegisterAgent.names(), *AcknowledgeAlert.names()})
"""Commands that belong to no session."""
SESSION_KEYS = frozenset({"session_id", "anything"})
"""What the catalogue says of topics with records of sessions."""


class Witnessed(Value):
    """What the auditor keeps of a session: a few hashes per topic, and what is still owed."""

    frontiers: dict[str, Frontier] = Field(default_factory=dict)
    """The tree of each stream: a topic, or one partition of the commands."""
    ledger: Ledger = Field(default_factory=Ledger)
    """Whether the session's log is whole."""
    salted: bool = False
    """Whether its leaves are salted: as its first one was."""

    lasting: bool = False
    """Whether it belongs to no session (the ladder, an agent, an alert): nothing ends it."""

    @property
    def size(self) -> int:
        """Leaves in all."""
        return sum(frontier.size for frontier in self.frontiers.values())


Salts = Callable[[Record], bytes]
"""The salt of a record: nobody else can tell it, and it is the same whenever it is asked for."""


def witness(state: Witnessed, record: Record, salts: Salts | None = None) -> tuple[Witnessed, Sequence[Event]]:
    """Take one record into the log; a checkpoint follows every 1,000 leaves, and whenever the log is whole. A log of no
    session never is: it grows seldom, and a checkpoint follows every record of it.

    The heads depend on the order within each topic only. A record that comes after a closing checkpoint leads to
    another, larger one: the largest is the session's head. With `salts` new logs have salted leaves.
    """
    if isinstance(record.event, AuditCheckpoint):
        return state, ()  # a log that held its own heads would never come to rest
    stream, salted = stream_of(record), state.salted or (state.size == 0 and salts is not None)
    known = replace(record, salt=salts(record)) if salted and salts else record
    grown = state.frontiers.get(stream, Frontier()).grown(leaf_hash(leaf(known, salted=salted)))
    ledger, frontiers = state.ledger.heard(record.event), {**state.frontiers, stream: grown}
    lasting = state.lasting or _of_no_session(record.event)
    moved = state.model_copy(
        update={"frontiers": frontiers, "ledger": ledger, "salted": salted, "lasting": lasting}
    )
    if not (ledger.closed or lasting or moved.size % INTERVAL == 0):
        return moved, ()
    return moved, (_checkpoint(moved, record),)


def _of_no_session(event: Event) -> bool:
    what = event.what if isinstance(event, AuditLogged) else event.TYPE
    return what in SESSIONLESS or catalogue().topic_of(type(event)).key not in SESSION_KEYS


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
