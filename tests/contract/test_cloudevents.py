"""What we write is CloudEvents 1.0 for others too: the official SDK reads the same attributes and data."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary, to_binary, to_structured
from cloudevents.core.formats.json import JSONFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from ethogram.events import Event
from ethogram.events.envelope import Position, Raw, Record, decode, encode, schema_id
from ethogram.topology import catalogue
from tests.contract.bodies import any_event

TEXTS = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FFF), min_size=1, max_size=9)
RECORDS = st.builds(
    Record,
    event=any_event(), id=st.just(""), source=TEXTS.map("/ethogram/{}".format), time=st.just("2026-11-21T10:00:00Z"),
    correlation=TEXTS, causation=st.none() | TEXTS, sequence=st.none() | st.integers(1, 10**9),
    traceparent=st.none() | st.just("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
).map(lambda record: replace(record, id=record.event.id))  # fmt: skip


def _known(event: Event) -> dict[str, type[Event]]:
    return dict(catalogue().topic_of(type(event)).types)


@settings(max_examples=40)
@given(RECORDS)
def test_the_sdk_reads_our_records_with_the_same_attributes(record: Record) -> None:
    key, value, headers = encode(record)
    read = from_binary(KafkaMessage(dict(headers), key, value), JSONFormat())
    event = record.event
    assert (read.get_id(), read.get_type(), read.get_source()) == (record.id, event.TYPE, record.source)
    assert (read.get_specversion(), read.get_datacontenttype()) == ("1.0", "application/json")
    assert (read.get_subject(), read.get_dataschema()) == (f"session/{event.session_id}", schema_id(event.TYPE))
    assert read.get_time() == datetime(2026, 11, 21, 10, tzinfo=UTC)
    assert read.get_extension("partitionkey") == event.key == key.decode()
    assert read.get_extension("correlationid") == record.correlation
    assert read.get_extension("causationid") == record.causation
    assert read.get_extension("sequence") == (None if record.sequence is None else f"{record.sequence:012d}")
    assert read.get_data() == orjson.loads(event.body())


@settings(max_examples=40)
@given(RECORDS)
def test_what_we_write_we_read(record: Record) -> None:
    place = Position(catalogue().topic_of(type(record.event)).name, 1, 7)
    assert decode(Raw(place, *encode(record)), _known(record.event)) == replace(_as_read(record), position=place)


@settings(max_examples=40)
@given(RECORDS, st.booleans())
def test_what_the_sdk_writes_we_read(record: Record, structured: bool) -> None:
    key, value, headers = encode(record)
    written: Any = from_binary(KafkaMessage(dict(headers), key, value), JSONFormat())
    message = (to_structured if structured else to_binary)(written, JSONFormat())
    place = Position(catalogue().topic_of(type(record.event)).name, 0, 0)
    back = decode(Raw(place, key, bytes(message.value), tuple(message.headers.items())), _known(record.event))
    assert back == replace(_as_read(record), position=place, traceparent=None)


def _as_read(record: Record) -> Record:
    """A command without a command_id takes the id of its record."""
    event = record.event
    if event.COMMAND and getattr(event, "command_id", None) == "":
        return replace(record, event=event.model_copy(update={"command_id": record.id}))
    return record
