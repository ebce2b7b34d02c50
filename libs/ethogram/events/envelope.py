"""Records on the bus: CloudEvents 1.0 in Kafka binary mode, the payload alone as the value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import orjson
from pydantic import ValidationError

from ethogram.events.base import Event
from ethogram.events.commands import StartTraining
from ethogram.events.errors import InvalidRecord
from ethogram.events.explanation import explain
from ethogram.events.ids import EventId, derive, session_at

Headers = tuple[tuple[str, bytes], ...]

SCHEMA_BASE = "https://ethogram.dev/schemas/"
BINARY = "application/json"
STRUCTURED = "application/cloudevents+json"
MAX_BYTES = 4 * 2**20
"""Longest value that is read; the broker counts compressed bytes and may let longer ones pass."""
SEQUENCE_DIGITS = 18
"""What PostgreSQL's bigint holds for certain."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a record stands."""

    topic: str
    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class Raw:
    """A record as Kafka delivered it."""

    position: Position
    key: bytes | None
    value: bytes | None
    headers: Headers
    timestamp: int = 0
    """Milliseconds since 1970, as Kafka keeps them."""


@dataclass(frozen=True, slots=True)
class Record:
    """An event with its envelope."""

    event: Event
    id: EventId
    source: str
    """Service that wrote it, `/ethogram/<service>`; for commands whatever the writer said."""
    time: str
    """RFC 3339, UTC. A decided event has its cause's time."""
    correlation: str
    causation: str | None = None
    """Id of the event that caused it."""
    sequence: int | None = None
    """Number among what its source wrote for this session to this topic, from 1; none where writing is parallel."""
    position: Position | None = None
    traceparent: str | None = None
    signature: str | None = None
    """Detached JWS over the value, from services that sign."""
    redriven: bool = False
    """Whether it comes back from the dead letters: exempt from the sequence check."""
    salt: bytes | None = field(default=None, compare=False, repr=False)
    """What the log mixes into the commitments of its fields, where that is known."""
    raw: Raw | None = field(default=None, compare=False, repr=False)
    """The record as Kafka delivered it; none for one that we made and have not read back."""
    written_as: str = ""
    """The CloudEvents type that it was written under, where that is of an older version than the event's."""

    @property
    def type(self) -> str:
        """The CloudEvents type that it was written under."""
        return self.written_as or self.event.TYPE


def signed_bytes(record: Record) -> bytes:
    """What the signature of a command covers: its type, and its value as it was written."""
    value = record.raw.value if record.raw and record.raw.value else record.event.body()
    return record.type.encode() + b"\n" + value


def schema_id(event_type: str) -> str:
    """The `$id` of the JSON Schema of an event type."""
    return f"{SCHEMA_BASE}{event_type}.schema.json"


def encode(record: Record) -> tuple[bytes, bytes, Headers]:
    """Key, value and headers of a record."""
    event = record.event
    pairs: list[tuple[str, str | None]] = [
        ("content-type", BINARY),
        ("ce_specversion", "1.0"),
        ("ce_id", record.id),
        ("ce_type", event.TYPE),
        ("ce_source", record.source),
        ("ce_subject", f"session/{event.session_id}"),
        ("ce_time", record.time),
        ("ce_dataschema", schema_id(event.TYPE)),
        ("ce_partitionkey", event.key),
        ("ce_correlationid", record.correlation),
        ("ce_causationid", record.causation),
        ("ce_sequence", None if record.sequence is None else f"{record.sequence:012d}"),
        ("ce_signature", record.signature),
        ("traceparent", record.traceparent),
    ]
    headers = tuple((name, text.encode()) for name, text in pairs if text is not None)
    return event.key.encode(), event.body(), headers


