"""A batch of records on its way through a service: read, then decided one by one; nothing here touches the world."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ethogram.events import Event, InvalidRecord
from ethogram.events.envelope import (
    STRUCTURED,
    Raw,
    Record,
    decode,
    encode,
    numbered,
    read_as,
    refused_session,
    rfc3339,
)
from ethogram.events.ids import derive, is_uuid, session_at
from ethogram.runtime import telemetry, tracing
from ethogram.runtime.failures import Failure, RedriveId, redrive_of
from ethogram.runtime.store.outbox import Message
from ethogram.runtime.store.tasks import Wanted
from ethogram.topology import (
    Kept,
    Refusal,
    Service,
    Step,
    Topic,
    catalogue,
    close,
    refuse,
    set_aside,
    step,
    stream_name,
)
from ethogram.topology.service import S

Sign = Callable[[bytes], str]
"""Payload to detached signature."""
NAME_LIMIT = 300
"""Characters of an id, a source or a key: what an index row of the database can hold."""


@dataclass(slots=True)
class Item:
    """One record, and what became of it so far."""

    raw: Raw
    inbox_id: str
    """What makes it the same record when it is delivered again."""
    digest: bytes
    key: str | None = None
    """Whose state it meets; None: nobody's."""
    record: Record | None = None
    failure: Failure | None = None
    refused: type[Event] | None = None
    """Type of a command that could not be read and that the service has words for."""
    closes: tuple[str, int] | None = None
    """Stream and number that a record took that could not be read: those after it shall not wait for it."""
    redrive: RedriveId | None = None
    passed_over: bool = False
    """Settled before, or redriven for another service."""
    emitted: tuple[Record, ...] = ()
    messages: list[Message] = field(default_factory=list)
    tasks: list[Wanted] = field(default_factory=list)

    @property
    def numbered(self) -> bool:
        """Whether the number it bears tells for ever that it was settled; one of another key's state tells nothing."""
        record = self.record
        return record is not None and record.sequence is not None and self.key == record.event.key

    @property
    def accepted(self) -> bool:
        """Whether the service took it."""
        return self.record is not None and self.failure is None and not self.passed_over


def read(service: Service[Any], raw: Raw) -> Item:
    """Decode a record; what cannot be read comes back with a failure, never as an exception."""
    topic = catalogue().topics[raw.position.topic]
    position = raw.position
    item = Item(
        raw=raw,
        inbox_id=f"{position.topic}/{position.partition}/{position.offset}",
        digest=hashlib.sha256(raw.value or b"").digest(),
        redrive=redrive_of(raw.headers),
    )
    item.passed_over = item.redrive is not None and item.redrive.service != service.name
    try:
        record = decode(raw, topic.types, bare=topic.bare_type)
        _check_storable(record)
    except Exception as error:
        item.failure = Failure.of("decode", error)
        item.refused = _refused_type(service, topic, raw)
        item.key = _refused_key(raw) if item.refused else None
        if not (item.refused or item.redrive) and (number := _number(topic, raw)) is not None:
            item.key, item.closes = (raw.key or b"").decode(), number
        return item
    item.record = replace(record, redriven=True) if item.redrive else record
    item.key = service.key_of(record.event)
    item.inbox_id = f"{record.source} {record.id}" if record.event.COMMAND else record.id
    return item


def decide(
    service: Service[S], item: Item, states: MutableMapping[str, Kept[S]], sign: Sign | None, poison: Failure | None
) -> None:
    """Let the service decide on one admitted record; its state moves on in `states`."""
    if item.failure is not None:
        if item.closes is not None and item.key is not None:
            states[item.key] = close(states[item.key], *item.closes)
        if poison is None:
            _say_refusal(service, item, states, sign)
        return
    record, key = _known(item)
    kept = states[key]
    done: Step[S] = Step(kept)
    failure = poison
    if failure is None:
        try:
            with (
                telemetry.DECIDING.labels(service.name, record.event.TYPE).time(),
                tracing.processing(service.name, service.group, record) as span,
            ):
                done = step(service, kept, record)
            done = replace(done, emitted=tracing.told(done.emitted, tracing.traceparent_of(span, record.traceparent)))
            # signed before it is projected: what is stored is what is sent
            done = replace(done, emitted=tuple(_signed(service, made, sign) for made in done.emitted))
            if done.rejection is None:
                item.tasks = _tasks(service, item.raw, record)
            messages = encoded(service, done.emitted, sign)
        except Exception as error:
            failure = Failure.of("decide", error)
    if failure is not None:
        item.failure = failure
        item.tasks = []
        states[key] = set_aside(service, kept, record)
        return
    if done.rejection is not None:
        item.failure = Failure.of(done.stage, done.rejection)
    item.emitted, item.messages = done.emitted, messages
    states[key] = done.kept


