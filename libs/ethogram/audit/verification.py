"""Verification: grow a session's log again from its records and hold it against the signed checkpoints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from ethogram.audit.log import SaltUnknown, session_root, topic_of, value_of
from ethogram.audit.regrown import Entry, Log, grow
from ethogram.audit.signature import Keys, SignatureInvalid, SignerUnknown, check
from ethogram.events import AuditCheckpoint, EthogramError, Value
from ethogram.events.envelope import Position, Record

Status = Literal["verified", "tampered", "open", "signer-unknown", "salts-unknown"]


class Place(Value):
    """Where a log departs from what was signed."""

    topic: str
    """The topic; the checkpoints' own if the checkpoint itself is wrong."""
    first: int = 0
    """First leaf that may be concerned, from 0 within the session's records of this topic."""
    last: int = 0
    """Last leaf that may be concerned."""
    event_id: str = ""
    """The record in question, if it could be told."""
    what: str
    """What is wrong, in words."""


class Verification(Value):
    """What a verification found."""

    session_id: str
    """The session; empty if there was no record."""
    status: Status
    """verified: whole, unchanged, signed by a trusted key. open: unchanged, but no closing head covers all of it.
    signer-unknown: whole and consistent, but no trusted key signed it. salts-unknown: its leaves are salted, and the
    salts are elsewhere: ask for a bundle. tampered: see place."""
    size: int
    """Records in the log."""
    root: str
    """Head over all of them."""
    checkpoint_id: str = ""
    """The checkpoint that it was held against."""
    kid: str = ""
    """Key that signed this checkpoint."""
    place: Place | None = None
    """Where the log departs."""
    notes: tuple[str, ...] = ()
    """What is worth knowing but no fault of the log."""

    @property
    def summary(self) -> str:
        """In one line, for people."""
        if self.status == "tampered" and self.place:
            return f"tampered: {self.place.topic}: {self.place.what}"
        if self.status == "open":
            return f"open, size {self.size}"
        if self.status == "salts-unknown":
            return "salts unknown: this log is verified from a bundle, or where its auditor lives"
        return "consistent, signer unknown" if self.status == "signer-unknown" else "verified"


Unreadable = tuple[Position, EthogramError]
"""A record that cannot be decoded: where it stands and why."""


class _Head(NamedTuple):
    checkpoint: AuditCheckpoint
    kid: str
    trusted: bool


def verify(records: Sequence[Record], keys: Keys, unreadable: Sequence[Unreadable] = ()) -> Verification:
    """Hold a session's records (all topics, in order per topic, its checkpoints among them) against its checkpoints.

    `keys` are the trusted public keys (`signature.trusted`). Every checkpoint of a trusted signer is checked; the
    largest closing one is the session's head. `unreadable` only helps to name the place of a fault.
    """
    session_id = records[0].event.session_id if records else ""
    try:
        log = grow(records)
    except SaltUnknown as error:
        return Verification(session_id=session_id, status="salts-unknown", size=0, root="", notes=(str(error),))
    found = Verification(session_id=session_id, status="open", size=log.size, root=log.root(), notes=tuple(log.notes))
    try:
        signed = [_signed(one, one.event, keys) for one in records if isinstance(one.event, AuditCheckpoint)]
    except _Tampered as fault:
        return found.model_copy(update={"status": "tampered", "place": fault.place})
    basis = sorted([head for head in signed if head.trusted] or signed, key=lambda head: head.checkpoint.size)
    if not basis:
        return found
    head = max(basis, key=lambda head: (head.checkpoint.closing, head.checkpoint.size))
    named = {"checkpoint_id": head.checkpoint.id, "kid": head.kid}
    place = _departure(log, [head.checkpoint for head in basis], unreadable)
    if place:
        return found.model_copy(update={**named, "status": "tampered", "place": place})
    notes = (*found.notes, *_beyond(log, head), *_strange(signed, basis))
    whole = head.checkpoint.closing and head.checkpoint.size == log.size
    status: Status = "open" if not whole else "verified" if head.trusted else "signer-unknown"
    return found.model_copy(update={**named, "status": status, "notes": notes})