def decode(raw: Raw, topic_events: Mapping[str, type[Event]], *, bare: type[Event] | None = None) -> Record:
    """Read a record of a topic whose events are `topic_events` (by CloudEvents type).

    `bare` is the type of a body without headers (commands topic only). Raises InvalidRecord with a stable code and
    words that say what is wrong, where, and what would be valid.
    """
    if raw.value is not None and len(raw.value) > MAX_BYTES:
        raise InvalidRecord("too-large", f"the value has {len(raw.value)} bytes; at most {MAX_BYTES} are read")
    if raw.value is None:
        raise InvalidRecord("tombstone", f"{raw.position.topic} is not compacted: a record needs a JSON body, got none")
    attributes = _attributes(raw.headers)
    payload = _json(raw.value)
    content_type = attributes.pop("content-type", "").split(";")[0].strip()
    if content_type == STRUCTURED:
        attributes, payload = _structured(payload)
    elif "specversion" not in attributes and not (bare and "type" not in attributes):
        raise InvalidRecord(
            "missing-header", "header ce_specversion is missing; CloudEvents 1.0 binary mode is expected"
        )
    elif content_type not in ("", BINARY):
        raise InvalidRecord("content-type", f"content-type is {content_type!r}; expected {BINARY} or {STRUCTURED}")
    if bare is not None and "type" not in attributes:
        return _read(bare, payload, attributes, raw)
    if attributes.get("specversion") != "1.0":
        raise InvalidRecord("specversion", f"ce_specversion is {attributes.get('specversion')!r}; expected '1.0'")
    for name in ("id", "type", "source"):
        if not attributes.get(name):
            raise InvalidRecord("missing-header", f"header ce_{name} is missing or empty")
    written = attributes["type"]
    found = read_as(written, topic_events)
    if found is None:
        raise InvalidRecord("unknown-type", _unknown_type(written, raw.position.topic, topic_events))
    event_type, version = found
    if version == event_type.VERSION:
        return _read(event_type, payload, attributes, raw)
    try:
        told = event_type.upcast(version, payload)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise InvalidRecord("schema", f"{written} cannot be told as {event_type.TYPE}: {error!r}") from None
    return replace(_read(event_type, told, attributes, raw), written_as=written)


def refused_session(raw: Raw) -> str:
    """The session that a command speaks of that could not be read: the id it names, or the one its position derives."""
    try:
        body = orjson.loads(raw.value or b"")
        named = body.get("session_id") or body.get("data", {}).get("session_id")  # data: of a structured CloudEvent
    except (orjson.JSONDecodeError, AttributeError):
        named = None
    return str(named) if isinstance(named, str) and named else session_at(*_where(raw.position))


def numbered(headers: Headers) -> tuple[str, int | None]:
    """The source and the number that a record names which could not be read, as far as these can be."""
    named = {name.lower(): value or b"" for name, value in headers}
    try:
        sequence = _sequence(named["ce_sequence"].decode())
        return named["ce_source"].decode(), sequence
    except (KeyError, UnicodeDecodeError, InvalidRecord):
        return "", None


def _where(position: Position) -> tuple[str, int, int]:
    return position.topic, position.partition, position.offset


