"""The auditor: heads that depend on the order within topics only, and a closing one when the log is whole."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ethogram.audit import INTERVAL, Witnessed, grow, witness
from ethogram.audit.log import stream_of
from ethogram.events import (
    AuditCheckpoint,
    Chance,
    DecisionMade,
    Event,
    GameId,
    RecordDeadLettered,
    SessionAdmitted,
    SessionFailed,
    SessionId,
    SessionRejected,
)
from ethogram.events.envelope import Position, Record
from ethogram.topology import Driver

from .toys import AGENTS, AUDITOR, CANCEL, PAUSE, RESUME, SESSION, START, Race, interleaved

WHOLE = Race(1).play(START, PAUSE, RESUME)


def checkpoints(records: list[Record]) -> list[AuditCheckpoint]:
    driver = Driver(AUDITOR)
    for record in records:
        driver.feed(record)
    assert not driver.rejected
    return [record.event for record in driver.emitted if isinstance(record.event, AuditCheckpoint)]


def placed(event: Event, topic: str, offset: int) -> Record:
    position = Position(topic, 0, offset)
    return Record(event, event.id, "/ethogram/agent-runner", "2026-01-01T00:00:00Z", SESSION, position=position)


def late_decision(turn: int = 99) -> Record:
    event = DecisionMade(
        session_id=SESSION, game_id=GameId("g1"), turn=turn, seat=0, agent_id=AGENTS[0], presented_id=WHOLE[0].id,
        outcome="timed-out",
    )  # fmt: skip
    return placed(event, "ethogram.decision.made.v1", 1000 + turn)


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_any_interleaving_ends_in_the_same_single_closing_checkpoint(seed: int) -> None:
    expected = checkpoints(WHOLE)
    assert [point.closing for point in expected] == [True]
    assert [point.body() for point in checkpoints(interleaved(WHOLE, Chance(seed)))] == [expected[0].body()]


def test_the_closing_checkpoint_covers_every_record() -> None:
    (closing,) = checkpoints(WHOLE)
    assert closing.size == len(WHOLE)
    assert closing.root == grow(WHOLE).root()


@pytest.mark.parametrize("missing", [record for record in WHOLE if "lifecycle" not in stream_of(record)][::2])
def test_nothing_is_closed_while_a_record_of_another_topic_is_missing(missing: Record) -> None:
    state = Witnessed()
    for record in WHOLE:
        if record is not missing:
            state, made = witness(state, record)
            assert not made
    assert witness(state, missing)[1]


@given(st.integers(0, 2**32))
def test_a_cancelled_session_ends_in_the_same_head(seed: int) -> None:
    records = Race(seed).play(START, CANCEL)
    last = {checkpoints(interleaved(records, Chance(other)))[-1].body() for other in range(3)}
    assert len(last) == 1


def test_what_comes_after_the_close_leads_to_a_larger_close() -> None:
    first, second = checkpoints([*WHOLE, late_decision()])
    assert first.closing and second.closing
    assert (first.size, second.size) == (len(WHOLE), len(WHOLE) + 1)
    assert second.id != first.id


def test_nobody_waits_for_a_record_that_the_auditor_set_aside() -> None:
    lost = next(record for record in WHOLE if isinstance(record.event, DecisionMade))
    assert lost.position
    notice = RecordDeadLettered(
        session_id=SESSION, consumer="ethogram.auditor", topic=lost.position.topic, partition=0,
        offset=lost.position.offset, stage="decode", code="schema", message="broken",
    )  # fmt: skip
    elsewhere = notice.model_copy(update={"consumer": "ethogram.judge"})
    rest = [record for record in WHOLE if record is not lost]
    name = "ethogram.record.dead-lettered.v1"
    assert not Driver(AUDITOR).emitted
    state = Witnessed()
    for record in [*rest, placed(elsewhere, name, 0)]:
        state, made = witness(state, record)
        assert not made
    assert witness(state, placed(notice, name, 1))[1]
    log = grow([*WHOLE, placed(notice, name, 1)])
    assert log.size == len(WHOLE), "the lost record is left out, the notice is in"


def test_a_long_session_is_checkpointed_on_the_way() -> None:
    points = checkpoints([late_decision(turn) for turn in range(2 * INTERVAL + 10)])
    assert [(point.size, point.closing) for point in points] == [(INTERVAL, False), (2 * INTERVAL, False)]


@pytest.mark.parametrize("end", [SessionRejected, SessionFailed])
def test_a_session_that_never_ran_or_failed_is_closed_at_once(end: type[Event]) -> None:
    event = end.read({"session_id": SESSION, "reason": "no", "command_id": "c"})
    (point,) = checkpoints([placed(event, "ethogram.session.lifecycle.v1", 0)])
    assert point.closing and point.size == 1


def test_a_second_start_that_is_refused_does_not_close_a_running_session() -> None:
    refused = placed(
        SessionRejected(session_id=SESSION, reason="twice", command_id="c"), "ethogram.session.lifecycle.v1", 99
    )
    started = [record for record in WHOLE if isinstance(record.event, SessionAdmitted)]
    assert not checkpoints([*started, refused])


def test_its_own_checkpoints_are_not_part_of_the_log() -> None:
    own = checkpoints(WHOLE)[0]
    state = Witnessed()
    assert witness(state, placed(own, "ethogram.audit.checkpoints.v1", 0)) == (state, ())


def test_the_state_survives_json_and_stays_small() -> None:
    state = Witnessed()
    for turn in range(3000):
        state, _ = witness(state, late_decision(turn))
    assert Witnessed.model_validate_json(state.model_dump_json()) == state
    assert len(state.model_dump_json()) < 2_000


def test_sessions_do_not_share_heads() -> None:
    (mine,) = checkpoints(WHOLE)
    assert mine.session_id == SESSION
    assert mine.id != mine.model_copy(update={"session_id": SessionId("other")}).id
