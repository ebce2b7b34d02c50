"""Verification: a session's records against the auditor's signed checkpoints."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from joserfc.jwk import OKPKey

from ethogram.audit import INTERVAL, Verification, session_root, trusted, verify
from ethogram.events import (
    AuditCheckpoint,
    Chance,
    DecisionMade,
    GameId,
    InvalidRecord,
    RecordDeadLettered,
    VerdictIssued,
)
from ethogram.events.envelope import Position, Raw, Record, decode, encode
from ethogram.topology import catalogue

from .toys import AGENTS, SESSION, START, Race, audited, interleaved, signed

KEY, OTHER = OKPKey.generate_key("Ed25519"), OKPKey.generate_key("Ed25519")
KEYS = trusted({"keys": [KEY.as_dict(private=False)]})
LOG = Race(2).play(START)
WHOLE = audited(LOG, KEY)
Change = Callable[[list[Record], int], list[Record]]


def changed(record: Record, **update: object) -> Record:
    """The record with another body, well formed and under the same id."""
    key, _, headers = encode(record)
    body = record.event.model_copy(update=update).body()
    assert record.position
    return decode(Raw(record.position, key, body, headers), catalogue().topics[record.position.topic].types)


def index_of(event_type: type[object]) -> int:
    return next(index for index, record in enumerate(WHOLE) if isinstance(record.event, event_type))


def test_a_whole_session_is_verified_by_the_key_that_signed_it() -> None:
    found = verify(WHOLE, KEYS)
    assert (found.status, found.summary, found.size) == ("verified", "verified", len(LOG))
    assert found.kid == KEY.thumbprint()
    assert found.root == WHOLE[-1].event.root  # type: ignore[attr-defined]
    assert not found.notes


@pytest.mark.parametrize("seed", range(5))
def test_the_order_between_topics_does_not_matter(seed: int) -> None:
    assert verify([*interleaved(LOG, Chance(seed)), *WHOLE[len(LOG) :]], KEYS).status == "verified"


def test_repeats_of_a_record_are_no_fault() -> None:
    assert verify([*WHOLE, *WHOLE], KEYS).status == "verified"
    again = verify([*WHOLE, changed(WHOLE[index_of(VerdictIssued)], verdict="reject")], KEYS)
    assert again.status == "verified"
    assert "came again with other content" in again.notes[0]


def test_without_the_key_the_log_is_consistent_but_its_signer_unknown() -> None:
    found = verify(WHOLE, {})
    assert (found.status, found.summary) == ("signer-unknown", "consistent, signer unknown")
    assert found.kid == KEY.thumbprint()


def test_a_log_signed_again_with_another_key_is_not_verified() -> None:
    forged = [record for record in LOG if not isinstance(record.event, VerdictIssued)]
    assert verify(audited(forged, OTHER), KEYS).status == "open", "without its verdicts it cannot be closed"
    assert verify(audited(LOG, OTHER), KEYS).status == "signer-unknown"


def test_without_a_closing_head_a_session_is_open() -> None:
    assert verify(LOG, KEYS).summary == f"open, size {len(LOG)}"
    assert verify([], KEYS).summary == "open, size 0"


def deleted(log: list[Record], index: int) -> list[Record]:
    return [*log[:index], *log[index + 1 :]]


def retold(log: list[Record], index: int) -> list[Record]:
    """One header says something else."""
    record = log[index]
    key, value, headers = encode(record)
    told = tuple((name, b"2001-01-01T00:00:00Z" if name == "ce_time" else text) for name, text in headers)
    assert record.position
    other = decode(Raw(record.position, key, value, told), catalogue().topics[record.position.topic].types)
    return [*log[:index], other, *log[index + 1 :]]


@pytest.mark.parametrize("index", range(0, len(LOG), 4))
@pytest.mark.parametrize("change", [deleted, retold])
def test_a_changed_history_is_found_and_its_topic_named(change: Change, index: int) -> None:
    found = verify(change(WHOLE, index), KEYS)
    assert found.status == "tampered"
    assert found.place is not None
    assert WHOLE[index].position
    assert found.place.topic.startswith(WHOLE[index].position.topic)


def test_a_changed_verdict_is_found() -> None:
    index = index_of(VerdictIssued)
    log = [*WHOLE[:index], changed(WHOLE[index], verdict="reject"), *WHOLE[index + 1 :]]
    found = verify(log, KEYS)
    assert found.status == "tampered" and found.place
    assert found.place.topic == "ethogram.verdict.issued.v1"
    assert found.summary.startswith("tampered: ethogram.verdict.issued.v1: ")


def test_two_records_of_a_topic_that_changed_places_are_found_by_their_numbers() -> None:
    index = index_of(VerdictIssued)
    log = [*WHOLE[:index], WHOLE[index + 1], WHOLE[index], *WHOLE[index + 2 :]]
    found = verify(log, KEYS)
    assert found.status == "tampered" and found.place
    assert found.place.event_id in {WHOLE[index].id, WHOLE[index + 1].id}
    assert "ce_sequence" in found.place.what


def test_a_deleted_record_is_named_by_its_neighbours() -> None:
    index = index_of(VerdictIssued)
    found = verify([*WHOLE[:index], *WHOLE[index + 1 :]], KEYS)
    assert found.place and found.place.what.count("ce_sequence") in (0, 2)
    truncated = [record for record in WHOLE if not isinstance(record.event, VerdictIssued)]
    assert verify(truncated, KEYS).status == "tampered"


def test_an_inserted_record_keeps_the_log_from_being_verified() -> None:
    event = DecisionMade(
        session_id=SESSION, game_id=GameId("g9"), turn=1, seat=0, agent_id=AGENTS[0], presented_id=LOG[0].id,
        outcome="refused",
    )  # fmt: skip
    position = Position("ethogram.decision.made.v1", 0, 999)
    forged = Record(event, event.id, "/ethogram/agent-runner", "2026-01-01T00:00:00Z", SESSION, position=position)
    late = verify([*WHOLE, forged], KEYS)
    assert late.status == "open" and forged.id in late.notes[0]
    middle = index_of(DecisionMade) + 1
    assert verify([*WHOLE[:middle], forged, *WHOLE[middle:]], KEYS).status == "tampered"


def _without_signature(point: Record) -> Record:
    return Record(point.event, point.id, point.source, point.time, point.correlation, position=point.position)


def _with(point: Record, **update: object) -> Record:
    event = point.event.model_copy(update=update)
    return Record(event, point.id, point.source, point.time, point.correlation, signature=point.signature)


@pytest.mark.parametrize(
    "forge",
    [
        _without_signature,
        lambda point: _with(point, closing=False),
        lambda point: signed(_with(point, root="00" * 32), KEY),
        lambda point: signed(_with(point, size=point.event.size + 1), KEY),
        lambda point: signed(_with(point, heads=point.event.heads[::-1]), KEY),
    ],
    ids=["unsigned", "reopened", "root", "size", "heads"],
)
def test_a_changed_checkpoint_is_found(forge: Callable[[Record], Record]) -> None:
    found = verify([*LOG, forge(WHOLE[-1])], KEYS)
    assert found.status == "tampered" and found.place
    assert found.place.topic == "ethogram.audit.checkpoints.v1"
    assert found.place.event_id == WHOLE[-1].id


def test_a_rollback_to_an_earlier_head_is_no_verification() -> None:
    log = LOG[:-1]
    earlier = audited(log, KEY)
    assert verify([*LOG, *earlier[len(log) :]], KEYS).status == "open"


def test_earlier_checkpoints_narrow_the_place() -> None:
    many = [_decision(turn) for turn in range(2 * INTERVAL + 5)]
    points = audited(many, KEY)
    assert verify(points, KEYS).status == "open"
    broken = [*points[: INTERVAL + 7], changed(points[INTERVAL + 7], reasoning="no"), *points[INTERVAL + 8 :]]
    found = verify(broken, KEYS)
    assert found.place and (found.place.first, found.place.last) == (INTERVAL, 2 * INTERVAL - 1)


def _decision(turn: int) -> Record:
    event = DecisionMade(
        session_id=SESSION, game_id=GameId("g1"), turn=turn, seat=0, agent_id=AGENTS[0], presented_id=LOG[0].id,
        outcome="refused",
    )  # fmt: skip
    position = Position("ethogram.decision.made.v1", 0, turn)
    return Record(event, event.id, "/ethogram/agent-runner", "2026-01-01T00:00:00Z", SESSION, position=position)


def test_a_record_that_cannot_be_read_any_more_is_the_place() -> None:
    index = index_of(VerdictIssued)
    position = WHOLE[index].position
    assert position
    unreadable = [(position, InvalidRecord("id", "ce_id is x, but this body's id is y"))]
    found = verify([*WHOLE[:index], *WHOLE[index + 1 :]], KEYS, unreadable)
    assert found.place and "ce_id is x" in found.place.what


def test_what_the_auditor_set_aside_is_left_out_and_the_log_verifies() -> None:
    bad = _decision(777)
    notice = RecordDeadLettered(
        session_id=SESSION, consumer="ethogram.auditor", topic="ethogram.decision.made.v1", partition=0, offset=777,
        stage="sequence", code="gap", message="expected 6",
    )  # fmt: skip
    position = Position("ethogram.record.dead-lettered.v1", 0, 0)
    told = Record(notice, notice.id, "/ethogram/auditor", "2026-01-01T00:00:00Z", SESSION, position=position)
    points = audited([*LOG, told], KEY)
    assert verify([*points, bad], KEYS).status == "verified"


def test_the_result_survives_json() -> None:
    found = verify(WHOLE[1:], KEYS)
    assert Verification.model_validate_json(found.model_dump_json()) == found
    assert isinstance(WHOLE[-1].event, AuditCheckpoint)
    assert WHOLE[-1].event.root == session_root(WHOLE[-1].event.heads)
