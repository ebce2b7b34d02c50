"""One step of a service, without a broker or a database: what the Kafka shell and the replayer share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic

from ethogram.events.base import Event
from ethogram.events.envelope import Record
from ethogram.events.errors import InvalidRecord
from ethogram.events.ids import EventId
from ethogram.topology.catalogue import catalogue
from ethogram.topology.service import Refusal, S, Service


@dataclass(frozen=True, slots=True)
class Kept(Generic[S]):
    """What a service keeps per key: its state, and how far each numbered stream has come."""

    state: S
    seen: Mapping[str, int] = field(default_factory=dict)
    """Last sequence number per `<source>|<topic>`."""
    sent: Mapping[str, int] = field(default_factory=dict)
    """Records emitted per topic."""


@dataclass(frozen=True, slots=True)
class Step(Generic[S]):
    """What became of one record."""

    kept: Kept[S]
    emitted: tuple[Record, ...] = ()
    rejection: InvalidRecord | None = None
    stage: str = ""
    """Where it was rejected: sequence or decide."""


def step(service: Service[S], kept: Kept[S], record: Record) -> Step[S]:
    """Let `service` decide on one record. Foreseen refusals come back as a rejection, never as an exception."""
    try:
        seen = _advance(kept.seen, record)
    except InvalidRecord as rejection:
        return Step(kept, rejection=rejection, stage="sequence")
    moved = replace(kept, seen=seen)
    try:
        state, events = _decide(service, kept.state, record)
    except InvalidRecord as rejection:
        said = refuse(service, moved, type(record.event), _refusal(record, rejection), record)
        return replace(said, rejection=rejection, stage="decide")
    return _emit(service, replace(moved, state=state), events, record)


def refuse(
    service: Service[S], kept: Kept[S], event_type: type[Event] | None, refusal: Refusal, cause: Record | None
) -> Step[S]:
    """What the service says about a record that it refused; nothing unless its `refuses` table knows the type."""
    rule = service.refuses.get(event_type) if event_type else None
    return _emit(service, kept, rule(kept.state, refusal), cause, causation=refusal.record_id) if rule else Step(kept)


def performed(service: Service[Any], cause: Record, events: Sequence[Event], time: str) -> tuple[Record, ...]:
    """Records of what an effect answered at `time` (RFC 3339): not numbered, for effects end in any order."""
    return tuple(_record(service, event, cause, cause.id, time, None) for event in events)


def set_aside(kept: Kept[S], record: Record) -> Kept[S]:
    """What is kept once `record` went to the dead letters for an unforeseen reason: nobody waits for it any more."""
    return replace(kept, seen=_advance(kept.seen, record))


def _advance(seen: Mapping[str, int], record: Record) -> Mapping[str, int]:
    if record.sequence is None or record.position is None:
        return seen
    stream = f"{record.source}|{record.position.topic}"
    last = seen.get(stream, 0)
    if record.redriven:
        return {**seen, stream: max(last, record.sequence)}
    if record.sequence > last + 1:
        raise InvalidRecord("gap", f"{stream}: ce_sequence is {record.sequence}, expected {last + 1}")
    if record.sequence <= last:
        raise InvalidRecord("sequence-reused", f"{stream}: ce_sequence {record.sequence} was taken by another event")
    return {**seen, stream: record.sequence}


def _decide(service: Service[S], state: S, record: Record) -> tuple[S, Sequence[Event]]:
    if service.witness is not None:
        return service.witness(state, record)
    rule = service.decides.get(type(record.event))
    return rule(state, record.event) if rule else (state, ())


def _refusal(record: Record, rejection: InvalidRecord) -> Refusal:
    return Refusal(record.event.session_id, record.id, rejection.code, rejection.message)


def _emit(
    service: Service[S], kept: Kept[S], events: Sequence[Event], cause: Record | None, causation: str | None = None
) -> Step[S]:
    sent = dict(kept.sent)
    records = []
    for event in events:
        topic = catalogue().topic_of(type(event)).name
        sent[topic] = sent.get(topic, 0) + 1
        time = cause.time if cause else ""
        records.append(_record(service, event, cause, causation or (cause.id if cause else None), time, sent[topic]))
    return Step(replace(kept, sent=sent), tuple(records))


def _record(
    service: Service[Any], event: Event, cause: Record | None, causation: str | None, time: str, sequence: int | None
) -> Record:
    if type(event) not in service.emits:
        raise TypeError(f"{service.name} made a {type(event).__name__}, which it does not declare under emits")
    return Record(
        event=event,
        id=EventId(event.id),
        source=service.source,
        time=time,
        correlation=cause.correlation if cause else event.session_id,
        causation=causation,
        sequence=sequence,
        traceparent=cause.traceparent if cause else None,
    )
