"""Settling: inbox, states, projections, outbox, tasks, dead letters and offsets of a batch in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic

from sqlalchemy import Connection, Engine

from ethogram.events.envelope import Raw
from ethogram.runtime import clock, telemetry
from ethogram.runtime.batch import Item, Sign, by_projection, decide, read
from ethogram.runtime.crashpoints import CrashPoint, reached
from ethogram.runtime.failures import Failure, copy_of, letter_of, notice_of
from ethogram.runtime.limit import DlqLimit
from ethogram.runtime.observing import count_emitted
from ethogram.runtime.store import dead_letters, inbox, offsets, outbox, tasks
from ethogram.runtime.store.engine import is_transient
from ethogram.runtime.store.offsets import Place, Zombie
from ethogram.runtime.store.outbox import NOTHING_SENT, Message, Posted, Sent
from ethogram.runtime.store.states import States, Versioned
from ethogram.topology import REUSED, Kept, Service
from ethogram.topology.service import S


@dataclass
class Settled:
    """What a committed batch leaves to do."""

    posted: list[Posted] = field(default_factory=list)
    """To be sent, in this order."""
    tasks: bool = False
    """Whether there are effects to perform."""
    halted: bool = False
    """Whether the limit of unforeseen errors is passed: the rest of the batch was not settled."""

    def and_then(self, later: Settled) -> Settled:
        """This and what followed; what was not sent yet stands in both and is sent once."""
        posted = {each.pos: each for each in (*self.posted, *later.posted)}
        return Settled([posted[pos] for pos in sorted(posted)], self.tasks or later.tasks, later.halted)


class GapFound(Exception):
    """Records are missing before some of these; who reads them again settles the batch afterwards."""

    def __init__(self, items: Sequence[Item]) -> None:
        super().__init__(f"{len(items)} records came before their predecessors")
        self.raws = [item.raw for item in items]


class _LimitPassed(Exception):
    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index


class Settler(Generic[S]):
    """Settles batches of one service. The same code runs behind the Kafka loop and inside Faust."""

    def __init__(self, service: Service[S], engine: Engine, sign: Sign | None = None) -> None:
        self._service = service
        self._engine = engine
        self._sign = sign
        self._states = States(service)
        self.limit = DlqLimit()

    def settle(
        self, raws: Sequence[Raw], *, epochs: Mapping[Place, int] | None = None, sent: Sent = NOTHING_SENT,
        gaps: bool = False,
    ) -> Settled:  # fmt: skip
        """Settle records in order, all or nothing, and say what is to be sent.

        `epochs`: owned partitions, whose offsets move by compare-and-set (None: offsets are somebody else's).
        `sent`: what this process has sent already. `gaps`: raise GapFound instead of dead-lettering.
        Transient failures and Zombie come out; a record that alone makes the transaction fail is dead-lettered.
        """
        with telemetry.SETTLING.labels(self._service.name).time():
            return self._isolating(raws, epochs, sent, gaps)

    def _isolating(self, raws: Sequence[Raw], epochs: Mapping[Place, int] | None, sent: Sent, gaps: bool) -> Settled:
        try:
            return self._transaction(raws, epochs, sent, gaps, None)
        except (Zombie, GapFound):
            raise
        except _LimitPassed as passed:
            settled = self._transaction(raws[: passed.index + 1], epochs, sent, gaps, None, limited=False)
            return Settled(settled.posted, settled.tasks, True)
        except Exception as error:
            if is_transient(error):
                raise
            if len(raws) == 1:
                return self._transaction(raws, epochs, sent, gaps, Failure.of("project", error))
        middle = len(raws) // 2
        first = self._isolating(raws[:middle], epochs, sent, gaps)
        return first if first.halted else first.and_then(self._isolating(raws[middle:], epochs, sent, gaps))

    def _transaction(
        self, raws: Sequence[Raw], epochs: Mapping[Place, int] | None, sent: Sent, gaps: bool,
        poison: Failure | None, *, limited: bool = True,
    ) -> Settled:  # fmt: skip
        items = [read(self._service, raw) for raw in raws]
        reached(CrashPoint.RECEIVED)
        with self._engine.begin() as connection:
            outbox.mark(connection, sent.published)
            admitted = self._admit(connection, items)
            reached(CrashPoint.ADMITTED)
            loaded = self._states.load(connection, {item.key for item in admitted if item.key is not None})
            changed = self._decide(admitted, loaded, poison)
            reached(CrashPoint.DECIDED)
            self._check(admitted, gaps, limited)
            self._project(connection, admitted)
            reached(CrashPoint.PROJECTED)
            posted = self._enqueue(connection, admitted, sent)
            reached(CrashPoint.ENQUEUED)
            self._states.save(connection, changed)
            wanted = [task for item in admitted for task in item.tasks]
            tasks.add(connection, self._service.name, wanted)
            reached(CrashPoint.SAVED)
            if epochs is not None:
                offsets.advance(connection, self._service.name, next_offsets(raws), epochs)
            reached(CrashPoint.ADVANCED)
        reached(CrashPoint.COMMITTED)
        self._states.remember(changed)
        self._count(items, admitted)
        return Settled(posted, bool(wanted))

    def _admit(self, connection: Connection, items: Sequence[Item]) -> list[Item]:
        first: dict[str, Item] = {}
        for item in items:
            if not item.passed_over:
                known = first.setdefault(item.inbox_id, item)
                if item.redrive and not known.redrive:  # a repeat beside it would hide that it may come in again
                    first[item.inbox_id] = item
        digests = {event_id: item.digest for event_id, item in first.items()}
        redriven = {event_id for event_id, item in first.items() if item.redrive}
        numbered = {event_id for event_id, item in first.items() if item.numbered}
        admission = inbox.admit(connection, self._service.name, digests, redriven, numbered)
        return [item for item in items if not item.passed_over and self._is_new(item, first, admission)]

    def _is_new(self, item: Item, first: Mapping[str, Item], admission: inbox.Admission) -> bool:
        known = first[item.inbox_id]
        if item.digest != admission.settled.get(item.inbox_id, known.digest):
            message = f"{item.inbox_id}: this id was settled before with another body"
            item.failure = Failure("decode", "equivocation", message, True, "InvalidRecord")
            item.refused = None
            return True
        item.passed_over = item is not known or item.inbox_id not in admission.fresh
        return not item.passed_over

    def _decide(
        self, admitted: Sequence[Item], loaded: Mapping[str, Versioned[S]], poison: Failure | None
    ) -> dict[str, Versioned[S]]:
        states: dict[str, Kept[S]] = {key: versioned.kept for key, versioned in loaded.items()}
        now = clock.milliseconds()
        for item in admitted:
            decide(self._service, item, states, self._sign, poison)
            if item.failure and item.failure.code == REUSED and inbox.is_forgotten(item.raw.timestamp, now):
                item.failure, item.passed_over = None, True  # settled so long ago that only its number tells
        return {
            key: Versioned(kept, loaded[key].version + 1)
            for key, kept in states.items()
            if kept is not loaded[key].kept
        }

    def _check(self, admitted: Sequence[Item], gaps: bool, limited: bool) -> None:
        early = [item for item in admitted if gaps and item.failure is not None and item.failure.code == "gap"]
        if early:
            raise GapFound(early)
        index = self.limit.passed_at(_unforeseen(admitted)) if limited else None
        if index is not None:
            raise _LimitPassed(index)

    def _project(self, connection: Connection, admitted: Sequence[Item]) -> None:
        accepted = [item.record for item in admitted if item.accepted and item.record is not None]
        emitted = [record for item in admitted for record in item.emitted]
        for records, are_ours in ((accepted, False), (emitted, True)):
            for project, grouped in by_projection(self._service, records, are_ours).items():
                project(connection, grouped)
        if self._service.archives is not None and accepted:
            self._service.archives(connection, accepted)

    def _enqueue(self, connection: Connection, admitted: Sequence[Item], sent: Sent) -> list[Posted]:
        failed = [item for item in admitted if item.failure is not None]
        messages = [message for item in admitted for message in item.messages]
        messages.extend(self._set_aside(connection, failed))
        posted = outbox.add(connection, self._service.name, messages)
        if not posted:
            return []
        keys = {message.key for message in messages if message.key is not None}
        return outbox.older(connection, self._service.name, posted[0].pos, keys, sent.flying) + posted

    def _set_aside(self, connection: Connection, failed: Sequence[Item]) -> list[Message]:
        letters = [letter_of(self._service, item.raw, _failure(item), item.record) for item in failed]
        added = dead_letters.add(connection, letters)
        forged = {item.inbox_id for item in failed if _failure(item).code == "equivocation"}
        inbox.pin(connection, self._service.name, forged)
        closed = {item.inbox_id for item in failed if _failure(item).code != "equivocation"}
        inbox.fail(connection, self._service.name, closed)
        messages: list[Message] = []
        for item in failed:
            if item.raw.position in added:
                messages.append(copy_of(self._service, item.raw, _failure(item)))
                notice = notice_of(self._service, item.raw, _failure(item), item.record)
                messages.extend([notice] if notice else [])
        return messages

    def _count(self, items: Sequence[Item], admitted: Sequence[Item]) -> None:
        self.limit.count(_unforeseen(admitted))
        count_settled(self._service, items)
        count_emitted(record for item in admitted for record in item.emitted)


def next_offsets(raws: Sequence[Raw]) -> dict[Place, int]:
    """Where each partition goes on after these records."""
    return {(raw.position.topic, raw.position.partition): raw.position.offset + 1 for raw in raws}


def count_settled(service: Service[Any], items: Sequence[Item]) -> None:
    """Tell metrics and, for what was set aside, the log."""
    name = service.name
    telemetry.BATCH.labels(name).observe(len(items))
    topics: dict[str, int] = {}
    now = clock.milliseconds()
    for item in items:
        telemetry.AGE.labels(name).observe(max(0, now - item.raw.timestamp) / 1_000)
        topics[item.raw.position.topic] = topics.get(item.raw.position.topic, 0) + 1
        if item.failure is not None and not item.passed_over:
            log_failure(name, item)
    for topic, count in topics.items():
        telemetry.CONSUMED.labels(name, topic).inc(count)
    telemetry.DUPLICATES.labels(name).inc(sum(item.passed_over for item in items))


def log_failure(service: str, item: Item) -> None:
    """One line for a record that was set aside."""
    failure, record, position = _failure(item), item.record, item.raw.position
    telemetry.DEAD_LETTERS.labels(service, failure.stage, str(failure.foreseen).lower()).inc()
    telemetry.log().warning(
        "record set aside", stage=failure.stage, code=failure.code, reason=failure.message[:500],
        foreseen=failure.foreseen, topic=position.topic, partition=position.partition, offset=position.offset,
        session_id=record.event.session_id if record else None,
        trace_id=telemetry.trace_id(record.traceparent) if record else None,
    )  # fmt: skip


def _failure(item: Item) -> Failure:
    if item.failure is None:
        raise AssertionError("only a failed record is set aside")
    return item.failure


def _unforeseen(admitted: Sequence[Item]) -> list[bool]:
    return [item.failure is not None and not item.failure.foreseen for item in admitted]
