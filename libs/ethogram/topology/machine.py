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
from ethogram.topology.service import Refusal, S, Service, Whole

REUSED = "sequence-reused"
"""Code of a record whose number its stream has passed."""
ASIDE = 1_000
"""Numbers of one stream that are remembered as set aside; of more the latest count."""


@dataclass(frozen=True, slots=True)
class Kept(Generic[S]):
    """What a service keeps per key: its state, and how far each numbered stream has come."""

    state: S
    seen: Mapping[str, int] = field(default_factory=dict)
    """Last sequence number per `<source>|<topic>`."""
    sent: Mapping[str, int] = field(default_factory=dict)
    """Records emitted per topic."""
    aside: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Numbers per stream, sorted, that went to the dead letters: nobody waits for them, and they may still come."""


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
        moved = _advance(service, kept, record)
    except InvalidRecord as rejection:
        return Step(_closed(service, kept, record), rejection=rejection, stage="sequence")
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


def set_aside(service: Service[S], kept: Kept[S], record: Record) -> Kept[S]:
    """What is kept once `record` went to the dead letters for an unforeseen reason: nobody waits for it any more."""
    try:
        return _advance(service, kept, record)
    except InvalidRecord:
        return _closed(service, kept, record)


def close(kept: Kept[S], stream: str, number: int) -> Kept[S]:
    """What is kept once number `number` of a stream went to the dead letters: those after it are no gap.

    Its true bearer, should it come later, is let in: what was set aside may have been somebody else's forgery.
    """
    last, aside = kept.seen.get(stream, 0), kept.aside.get(stream, ())
    if number <= last or number in aside:
        return kept
    return _passed(kept, stream, last, tuple(sorted((*aside, number))[-ASIDE:]))


def stream_name(source: str, topic: str) -> str:
    """How what one source writes to one topic is called."""
    return f"{source}|{topic}"


def _advance(service: Service[S], kept: Kept[S], record: Record) -> Kept[S]:
    if record.sequence is None or record.position is None or _meets_others(service, record):
        return kept
    stream, number = stream_name(record.source, record.position.topic), record.sequence
    last, aside = kept.seen.get(stream, 0), kept.aside.get(stream, ())
    if record.redriven or number in aside:
        return _passed(kept, stream, max(last, number), tuple(each for each in aside if each != number))
    if number <= last:
        raise InvalidRecord(REUSED, f"{stream}: ce_sequence {number} was taken by another event")
    between = sum(last < each < number for each in aside)
    if number > last + 1 + between:
        raise InvalidRecord("gap", f"{stream}: ce_sequence is {number}, expected {last + 1}")
    return _passed(kept, stream, number, aside)


def _meets_others(service: Service[Any], record: Record) -> bool:
    """Whether it meets a state of several keys: the numbers of one key say nothing there."""
    return service.key_of(record.event) != record.event.key


def _closed(service: Service[S], kept: Kept[S], record: Record) -> Kept[S]:
    if record.sequence is None or record.position is None or record.redriven or _meets_others(service, record):
        return kept
    return close(kept, stream_name(record.source, record.position.topic), record.sequence)


def _passed(kept: Kept[S], stream: str, last: int, aside: tuple[int, ...]) -> Kept[S]:
    """At `last`, and past the numbers right after it that were set aside."""
    while last + 1 in aside:
        last += 1
    others = {name: numbers for name, numbers in kept.aside.items() if name != stream}
    return replace(kept, seen={**kept.seen, stream: last}, aside={**others, stream: aside} if aside else others)


def _decide(service: Service[S], state: S, record: Record) -> tuple[S, Sequence[Event]]:
    if service.witness is not None:
        return service.witness(state, record)
    rule = service.decides.get(type(record.event))
    if isinstance(rule, Whole):
        return rule.rule(state, record)
    return rule(state, record.event) if rule else (state, ())


def _refusal(record: Record, rejection: InvalidRecord) -> Refusal:
    actor = str(getattr(record.event, "actor", record.source))
    return Refusal(record.event.session_id, record.id, rejection.code, rejection.message, actor, record.time, record)


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
