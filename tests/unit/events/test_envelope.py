"""The envelope: what we write reads back, and each kind of bad record has its code and its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethogram.events import (
    Event,
    EventId,
    InvalidRecord,
    PauseSession,
    SessionFailed,
    StartTraining,
    derive,
    session_at,
)
from ethogram.events.envelope import MAX_BYTES, Headers, Position, Raw, Record, decode, encode, refused_session, rfc3339

SESSION = derive("a session")
FAILED = SessionFailed.model_validate({"session_id": SESSION, "reason": "the roof fell in"})
FACTS: Mapping[str, type[Event]] = {SessionFailed.TYPE: SessionFailed}
COMMANDS: Mapping[str, type[Event]] = {StartTraining.TYPE: StartTraining, PauseSession.TYPE: PauseSession}
PLACE = Position("ethogram.session.lifecycle.v1", 2, 40)
BODY = {"name": "quick", "agents": [{"id": "a", "adapter": "builtin"}],
        "scenarios": {"archetypes": ["loyalty"], "count": 1}}  # fmt: skip

RECORD = Record(
    event=FAILED, id=FAILED.id, source="/ethogram/scenario-generator", time="2026-11-21T10:00:00Z", correlation=SESSION,
    causation="c", sequence=7, traceparent="00-aa-bb-01", signature="sig",
)  # fmt: skip


def raw(record: Record = RECORD, **changes: Any) -> Raw:
    key, value, headers = encode(record)
    return replace(Raw(PLACE, key, value, headers), **changes)


def with_headers(**changes: bytes | None) -> Headers:
    """The headers of RECORD: a value replaces one, None leaves it out; `_` stands for `-`, but in `ce_`."""
    wanted = {name if name.startswith("ce_") else name.replace("_", "-"): text for name, text in changes.items()}
    kept = {**dict(raw().headers), **wanted}
    return tuple((name, text) for name, text in kept.items() if text is not None)


def refusal(found: Raw, events: Mapping[str, Any] = FACTS) -> InvalidRecord:
    with pytest.raises(InvalidRecord) as caught:
        decode(found, events)
    return caught.value


def test_a_record_survives_the_bus() -> None:
    back = decode(raw(), FACTS)
    assert back == replace(RECORD, position=PLACE)
    assert back.raw is not None and back.raw.value == FAILED.body()


def test_the_payload_stands_alone_and_attributes_are_headers() -> None:
    key, value, headers = encode(RECORD)
    named = dict(headers)
    assert key.decode() == SESSION and orjson.loads(value) == {"session_id": SESSION, "reason": "the roof fell in"}
    assert named["content-type"] == b"application/json" and named["ce_sequence"] == b"000000000007"
    assert named["ce_dataschema"].endswith(b"/ethogram.session.failed.v1.schema.json")


def test_a_fact_of_a_later_version_is_read_and_its_new_fields_are_passed_over() -> None:
    body = {**orjson.loads(FAILED.body()), "new_field": [1, 2]}
    assert decode(raw(value=orjson.dumps(body)), FACTS).event == FAILED


def test_structured_mode_reads_the_same() -> None:
    event = {"specversion": "1.0", "id": FAILED.id, "type": SessionFailed.TYPE, "source": RECORD.source,
             "time": RECORD.time, "sequence": "7", "data": orjson.loads(FAILED.body())}  # fmt: skip
    found = raw(value=orjson.dumps(event), headers=(("content-type", b"application/cloudevents+json"),))
    back = decode(found, FACTS)
    assert (back.event, back.id, back.sequence, back.time) == (FAILED, FAILED.id, 7, RECORD.time)


BAD: list[tuple[str, dict[str, Any], str, str]] = [
    ("a tombstone", {"value": None}, "tombstone", "is not compacted"),
    ("5 MB", {"value": b"x" * (MAX_BYTES + 1)}, "too-large", f"at most {MAX_BYTES} are read"),
    ("no JSON", {"value": b"{oops"}, "not-json", "the value is not JSON"),
    ("NaN", {"value": b'{"reason": NaN}'}, "not-json", "the value is not JSON"),
    ("an array", {"value": b"[1]"}, "not-object", "a JSON list; expected an object"),
    ("no headers", {"headers": ()}, "missing-header", "ce_specversion is missing"),
    ("no id", {"headers": with_headers(ce_id=None)}, "missing-header", "ce_id is missing"),
    ("no type", {"headers": with_headers(ce_type=None)}, "missing-header", "ce_type is missing"),
    ("an empty source", {"headers": with_headers(ce_source=b"")}, "missing-header", "ce_source is missing or empty"),
    ("a header twice", {"headers": (*with_headers(), ("CE_ID", b"x"))}, "duplicate-header", "CE_ID stands twice"),
    ("bytes that are no text", {"headers": with_headers(ce_id=b"\xff")}, "header-encoding", "ce_id is not UTF-8"),
    ("another content", {"headers": with_headers(content_type=b"text/xml")}, "content-type", "expected application/js"),
    ("CloudEvents 0.3", {"headers": with_headers(ce_specversion=b"0.3")}, "specversion", "'0.3'; expected '1.0'"),
    ("another type", {"headers": with_headers(ce_type=b"x.y.v1")}, "unknown-type", "does not belong on"),
    ("version 9", {"headers": with_headers(ce_type=b"ethogram.session.failed.v9")}, "unknown-type", "version 'v9'"),
    ("a field less", {"value": orjson.dumps({"session_id": SESSION})}, "schema", "reason: is missing"),
    ("a wrong field", {"value": orjson.dumps({"session_id": SESSION, "reason": 3})}, "schema", "reason: "),
    ("another id", {"headers": with_headers(ce_id=b"other")}, "id", f"this body's id is {FAILED.id}"),
    ("another key", {"key": b"elsewhere"}, "key", f"expected '{SESSION}'"),
    ("a null key", {"key": None}, "key", "key is null"),
    ("a local time", {"headers": with_headers(ce_time=b"2026-11-21T10:00:00")}, "time", "expected RFC 3339"),
    ("no time at all", {"headers": with_headers(ce_time=b"soon")}, "time", "expected RFC 3339"),
    ("a sequence in words", {"headers": with_headers(ce_sequence=b"seven")}, "sequence", "expected a number"),
    ("structured without data", {"value": b"{}", "headers": (("content-type", b"application/cloudevents+json"),)},
     "no-data", "needs a JSON object under data"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "code", "words"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_a_bad_record_has_its_code_and_its_words(changes: dict[str, Any], code: str, words: str) -> None:
    found = refusal(raw(**changes))
    assert (found.code, words in found.message) == (code, True), found


def test_a_command_with_an_unknown_key_is_refused_by_name() -> None:
    found = refusal(bare({**BODY, "agnets": []}, headers=command_headers()), COMMANDS)
    assert found.code == "schema" and "agnets: unknown key; did you mean 'agents'?" in found.message


def command_headers() -> Headers:
    named = {"ce_specversion": "1.0", "ce_id": "mine", "ce_type": StartTraining.TYPE, "ce_source": "/me"}
    return tuple((name, text.encode()) for name, text in named.items())


def bare(body: Mapping[str, Any], headers: Headers = ()) -> Raw:
    return Raw(
        Position("ethogram.training.commands.v1", 1, 5), b"any key", orjson.dumps(body), headers, 1_795_255_200_000
    )


def test_a_bare_body_starts_a_session_whose_id_is_where_it_stands() -> None:
    back = decode(bare(BODY), COMMANDS, bare=StartTraining)
    assert back.event.session_id == session_at("ethogram.training.commands.v1", 1, 5)
    assert (back.source, back.time) == ("/anonymous", rfc3339(1_795_255_200_000))
    assert decode(bare(BODY), COMMANDS, bare=StartTraining).id == back.id


def test_a_bare_body_is_no_event_where_none_is_declared() -> None:
    assert refusal(bare(BODY), COMMANDS).code == "missing-header"


def test_an_intervention_without_an_id_takes_that_of_its_record() -> None:
    pause = raw(
        Record(PauseSession.model_validate({"session_id": SESSION}), EventId("mine"), "/me", "2026-11-21T10:00:00Z", "")
    )
    event = decode(pause, COMMANDS).event
    assert isinstance(event, PauseSession) and event.command_id == "mine"


@pytest.mark.parametrize(("body", "named"), [
    ({"session_id": SESSION}, SESSION), ({"session_id": 3}, None), ({}, None), ([], None),
])  # fmt: skip
def test_a_refused_command_still_tells_its_session(body: Any, named: str | None) -> None:
    found = bare(body)
    assert refused_session(found) == (named or session_at("ethogram.training.commands.v1", 1, 5))
    assert refused_session(replace(found, value=None)) == session_at("ethogram.training.commands.v1", 1, 5)


@given(st.binary(max_size=60), st.lists(st.tuples(st.sampled_from(["ce_id", "ce_type", "x"]), st.binary(max_size=9))))
def test_whatever_arrives_is_read_or_refused_but_never_crashes(value: bytes, headers: list[tuple[str, bytes]]) -> None:
    try:
        decode(Raw(PLACE, None, value, tuple(headers)), FACTS, bare=StartTraining)
    except InvalidRecord as refused:
        assert refused.code and refused.message