class _Tampered(Exception):
    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.place = place


def _signed(record: Record, checkpoint: AuditCheckpoint, keys: Keys) -> _Head:
    fault = _inconsistency(checkpoint)
    if not fault and record.signature is None:
        fault = "the checkpoint carries no signature"
    if not fault:
        try:
            return _Head(checkpoint, check(value_of(record), record.signature or "", keys), trusted=True)
        except SignerUnknown as unknown:
            return _Head(checkpoint, unknown.kid, trusted=False)
        except SignatureInvalid as error:
            fault = error.message
    raise _Tampered(Place(topic=topic_of(record), event_id=record.id, what=fault))


def _inconsistency(checkpoint: AuditCheckpoint) -> str:
    topics = [head.topic for head in checkpoint.heads]
    if topics != sorted(set(topics)):
        return "its heads are not sorted by topic, each once"
    if checkpoint.size != sum(head.size for head in checkpoint.heads):
        return f"its size is {checkpoint.size}, but its heads cover {sum(head.size for head in checkpoint.heads)}"
    return "" if checkpoint.root == session_root(checkpoint.heads) else "its root does not follow from its heads"


def _departure(log: Log, checkpoints: Sequence[AuditCheckpoint], unreadable: Sequence[Unreadable]) -> Place | None:
    """The first place where the log departs from one of `checkpoints`, the smallest of them first."""
    sound: dict[str, int] = {}
    roots = log.roots({(head.topic, head.size) for checkpoint in checkpoints for head in checkpoint.heads})
    for checkpoint in checkpoints:
        for head in checkpoint.heads:
            if roots[head.topic, head.size] != head.root:
                return _place(log, head.topic, sound.get(head.topic, 0), head.size, unreadable)
        sound.update({head.topic: head.size for head in checkpoint.heads})
    return None


def _place(log: Log, topic: str, sound: int, size: int, unreadable: Sequence[Unreadable]) -> Place:
    entries = log.entries.get(topic, [])
    last = size - 1
    for position, error in unreadable:
        if position.topic == topic.partition("/")[0]:
            return Place(topic=topic, first=sound, last=last, what=f"{_at(position)} cannot be read: {error.message}")
    gap = _gap(entries[:size])
    if gap:
        before, after = gap
        what = f"{after.id} (ce_sequence {after.sequence}) follows {before.id} (ce_sequence {before.sequence})"
        return Place(topic=topic, first=sound, last=last, event_id=after.id, what=what)
    if len(entries) < size:
        return Place(topic=topic, first=len(entries), last=last, what=f"{len(entries)} of {size} records are there")
    return Place(topic=topic, first=sound, last=last, what=f"a record among {sound} to {last} is not what was signed")


def _gap(entries: Sequence[Entry]) -> tuple[Record, Record] | None:
    """Two records of one source whose numbers do not follow each other."""
    latest: dict[str, Record] = {}
    for record in (entry.record for entry in entries if entry.record.sequence is not None):
        before = latest.get(record.source)
        if before and record.sequence != (before.sequence or 0) + 1:
            return before, record
        latest[record.source] = record
    return None


def _at(position: Position) -> str:
    return f"partition {position.partition}, offset {position.offset}"


def _beyond(log: Log, head: _Head) -> list[str]:
    """Records that came after the closing head."""
    if not head.checkpoint.closing:
        return []
    covered = {part.topic: part.size for part in head.checkpoint.heads}
    return [
        f"{entry.record.id} on {topic} came after the closing head"
        for topic, entries in sorted(log.entries.items())
        for entry in entries[covered.get(topic, 0) :]
    ]


def _strange(signed: Sequence[_Head], basis: Sequence[_Head]) -> list[str]:
    return [
        f"checkpoint {head.checkpoint.id} of size {head.checkpoint.size} is signed by unknown key {head.kid}"
        for head in signed
        if head not in basis
    ]
