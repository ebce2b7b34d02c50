"""What an older release wrote is told in today's words: read, signed for, replayed and verified as it was written.

No event has had a second version yet. So these tests invent a version 0 of three events, in which fields had other
names, and rewrite a session as the release of that day would have written it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson
import pytest
from joserfc.jwk import OKPKey

from ethogram.audit import attest_bundle, pack, replay, session_digest, trusted
from ethogram.events import Event, InvalidRecord, PauseSession, ScoreUpdated, TurnResolved
from ethogram.events.canonical import canonical
from ethogram.events.envelope import Position, Raw, Record, decode, encode, signed_bytes
from ethogram.topology import catalogue

from .second_verifier import second_opinion
from .toys import PAUSE, RESUME, SERVICES, START, Race, audited

KEY = OKPKey.generate_key("Ed25519")
JWKS = {"keys": [KEY.as_dict(private=False)]}
RENAMED: dict[type[Event], tuple[str, str]] = {
    TurnResolved: ("actions", "moves"), ScoreUpdated: ("total", "points"), PauseSession: ("actor", "by"),
}  # fmt: skip
"""Fields by their name of today and of then."""


@pytest.fixture(autouse=True)
def version_0(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let today's events tell what version 0 said."""
    for kind, (now, then) in RENAMED.items():

        def upcast(payload: dict[str, Any], now: str = now, then: str = then) -> dict[str, Any]:
            others = {name: value for name, value in payload.items() if name != then}
            return {**others, now: payload[then]}

        monkeypatch.setattr(kind, "UPCASTS", {0: upcast})


def as_then(record: Record) -> Record:
    """A record as the release of that day wrote it; the same one where the event had no other form."""
    if type(record.event) not in RENAMED or record.raw is None or record.raw.value is None:
        return record
    now, then = RENAMED[type(record.event)]
    body = orjson.loads(record.raw.value)
    body[then] = body.pop(now)
    named = record.event.TYPE.replace(".v1", ".v0").encode()
    headers = tuple((name, named if name == "ce_type" else text) for name, text in record.raw.headers)
    topic = catalogue().topic_of(type(record.event))
    return decode(replace(record.raw, value=canonical(body), headers=headers), topic.types)


def older(log: Sequence[Record]) -> list[Record]:
    return [as_then(record) for record in log]


def test_a_fact_has_one_id_in_every_version_and_tells_what_it_was_written_as() -> None:
    log = Race(3).play(START, PAUSE, RESUME)
    then = older(log)
    assert [record.id for record in then] == [record.id for record in log]
    assert [record.event for record in then] == [record.event for record in log]
    told = {type(record.event): record.type for record in then}
    assert all(told[kind] == kind.names()[1] == kind.TYPE.replace(".v1", ".v0") for kind in RENAMED)


def test_a_session_of_an_older_release_replays_and_comes_to_the_same() -> None:
    log = older(Race(3).play(START))
    assert any(record.written_as for record in log)
    report = replay(log, SERVICES)
    assert report.identical, report.first
    assert report.digest == session_digest(Race(3).play(START))


def test_its_bundle_verifies_by_both_verifiers_and_is_derived_again() -> None:
    log = older(Race(2).play(START))
    made = [record for record in audited(log, KEY) if record.position is None]
    topic = catalogue().topics["ethogram.audit.checkpoints.v1"]
    points = [decode(Raw(_at(topic.name, i), *encode(record)), topic.types) for i, record in enumerate(made)]
    data = pack([*log, *points], JWKS, "test")
    assert attest_bundle(data, trusted(JWKS), SERVICES).verified and second_opinion(data, JWKS) == "verified"


def test_what_a_signature_covers_is_what_was_written() -> None:
    (written,) = [each for each in older(Race(3).play(START, PAUSE)) if isinstance(each.event, PauseSession)]
    assert written.raw is not None and written.raw.value is not None
    assert signed_bytes(written) == b"ethogram.session.pause.v0\n" + written.raw.value


@pytest.mark.parametrize(("name", "value", "code"), [
    ("ethogram.score.updated.v0", b'{"session_id":"s"}', "schema"),
    ("ethogram.score.updated.v9", b"{}", "unknown-type"),
    ("ethogram.verdict.issued.v0", b"{}", "unknown-type"),
], ids=["broken", "of-the-future", "forgotten"])  # fmt: skip
def test_what_nobody_can_tell_any_more_is_refused_in_words(name: str, value: bytes, code: str) -> None:
    headers = (("ce_specversion", b"1.0"), ("ce_id", b"i"), ("ce_type", name.encode()), ("ce_source", b"/s"))
    types: dict[str, type[Event]] = {ScoreUpdated.TYPE: ScoreUpdated}
    with pytest.raises(InvalidRecord) as refused:
        decode(Raw(_at("t", 0), b"s", value, headers), types)
    assert refused.value.code == code and name in refused.value.message


def _at(topic: str, offset: int) -> Position:
    return Position(topic, 0, offset)
