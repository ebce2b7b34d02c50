"""Answers of effects: entered once, by whoever holds the task's latest lease, in one transaction with the outbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine

from ethogram.events.envelope import Record
from ethogram.runtime import clock, tracing
from ethogram.runtime.batch import Item, Sign, by_projection, encoded, read
from ethogram.runtime.crashpoints import CrashPoint, reached
from ethogram.runtime.effects import Answer
from ethogram.runtime.failures import Failure, copy_of, letter_of, notice_of
from ethogram.runtime.limit import DlqLimit
from ethogram.runtime.observing import count_emitted
from ethogram.runtime.settle import Settled, log_failure
from ethogram.runtime.store import dead_letters, outbox, tasks
from ethogram.runtime.store.engine import is_transient
from ethogram.runtime.store.outbox import Message, Sent
from ethogram.topology import Service, performed


@dataclass
class _Entry:
    """An answer on its way into the log."""

    answer: Answer
    records: tuple[Record, ...] = ()
    messages: list[Message] = field(default_factory=list)
    failure: Failure | None = None

    @property
    def held(self) -> tasks.Held:
        """The lease under which it was performed: an earlier lease of the same task is another one."""
        return *self.answer.lease.key, self.answer.lease.token


def settle_answers(
    service: Service[Any], engine: Engine, sign: Sign | None, answers: Sequence[Answer],
    sent: Sent, limit: DlqLimit,
) -> Settled:  # fmt: skip
    """Enter answers; one that alone makes the transaction fail is dead-lettered. Transient failures come out."""
    try:
        return _transaction(service, engine, sign, answers, sent, limit, None)
    except Exception as error:
        if is_transient(error):
            raise
        if len(answers) == 1:
            return _transaction(service, engine, sign, answers, sent, limit, Failure.of("project", error))
    middle = len(answers) // 2
    first = settle_answers(service, engine, sign, answers[:middle], sent, limit)
    return first.and_then(settle_answers(service, engine, sign, answers[middle:], sent, limit))


def _transaction(
    service: Service[Any], engine: Engine, sign: Sign | None, answers: Sequence[Answer], sent: Sent,
    limit: DlqLimit, poison: Failure | None,
) -> Settled:  # fmt: skip
    entries = [_entry(service, answer, sign, poison) for answer in answers]
    with engine.begin() as connection:
        outbox.mark(connection, sent.published)
        good = _close(connection, service, [entry for entry in entries if entry.failure is None], tasks.finish)
        bad = _close(connection, service, [entry for entry in entries if entry.failure is not None], tasks.park)
        records = [record for entry in good for record in entry.records]
        for project, grouped in by_projection(service, records, True).items():
            project(connection, grouped)
        messages = [message for entry in good for message in entry.messages]
        messages.extend(_set_aside(connection, service, bad))
        posted = outbox.add(connection, service.name, messages)
    reached(CrashPoint.ANSWERED)
    count_emitted(records)
    for entry in bad:
        log_failure(service.name, _item(service, entry))
    outcomes = [entry.failure is not None and not entry.failure.foreseen for entry in (*good, *bad)]
    halted = limit.passed_at(outcomes) is not None
    limit.count(outcomes)
    return Settled(posted, halted=halted)


def _entry(service: Service[Any], answer: Answer, sign: Sign | None, poison: Failure | None) -> _Entry:
    if poison is not None:
        return _Entry(answer, failure=poison)
    if answer.error is not None:
        return _Entry(answer, failure=Failure.of("perform", answer.error, answer.attempts))
    try:
        records = tracing.told(performed(service, answer.record, answer.events, clock.now()), answer.traceparent)
        return _Entry(answer, records, encoded(service, records, sign))
    except Exception as error:
        return _Entry(answer, failure=Failure.of("perform", error, answer.attempts))


def _close(connection: Connection, service: Service[Any], entries: Sequence[_Entry], act: Any) -> list[_Entry]:
    """Close the tasks of entries; those whose lease somebody else holds by now drop out."""
    if not entries:
        return []
    mine: set[tasks.Held] = act(connection, service.name, [entry.answer.lease for entry in entries])
    return [entry for entry in entries if entry.held in mine]


def _set_aside(connection: Connection, service: Service[Any], bad: Sequence[_Entry]) -> list[Message]:
    items = [_item(service, entry) for entry in bad]
    by_position: Mapping[Any, Item] = {item.raw.position: item for item in items}
    letters = [letter_of(service, item.raw, _failure(item), item.record) for item in by_position.values()]
    messages: list[Message] = []
    for position in sorted(dead_letters.add(connection, letters), key=lambda each: (each.topic, each.offset)):
        item = by_position[position]
        messages.append(copy_of(service, item.raw, _failure(item)))
        notice = notice_of(service, item.raw, _failure(item), item.record)
        messages.extend([notice] if notice else [])
    return messages


def _item(service: Service[Any], entry: _Entry) -> Item:
    item = read(service, entry.answer.lease.raw)
    item.failure = entry.failure
    return item


def _failure(item: Item) -> Failure:
    if item.failure is None:
        raise AssertionError("only a failed task is set aside")
    return item.failure
