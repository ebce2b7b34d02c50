"""Lines of a bundle: one record each, whole or with some of its fields withheld."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Collection
from typing import Any

import orjson

from ethogram.audit.commitments import (
    WHOLE,
    Withheld,
    WithheldCommand,
    commitment,
    commitments,
    field_salt,
    field_salts,
)
from ethogram.audit.log import UNLOGGED, attributes_of, salt_of, topic_of, value_of
from ethogram.events import AuditCheckpoint, Event, EventId, RecordDeadLettered, SessionId, canonical
from ethogram.events.envelope import Headers, Position, Raw, Record, decode, encode
from ethogram.topology import catalogue

Withhold = Callable[[Event], frozenset[str]]
"""Names of the fields of an event that nobody shall see."""
NEEDED = (AuditCheckpoint, RecordDeadLettered)
"""Without these nothing can be verified."""


def fields_named(names: Collection[str]) -> Withhold:
    """What `reasoning` (of every event) or `decision.made.reasoning` (of one type) withholds."""

    def withheld(event: Event) -> frozenset[str]:
        if isinstance(event, NEEDED):
            return frozenset()
        short = event.TYPE.removeprefix("ethogram.").rpartition(".v")[0]
        own = {name.removeprefix(f"{short}.") for name in names if name.startswith(f"{short}.")}
        return frozenset((own | set(names)) & set(type(event).model_fields) - {"session_id"})

    return withheld


def write(record: Record, withhold: Withhold | None = None) -> bytes:
    """A record as a line. What no leaf holds is left out (traces): nothing stands there that could change unseen."""
    if isinstance(record.event, Withheld):
        return record.event.line.encode()
    raw = record.raw
    key, value, headers = (raw.key, raw.value, raw.headers) if raw and raw.value is not None else encode(record)
    kept = [[name, _text(text)] for name, text in headers if _kept(name.lower())]
    place = record.position or Position(topic_of(record), 0, 0)
    line: dict[str, Any] = {"at": [place.topic, place.partition, place.offset], "headers": kept, "value": _text(value)}
    if key is not None:
        line["key"] = _text(key)
    if raw and "ce_time" not in {name.lower() for name, _ in headers}:
        line["timestamp"] = raw.timestamp
    hidden = (withhold(record.event) if withhold else frozenset()) & set(orjson.loads(value))
    if hidden:
        line |= _withheld(record, hidden)
    elif record.salt is not None and not isinstance(record.event, AuditCheckpoint):
        line["salt"] = record.salt.hex()
    return orjson.dumps(line, option=orjson.OPT_SORT_KEYS)


def read(line: bytes) -> Record:
    """The record of a line; InvalidRecord or another error if it is none (any more)."""
    shown = orjson.loads(line)
    if "withheld" in shown:
        return _read_withheld(line, shown)
    raw = _raw(shown)
    topic = catalogue().topics[raw.position.topic]
    record = decode(raw, topic.types, bare=topic.bare_type)
    return Record(**{name: getattr(record, name) for name in Record.__slots__} | {"salt": _salt(shown)})


def _withheld(record: Record, hidden: frozenset[str]) -> dict[str, Any]:
    """What takes the place of the value: the fields that are left, their salts, and commitments to the others."""
    value, salt = value_of(record), salt_of(record)
    data = orjson.loads(value)
    left = {name: data[name] for name in sorted(data) if name not in hidden}
    salts = field_salts(salt, data)
    line: dict[str, Any] = {
        "value": canonical(left).decode(), "salts": {name: salts[name].hex() for name in left},
        "withheld": {name: text for name, text in commitments(data, salts).items() if name in hidden},
    }  # fmt: skip
    raw = record.raw
    if raw is not None and not (raw.key == record.event.key.encode() and canonical(data) == value):
        line["whole"] = commitment(field_salt(salt, WHOLE), value)
    return line


def _read_withheld(line: bytes, shown: dict[str, Any]) -> Record:
    raw = _raw(shown)
    data, attributes = orjson.loads(raw.value or b""), attributes_of(raw.headers)
    salts = {name: bytes.fromhex(text) for name, text in shown["salts"].items()}
    entered = {**commitments(data, salts), **shown["withheld"]}
    foreign = {"key": None if raw.key is None else raw.key.hex(), "value": shown["whole"]} if "whole" in shown else {}
    leaf = canonical({"attributes": attributes, "data": entered, **foreign})
    kind = catalogue().topics[raw.position.topic].types.get(attributes.get("ce_type", ""))
    stand_in = WithheldCommand if kind is None or kind.COMMAND else Withheld
    session = SessionId(str(data.get("session_id") or (raw.key or b"").decode()))
    event = stand_in(session_id=session, leaf=leaf.decode(), line=line.decode())
    number = attributes.get("ce_sequence")
    return Record(
        event=event, id=EventId(attributes["ce_id"]), source=attributes.get("ce_source", "/anonymous"),
        time=attributes.get("ce_time", ""), correlation=attributes.get("ce_correlationid", session),
        causation=attributes.get("ce_causationid"), sequence=int(number) if number else None,
        position=raw.position, raw=raw,
    )  # fmt: skip


def _kept(name: str) -> bool:
    return name in ("content-type", "redrive_id", "ce_signature") or (name.startswith("ce_") and name not in UNLOGGED)


def _salt(shown: dict[str, Any]) -> bytes | None:
    return bytes.fromhex(shown["salt"]) if "salt" in shown else None


def _raw(shown: dict[str, Any]) -> Raw:
    topic, partition, offset = shown["at"]
    headers: Headers = tuple((name, _bytes(text)) for name, text in shown["headers"])
    key = _bytes(shown["key"]) if "key" in shown else None
    place = Position(topic, int(partition), int(offset))
    return Raw(place, key, _bytes(shown["value"]), headers, int(shown.get("timestamp", 0)))


def _text(value: bytes) -> Any:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return {"base64": b64encode(value).decode()}


def _bytes(shown: Any) -> bytes:
    return shown.encode() if isinstance(shown, str) else b64decode(shown["base64"], validate=True)
