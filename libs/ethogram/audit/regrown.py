"""A session's log, grown again from its records: the leaves themselves, where the auditor keeps a frontier."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ethogram.audit.closing import AUDITOR
from ethogram.audit.log import identity_of, leaf, redriven_for, session_root, stream_of, topic_of
from ethogram.audit.merkle import Frontier, leaf_hash
from ethogram.events import AuditCheckpoint, InvalidRecord, RecordDeadLettered, TopicHead
from ethogram.events.envelope import Position, Record
from ethogram.topology import catalogue


@dataclass(frozen=True, slots=True)
class Entry:
    """One leaf of a log."""

    record: Record
    hash: bytes
    """Its leaf hash."""


@dataclass(slots=True)
class Log:
    """What the auditor takes in of a session, per topic and in order."""

    entries: dict[str, list[Entry]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    """What was passed over and might surprise."""

    @property
    def size(self) -> int:
        """Leaves in all."""
        return sum(map(len, self.entries.values()))

    def root(self) -> str:
        """Head over all topics."""
        sizes = {(topic, len(entries)) for topic, entries in self.entries.items()}
        return session_root(
            TopicHead(topic=topic, size=size, root=root) for (topic, size), root in self.roots(sizes).items()
        )

    def roots(self, wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
        """Root over the first `size` leaves of `topic` for each `(topic, size)`; empty where there are fewer."""
        sizes: dict[str, set[int]] = {}
        for topic, size in wanted:
            sizes.setdefault(topic, set()).add(size)
        return {
            (topic, size): root
            for topic, asked in sizes.items()
            for size, root in _prefix_roots(self.entries.get(topic, []), asked).items()
        }


def grow(records: Iterable[Record]) -> Log:
    """The log over `records` of one session, given in order per topic.

    Left out, as the auditor leaves them out, are topics that it does not read (its checkpoints among them), repeats of
    an id (delivery is at least once), what was sent again for another service, and what it says that it set aside.
    Whether leaves are salted, its checkpoints say; SaltUnknown if they are and the salts are not here.
    """
    records = list(records)
    aside = set_aside(records)
    heads = [record.event for record in records if isinstance(record.event, AuditCheckpoint)]
    salted = any(head.leaves == "salted" for head in heads) or (not heads and all(each.salt for each in records))
    log, known = Log(), dict[str, bytes]()
    for record in records:
        for_others = redriven_for(record) not in ("", AUDITOR.removeprefix("ethogram."))
        if read_by_auditor(record) and not (record.position in aside or for_others):
            _enter(log, known, record, salted)
    return log


def read_by_auditor(record: Record) -> bool:
    """Whether the auditor takes in what stands on the topic of a record."""
    return AUDITOR.removeprefix("ethogram.") in catalogue().topics[topic_of(record)].consumers


def set_aside(records: Iterable[Record]) -> set[Position]:
    """Where the records stand that the auditor says it set aside: they are in no log, and nobody misses them."""
    return {
        Position(event.topic, event.partition, event.offset)
        for event in (record.event for record in records)
        if isinstance(event, RecordDeadLettered) and event.consumer == AUDITOR
    }


def _enter(log: Log, known: dict[str, bytes], record: Record, salted: bool) -> None:
    try:
        entered = leaf_hash(leaf(record, salted=salted))
    except InvalidRecord as error:
        log.notes.append(f"{record.id} on {stream_of(record)} has no leaf: {error.message}")
        return
    first = known.setdefault(identity_of(record), entered)
    if first is entered:
        log.entries.setdefault(stream_of(record), []).append(Entry(record, entered))
    elif first != entered:
        log.notes.append(f"{record.id} came again with other content on {stream_of(record)}; the first one counts")


def _prefix_roots(entries: Sequence[Entry], sizes: set[int]) -> dict[int, str]:
    frontier = Frontier()
    roots = dict.fromkeys(sizes, "")
    for entry in entries:
        frontier = frontier.grown(entry.hash)
        if frontier.size in sizes:
            roots[frontier.size] = frontier.root().hex()
    return roots
