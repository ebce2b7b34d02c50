"""What is kept and said of a record that a service could not process."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from ethogram.events import EthogramError, EventId, RecordDeadLettered, SessionId
from ethogram.events.envelope import Headers, Raw, Record, encode, numbered, rfc3339
from ethogram.events.ids import is_uuid
from ethogram.runtime import clock
from ethogram.runtime.store.dead_letters import DeadLetter, storable
from ethogram.runtime.store.outbox import Message
from ethogram.topology import Service, catalogue

REDRIVE_HEADER = "redrive_id"
UNKNOWN_SESSION = SessionId("unknown")


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a record could not be processed."""

    stage: str
    """decode, sequence, decide, perform or project."""
    code: str
    message: str
    foreseen: bool
    error_class: str
    attempts: int = 1

    @classmethod
    def of(cls, stage: str, error: BaseException, attempts: int = 1) -> Failure:
        """What an exception says; one that is not ours is unforeseen, and the place where it arose is named."""
        kind = type(error).__name__
        if isinstance(error, EthogramError):
            return cls(stage, error.code, error.message, True, kind, attempts)
        frames = traceback.extract_tb(error.__traceback__)
        place = f" (in {frames[-1].name}, line {frames[-1].lineno})" if frames else ""
        words = getattr(error, "orig", None) or error  # SQLAlchemy's own text repeats the statement and its values
        return cls(stage, "unforeseen", f"{kind}: {words}{place}", False, kind, attempts)


class RedriveId(NamedTuple):
    """Which dead letter a record comes back from, for which service, and for which time."""

    service: str
    letter: int
    number: int

    def __str__(self) -> str:
        return f"{self.service}/{self.letter}.{self.number}"


def redrive_of(headers: Headers) -> RedriveId | None:
    """The redrive id of a record, if it was redriven by us."""
    text = next((value for name, value in headers if name == REDRIVE_HEADER), b"").decode(errors="replace")
    service, _, rest = text.rpartition("/")
    letter, _, number = rest.partition(".")
    if not (service and letter.isdecimal() and number.isdecimal()):
        return None
    return RedriveId(service, int(letter), int(number))


def letter_of(service: Service[Any], raw: Raw, failure: Failure, record: Record | None) -> DeadLetter:
    """The row that is kept of a record that failed."""
    redrive = redrive_of(raw.headers)
    return DeadLetter(
        service=service.name,
        position=raw.position,
        session_id=session_of(raw, record),
        event_id=record.id if record else None,
        key=raw.key,
        value=raw.value,
        headers=raw.headers,
        stage=failure.stage,
        code=failure.code,
        message=failure.message,
        foreseen=failure.foreseen,
        attempts=failure.attempts,
        redrives=redrive.number if redrive else 0,
    )


def copy_of(service: Service[Any], raw: Raw, failure: Failure) -> Message:
    """The record itself for the dead-letter topic: key, value and headers untouched, `dlq_*` headers added."""
    position = raw.position
    said = {
        "dlq_topic": position.topic,
        "dlq_partition": str(position.partition),
        "dlq_offset": str(position.offset),
        "dlq_group": service.group,
        "dlq_stage": failure.stage,
        "dlq_error_class": failure.error_class,
        "dlq_error_code": failure.code,
        "dlq_error_message": storable(failure.message),
        "dlq_attempts": str(failure.attempts),
        "dlq_time": clock.now(),
    }
    added = tuple((name, text.encode()) for name, text in said.items())
    return Message(catalogue().dead_letters.name, raw.key, raw.value, (*raw.headers, *added))


def notice_of(service: Service[Any], raw: Raw, failure: Failure, record: Record | None) -> Message | None:
    """The event that says so, for everybody; none about such an event itself, or a poisonous one would never end."""
    topic = catalogue().topic_of(RecordDeadLettered)
    if raw.position.topic == topic.name:
        return None
    source, sequence = numbered(raw.headers) if record is None else ("", None)
    event = RecordDeadLettered(
        session_id=session_of(raw, record),
        consumer=service.group,
        topic=raw.position.topic,
        partition=raw.position.partition,
        offset=raw.position.offset,
        stage=failure.stage,
        code=failure.code,
        message=storable(failure.message),
        attempts=failure.attempts,
        source=source or None,
        sequence=sequence,
    )
    told = Record(
        event=event,
        id=EventId(event.id),
        source=service.source,
        time=record.time if record else rfc3339(raw.timestamp),
        correlation=record.correlation if record else event.session_id,
        causation=record.id if record else None,
        traceparent=record.traceparent if record else None,
    )
    return Message(topic.name, *encode(told))


def session_of(raw: Raw, record: Record | None) -> SessionId:
    """The session that a record speaks of: by its event, its key or its body, as far as they can be read."""
    if record is not None:
        return record.event.session_id
    for text in (_key(raw), _named(raw)):
        if is_uuid(text):
            return SessionId(text)
    return UNKNOWN_SESSION


def _key(raw: Raw) -> str:
    return (raw.key or b"").decode(errors="replace")


def _named(raw: Raw) -> str:
    try:
        return str(orjson.loads(raw.value or b"").get("session_id"))
    except (orjson.JSONDecodeError, AttributeError):
        return ""