def _attributes(headers: Iterable[tuple[str, bytes | None]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in headers:
        lowered = name.lower()
        if not (lowered.startswith("ce_") or lowered in ("content-type", "traceparent", "redrive_id")):
            continue
        short = lowered.removeprefix("ce_")
        if short in found:
            raise InvalidRecord("duplicate-header", f"header {name} stands twice")
        try:
            found[short] = (value or b"").decode()
        except UnicodeDecodeError:
            raise InvalidRecord("header-encoding", f"header {name} is not UTF-8") from None
    return found


def _json(value: bytes) -> Any:
    try:
        payload = orjson.loads(value)
    except orjson.JSONDecodeError as error:
        raise InvalidRecord("not-json", f"the value is not JSON: {error}") from None
    if not isinstance(payload, dict):
        raise InvalidRecord("not-object", f"the value is a JSON {type(payload).__name__}; expected an object")
    if b"\\u0000" in value and _has_nul(payload):
        raise InvalidRecord("nul", "a text holds the character NUL, which cannot be stored; leave it out")
    return payload


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(map(_has_nul, value)) or any(map(_has_nul, value.values()))
    return isinstance(value, list) and any(map(_has_nul, value))


def _structured(payload: dict[str, Any]) -> tuple[dict[str, str], Any]:
    attributes = {name: str(value) for name, value in payload.items() if name not in ("data", "data_base64")}
    if not isinstance(payload.get("data"), dict):
        raise InvalidRecord("no-data", "a structured CloudEvent needs a JSON object under data")
    return attributes, payload["data"]


def read_as(written: str, known: Mapping[str, type[Event]]) -> tuple[type[Event], int] | None:
    """The event of `known` as which a CloudEvents type is read, and the version that the type names; none if no event
    tells that version in its own words."""
    if written in known:
        return known[written], known[written].VERSION
    stem, _, version = written.rpartition(".v")
    found = next((each for name, each in known.items() if name.rpartition(".v")[0] == stem), None)
    if found is None or not version.isdecimal() or int(version) not in found.UPCASTS:
        return None
    return found, int(version)


def _unknown_type(event_type: str, topic: str, known: Mapping[str, type[Event]]) -> str:
    stem, _, version = event_type.rpartition(".")
    versions = sorted(name for name in known if name.rpartition(".")[0] == stem)
    if versions:
        return f"{event_type}: version {version!r} is not known; known: {', '.join(versions)}"
    return f"{event_type!r} does not belong on {topic}; expected one of {', '.join(sorted(known))}"


def _read(event_type: type[Event], payload: dict[str, Any], attributes: Mapping[str, str], raw: Raw) -> Record:
    record_id = EventId(attributes.get("id") or derive("record", *_where(raw.position)))
    if event_type is StartTraining and not payload.get("session_id"):
        payload = {**payload, "session_id": session_at(*_where(raw.position))}
    elif event_type.COMMAND and "command_id" in event_type.model_fields and not payload.get("command_id"):
        payload = {**payload, "command_id": record_id}
    try:
        event = event_type.read(payload)
    except ValidationError as error:
        raise InvalidRecord("schema", f"{event_type.TYPE}: {explain(error, event_type)}") from None
    if not event_type.COMMAND:
        _check_fact(event, record_id, raw.key)
    return Record(
        event=event,
        id=record_id,
        source=attributes.get("source", "/anonymous"),
        time=_time(attributes.get("time"), raw.timestamp),
        correlation=attributes.get("correlationid", event.session_id),
        causation=attributes.get("causationid"),
        sequence=_sequence(attributes.get("sequence")),
        position=raw.position,
        traceparent=attributes.get("traceparent"),
        signature=attributes.get("signature"),
        redriven="redrive_id" in attributes,
        raw=raw,
    )


def _check_fact(event: Event, record_id: str, key: bytes | None) -> None:
    if event.id != record_id:
        raise InvalidRecord("id", f"ce_id is {record_id}, but this body's id is {event.id}")
    if key != event.key.encode():
        shown = "null" if key is None else repr(key.decode(errors="replace"))
        raise InvalidRecord("key", f"the record's key is {shown}; expected {event.key!r}")


def _time(text: str | None, timestamp: int) -> str:
    """What the writer said, or else the time at which Kafka took the record."""
    if text is None:
        return rfc3339(timestamp)
    try:
        aware = datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        aware = False
    if not aware:
        raise InvalidRecord("time", f"ce_time is {text[:64]!r}; expected RFC 3339, e.g. 2026-11-21T10:00:00Z")
    return text


def rfc3339(timestamp: int) -> str:
    """Milliseconds since 1970 as RFC 3339 in UTC."""
    return datetime.fromtimestamp(timestamp / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _sequence(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isdecimal() and len(text) <= SEQUENCE_DIGITS):
        raise InvalidRecord("sequence", f"ce_sequence is {text[:40]!r}; expected a number of up to 18 digits")
    return int(text)