def encoded(service: Service[Any], records: Sequence[Record], sign: Sign | None) -> list[Message]:
    """Records as Kafka takes them; ValueError for one that its topic is too small for."""
    return [_message(service, record, sign) for record in records]


def by_projection(
    service: Service[Any], records: Sequence[Record], emitted: bool
) -> dict[Callable[[Any, Sequence[Record]], None], list[Record]]:
    """Records by the function that projects them, in their order: one function for several types sees all in order."""
    grouped: dict[Callable[[Any, Sequence[Record]], None], list[Record]] = {}
    for record in records:
        project = service.projects.get(type(record.event))
        if project is not None and (type(record.event) in service.emits) is emitted:
            grouped.setdefault(project, []).append(record)
    return grouped


def _signed(service: Service[Any], record: Record, sign: Sign | None) -> Record:
    if not service.signed or sign is None or record.signature is not None:
        return record
    return replace(record, signature=sign(record.event.body()))


def _message(service: Service[Any], record: Record, sign: Sign | None) -> Message:
    topic = catalogue().topic_of(type(record.event))
    key, value, headers = encode(_signed(service, record, sign))
    if len(value) > topic.max_message_bytes - 65_536:  # room for headers and framing
        raise ValueError(f"{record.event.TYPE} has {len(value)} bytes; {topic.name} takes {topic.max_message_bytes}")
    return Message(topic.name, key, value, headers)


def _tasks(service: Service[Any], raw: Raw, record: Record) -> list[Wanted]:
    effect = service.performs.get(type(record.event))
    if effect is None:
        return []
    event = record.event
    return [Wanted(record.id, task, event.session_id, raw, effect.lane(event, task)) for task in effect.tasks(event)]


def _known(item: Item) -> tuple[Record, str]:
    if item.record is None or item.key is None:
        raise AssertionError("only a record that was read is decided")
    return item.record, item.key


def _say_refusal(service: Service[S], item: Item, states: MutableMapping[str, Kept[S]], sign: Sign | None) -> None:
    if item.refused is None or item.key is None or item.failure is None or not item.failure.foreseen:
        return
    record_id = derive("record", item.raw.position.topic, item.raw.position.partition, item.raw.position.offset)
    time = rfc3339(item.raw.timestamp)
    refusal = Refusal(item.key, record_id, item.failure.code, item.failure.message, time=time)
    try:
        done = refuse(service, states[item.key], item.refused, refusal, None)
        emitted = tuple(replace(record, time=time) for record in done.emitted)
        item.messages = encoded(service, emitted, sign)
    except Exception as error:
        item.failure = Failure.of("decide", error)
        return
    item.emitted = emitted
    states[item.key] = done.kept


def _refused_type(service: Service[Any], topic: Topic, raw: Raw) -> type[Event] | None:
    names = {name.lower(): value for name, value in raw.headers}
    if names.get("content-type", b"").decode(errors="replace").startswith(STRUCTURED):
        return None
    named = names.get("ce_type", b"").decode(errors="replace")
    read = read_as(named, topic.types) if named else None
    found = read[0] if read else None if named else topic.bare_type
    return found if found in service.refuses else None


def _refused_key(raw: Raw) -> str:
    named = refused_session(raw)
    position = raw.position
    return named if is_uuid(named) else session_at(position.topic, position.partition, position.offset)


def _number(topic: Topic, raw: Raw) -> tuple[str, int] | None:
    """The stream and the number that a record bears, if a service of ours can have written it under this key."""
    source, sequence = numbered(raw.headers)
    ours = source in {f"/ethogram/{name}" for name in topic.producers}
    if sequence is None or not ours or raw.key is None or not _is_storable(raw.key.decode(errors="replace")):
        return None
    return stream_name(source, topic.name), sequence


def _is_storable(text: str) -> bool:
    return len(text) <= NAME_LIMIT and "\0" not in text and "\N{REPLACEMENT CHARACTER}" not in text


def _check_storable(record: Record) -> None:
    named: Mapping[str, str] = {
        "ce_id": record.id, "ce_source": record.source, "session_id": record.event.session_id,
        "ce_correlationid": record.correlation,
    }  # fmt: skip
    for name, text in named.items():
        if len(text) > NAME_LIMIT or "\0" in text:
            raise InvalidRecord("name", f"{name} is {text[:40]!r}...; expected at most {NAME_LIMIT} characters, no NUL")
