"""What is kept of a record that failed says where, why, and whose it was, whatever the record looks like."""

from __future__ import annotations

from uuid import uuid4

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethogram.events import InvalidRecord, RecordDeadLettered, Value
from ethogram.events.envelope import Position, Raw, decode
from ethogram.runtime.failures import Failure, RedriveId, copy_of, letter_of, notice_of, redrive_of, session_of
from ethogram.runtime.store.dead_letters import storable
from ethogram.topology import Service, catalogue

JUDGE = Service(name="judge", initial=Value())
TOPIC = "ethogram.turn.resolved.v1"
FAILURE = Failure("decode", "not-json", "the value is not JSON", True, "InvalidRecord")


def raw(value: bytes | None = b"{", key: bytes | None = b"k", topic: str = TOPIC) -> Raw:
    """A record that somebody wrote."""
    return Raw(Position(topic, 2, 41), key, value, (("ce_id", b"x"), ("odd", b"\xff")), 1_795_000_000_000)


def test_a_foreseen_error_keeps_its_code_and_words() -> None:
    failure = Failure.of("decide", InvalidRecord("late", "turn 3 is over"))
    assert (failure.code, failure.message, failure.foreseen) == ("late", "turn 3 is over", True)


def test_an_unforeseen_error_names_its_class_and_place() -> None:
    try:
        orjson.loads(b"{")
    except ValueError as error:
        failure = Failure.of("decide", error)
    assert not failure.foreseen
    assert failure.message.startswith("JSONDecodeError: ")
    assert "test_an_unforeseen_error" in failure.message


def test_the_copy_has_the_original_bytes_and_headers_first() -> None:
    copy = copy_of(JUDGE, raw(), FAILURE)
    assert (copy.topic, copy.key, copy.value) == (catalogue().dead_letters.name, b"k", b"{")
    assert copy.headers[:2] == raw().headers
    added = {name: value.decode() for name, value in copy.headers[2:]}
    assert added["dlq_topic"] == TOPIC
    assert (added["dlq_partition"], added["dlq_offset"]) == ("2", "41")
    assert (added["dlq_group"], added["dlq_stage"]) == ("ethogram.judge", "decode")
    assert added["dlq_error_class"] == "InvalidRecord"


def test_the_notice_is_a_record_that_can_be_read_back() -> None:
    notice = notice_of(JUDGE, raw(), FAILURE, None)
    assert notice is not None
    topic = catalogue().topics[notice.topic]
    record = decode(Raw(Position(notice.topic, 0, 0), notice.key, notice.value, notice.headers), topic.types)
    assert isinstance(record.event, RecordDeadLettered)
    assert record.event.session_id == "unknown"
    assert (record.event.topic, record.event.offset, record.event.code) == (TOPIC, 41, "not-json")


def test_there_is_no_notice_about_a_notice() -> None:
    topic = catalogue().topic_of(RecordDeadLettered).name
    assert notice_of(JUDGE, raw(topic=topic), FAILURE, None) is None


def test_the_session_is_found_in_the_key_or_in_the_body() -> None:
    session = str(uuid4())
    assert session_of(raw(key=session.encode()), None) == session
    assert session_of(raw(orjson.dumps({"session_id": session}), None), None) == session
    assert session_of(raw(b"[]", b"\xff"), None) == "unknown"
    assert session_of(raw(None, None), None) == "unknown"


@given(service=st.from_regex(r"[a-z]+(-[a-z]+)?", fullmatch=True), letter=st.integers(0), number=st.integers(0, 9))
def test_a_redrive_id_comes_back_as_it_was_written(service: str, letter: int, number: int) -> None:
    written = RedriveId(service, letter, number)
    assert redrive_of((("redrive_id", str(written).encode()),)) == written


@pytest.mark.parametrize("value", [b"", b"judge", b"judge/x.1", b"/1.1", b"judge/1", b"\xff/1.1"[:1]])
def test_a_redrive_id_that_is_none_of_ours_is_none(value: bytes) -> None:
    assert redrive_of((("redrive_id", value),)) is None


def test_the_number_of_redrives_goes_on_with_the_record() -> None:
    again = Raw(Position(TOPIC, 0, 99), b"k", b"{", (("redrive_id", b"judge/7.2"),))
    assert letter_of(JUDGE, again, FAILURE, None).redrives == 2


@given(text=st.text(st.characters(exclude_categories=())))
def test_any_text_can_be_stored(text: str) -> None:
    kept = storable(text, 50)
    assert "\0" not in kept
    assert len(kept) <= 50
    kept.encode()
