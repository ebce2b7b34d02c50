"""What of a record enters the log."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ethogram.audit import leaf, session_root
from ethogram.audit.log import stream_of
from ethogram.events import InvalidRecord, StartTraining, TopicHead
from ethogram.events.envelope import Position, Raw, Record, decode, encode
from ethogram.topology import catalogue

from .toys import START, Race

LOG = Race(1).play(START)
COMMANDS = catalogue().topics["ethogram.training.commands.v1"]
BARE = {
    "name": "bare",
    "agents": [{"id": "a", "adapter": "builtin"}],
    "scenarios": {"archetypes": ["loyalty"], "count": 1},
}


def delivered(value: bytes, headers: tuple[tuple[str, bytes], ...] = (), key: bytes | None = None) -> Record:
    raw = Raw(Position(COMMANDS.name, 2, 5), key, value, headers)
    return decode(raw, COMMANDS.types, bare=StartTraining)


def rewritten(record: Record, value: bytes, headers: tuple[tuple[str, bytes], ...], key: bytes | None) -> Record:
    assert record.position
    fields = {name: getattr(record, name) for name in Record.__slots__}
    return Record(**{**fields, "raw": Raw(record.position, key, value, headers)})


@pytest.mark.parametrize("record", LOG, ids=lambda record: type(record.event).__name__)
def test_a_leaf_is_canonical_json_of_attributes_and_data(record: Record) -> None:
    found = leaf(record)
    members = json.loads(found)
    assert found == rfc8785.dumps(members)
    assert members["data"] == json.loads(record.event.body())
    assert members["attributes"]["ce_id"] == record.id


@pytest.mark.parametrize("record", LOG[::5], ids=lambda record: type(record.event).__name__)
def test_a_record_has_the_same_leaf_before_and_after_the_bus(record: Record) -> None:
    fields = {name: getattr(record, name) for name in Record.__slots__}
    assert leaf(Record(**{**fields, "raw": None})) == leaf(record)


def test_traces_and_signatures_leave_the_leaf_as_it_is() -> None:
    key, value, headers = encode(LOG[3])
    hops = (("traceparent", b"00-1"), ("ce_traceparent", b"00-2"), ("ce_signature", b"x"), ("tracestate", b"y"))
    assert leaf(rewritten(LOG[3], value, (*headers, *hops), key)) == leaf(LOG[3])


@given(st.data())
def test_any_changed_byte_of_a_value_or_an_attribute_changes_the_leaf(data: st.DataObject) -> None:
    record = data.draw(st.sampled_from(LOG))
    key, value, headers = encode(record)
    place = data.draw(st.integers(0, len(value) - 1))
    changed = bytearray(value)
    changed[place] ^= data.draw(st.integers(1, 255))
    with suppress(InvalidRecord, ValueError):  # no JSON any more: found before there is a leaf
        assert leaf(rewritten(record, bytes(changed), headers, key)) != leaf(record)
    which = data.draw(st.integers(0, len(headers) - 1))
    name, text = headers[which]
    others = (*headers[:which], (name, text[:-1] + bytes([text[-1] ^ 1])), *headers[which + 1 :])
    assert leaf(rewritten(record, value, others, key)) != leaf(record)


def test_blanks_and_repeated_names_do_not_pass_unseen() -> None:
    key, value, headers = encode(LOG[3])
    spaced = value.replace(b'":', b'": ', 1)
    doubled = b'{"session_id":"x",' + value[1:]
    leaves = {leaf(rewritten(LOG[3], body, headers, key)) for body in (value, spaced, doubled)}
    assert len(leaves) == 3
    assert leaf(rewritten(LOG[3], value, headers, b"another key")) not in leaves


def test_a_bare_command_is_bound_to_its_very_bytes() -> None:
    plain, spaced = json.dumps(BARE).encode(), json.dumps(BARE, indent=1).encode()
    found = [leaf(delivered(body)) for body in (plain, spaced)]
    assert found[0] != found[1]
    assert json.loads(found[0])["data"] == BARE
    assert json.loads(found[0])["key"] is None
    assert found[0] != leaf(delivered(plain, key=b"k"))


def test_commands_are_ordered_within_their_partition() -> None:
    assert stream_of(delivered(json.dumps(BARE).encode())) == "ethogram.training.commands.v1/2"
    assert stream_of(LOG[-1]).endswith(".v1")


def test_the_head_of_a_session_does_not_depend_on_the_order_of_topics() -> None:
    parts = [TopicHead(topic=name, size=1, root=name * 32) for name in ("aa", "bb")]
    assert session_root(parts) == session_root(reversed(parts))
    assert session_root(parts) != session_root(parts[:1])
