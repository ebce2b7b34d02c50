"""One step of a service: numbered streams, refusals, what is emitted and what is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethogram.events import (
    Event,
    InvalidRecord,
    SessionCompleted,
    SessionFailed,
    SessionId,
    SessionJudged,
    SessionRejected,
    StartTraining,
    Value,
)
from ethogram.events.envelope import Position, Record
from ethogram.topology import Kept, Refusal, Service, close, command_record, performed, refuse, set_aside, step

S = SessionId("s")
TOPIC = "ethogram.verdict.issued.v1"
STREAM = f"/ethogram/judge|{TOPIC}"


class Count(Value):
    """How many were counted."""

    judged: int = 0


def count(state: Count, event: SessionJudged) -> tuple[Count, Sequence[Event]]:
    """Counts; thirteen verdicts cannot be, and ninety-nine break the rule."""
    if event.verdicts == 13:
        raise InvalidRecord("unlucky", "verdicts: 13 cannot be; expected any other number")
    if event.verdicts == 99:
        raise ZeroDivisionError
    return Count(judged=state.judged + 1), (SessionCompleted(session_id=event.session_id),) * (event.verdicts == 2)


def reject(state: Count, refusal: Refusal) -> Sequence[Event]:
    """Says in words why."""
    told = {"session_id": refusal.session_id, "reason": refusal.message, "command_id": refusal.record_id}
    return (SessionRejected.model_validate(told),)


COUNTER = Service(
    name="scenario-generator", initial=Count(), decides={SessionJudged: count}, refuses={SessionJudged: reject},
    emits=(SessionCompleted, SessionRejected),
)  # fmt: skip


def judged(sequence: int | None = 1, verdicts: int = 1, **changes: object) -> Record:
    event = SessionJudged(session_id=S, verdicts=verdicts)
    made = Record(event, event.id, "/ethogram/judge", "2026-11-21T10:00:00Z", "plan", None, sequence,
                  Position(TOPIC, 0, sequence or 0), "00-trace")  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def test_the_next_number_is_taken() -> None:
    done = step(COUNTER, Kept(Count(), {STREAM: 4}), judged(5))
    assert done.rejection is None and done.kept == Kept(Count(judged=1), {STREAM: 5})


def test_a_stream_begins_at_one() -> None:
    first = step(COUNTER, Kept(Count()), judged(2))
    assert first.rejection is not None and first.stage == "sequence"
    assert (first.rejection.code, first.rejection.message) == ("gap", f"{STREAM}: ce_sequence is 2, expected 1")


@pytest.mark.parametrize(("sequence", "code"), [(6, "gap"), (3, "sequence-reused"), (1, "sequence-reused")])
def test_a_gap_and_a_number_twice_decide_nothing(sequence: int, code: str) -> None:
    kept = Kept(Count(judged=9), {STREAM: 3}, {"t": 1})
    done = step(COUNTER, kept, judged(sequence, verdicts=2))
    assert done.rejection is not None and done.rejection.code == code and not done.emitted
    assert (done.kept.state, done.kept.seen, done.kept.sent) == (kept.state, kept.seen, kept.sent)


def test_nobody_waits_for_a_number_that_went_to_the_dead_letters() -> None:
    kept = close(Kept(Count(), {STREAM: 3}), STREAM, 4)
    assert kept.seen == {STREAM: 4} and step(COUNTER, kept, judged(5)).rejection is None
    ahead = close(Kept(Count(), {STREAM: 3}), STREAM, 5)
    assert ahead.seen == {STREAM: 3}
    still = step(COUNTER, ahead, judged(6))
    assert still.rejection is not None and still.rejection.code == "gap"
    assert step(COUNTER, ahead, judged(4)).kept.seen == {STREAM: 5}


def test_a_record_set_aside_as_early_leaves_no_second_gap() -> None:
    early = step(COUNTER, Kept(Count()), judged(2)).kept
    whole = step(COUNTER, early, judged(1)).kept
    assert whole.seen == {STREAM: 2} and step(COUNTER, whole, judged(3)).rejection is None


def test_the_true_bearer_of_a_number_that_was_set_aside_is_let_in_once() -> None:
    kept = close(Kept(Count()), STREAM, 1)
    first = step(COUNTER, kept, judged(1))
    assert first.rejection is None and first.kept.aside == {}
    again = step(COUNTER, first.kept, judged(1))
    assert again.rejection is not None and again.rejection.code == "sequence-reused"


@given(st.permutations(range(1, 9)), st.sets(st.integers(1, 8)))
def test_whatever_is_set_aside_in_whatever_order_the_rest_is_taken(order: list[int], broken: set[int]) -> None:
    kept = Kept(Count())
    for number in (number for number in order if number in broken):
        kept = close(kept, STREAM, number)
    for number in range(1, 10):
        if number not in broken:
            done = step(COUNTER, kept, judged(number))
            assert done.rejection is None
            kept = done.kept
    assert kept.seen == {STREAM: 9} and kept.state.judged == 9 - len(broken)


def test_forged_numbers_are_forgotten_from_a_thousand_on() -> None:
    kept = Kept(Count())
    for number in range(2, 1_500):
        kept = close(kept, STREAM, number)
    assert len(kept.aside[STREAM]) == 1_000


def test_streams_are_counted_by_source_and_topic() -> None:
    kept = Kept(Count(), {STREAM: 3})
    other_source = judged(1, source="/ethogram/other")
    other_topic = judged(1, position=Position("ethogram.score.updated.v1", 0, 0))
    assert step(COUNTER, kept, other_source).kept.seen == {STREAM: 3, f"/ethogram/other|{TOPIC}": 1}
    assert step(COUNTER, kept, other_topic).rejection is None


def test_what_is_written_in_parallel_has_no_number_and_is_not_checked() -> None:
    assert step(COUNTER, Kept(Count(), {STREAM: 3}), judged(None)).kept == Kept(Count(judged=1), {STREAM: 3})


@given(st.integers(1, 9), st.integers(1, 9))
def test_a_redriven_record_comes_at_any_time_and_never_turns_the_count_back(seen: int, sequence: int) -> None:
    done = step(COUNTER, Kept(Count(), {STREAM: seen}), judged(sequence, redriven=True))
    assert done.rejection is None and done.kept.seen == {STREAM: max(seen, sequence)}


def test_after_a_foreseen_refusal_the_stream_goes_on_and_the_words_are_told() -> None:
    done = step(COUNTER, Kept(Count(judged=2)), judged(1, verdicts=13))
    assert done.rejection is not None and (done.stage, done.rejection.code) == ("decide", "unlucky")
    (told,) = done.emitted
    assert isinstance(told.event, SessionRejected) and told.event.reason == done.rejection.message
    assert told.causation == told.event.command_id == judged().id
    assert done.kept.state == Count(judged=2) and done.kept.seen == {STREAM: 1}
    assert step(COUNTER, done.kept, judged(2)).rejection is None


def test_an_unforeseen_failure_is_not_taken_for_a_refusal() -> None:
    with pytest.raises(ZeroDivisionError):
        step(COUNTER, Kept(Count()), judged(1, verdicts=99))


def test_a_record_set_aside_leaves_no_gap_behind() -> None:
    kept = set_aside(COUNTER, Kept(Count()), judged(1, verdicts=99))
    assert kept.seen == {STREAM: 1} and step(COUNTER, kept, judged(2)).rejection is None


def test_an_event_without_a_rule_moves_the_count_alone() -> None:
    event = SessionFailed(session_id=S, reason="r")
    record = judged(1, event=event, id=event.id)
    assert step(COUNTER, Kept(Count()), record).kept == Kept(Count(), {STREAM: 1})


def test_what_is_emitted_carries_its_cause() -> None:
    cause = judged(1, verdicts=2)
    (made,) = step(COUNTER, Kept(Count()), cause).emitted
    assert (made.causation, made.time, made.correlation, made.traceparent) == (cause.id, cause.time, "plan", "00-trace")
    assert (made.source, made.sequence, made.id) == (COUNTER.source, 1, made.event.id)


def test_numbers_run_on_per_topic() -> None:
    kept = step(COUNTER, Kept(Count()), judged(1, verdicts=2)).kept
    after = step(COUNTER, kept, judged(2, verdicts=2))
    assert after.emitted[0].sequence == 2 and after.kept.sent == {"ethogram.session.lifecycle.v1": 2}


def test_a_step_repeats_to_the_byte() -> None:
    one, other = (step(COUNTER, Kept(Count()), judged(1, verdicts=2)) for _ in range(2))
    assert one == other and [made.event.body() for made in one.emitted] == [made.event.body() for made in other.emitted]


def test_answers_of_an_effect_are_not_numbered_and_have_the_time_they_came_at() -> None:
    cause = judged(1)
    (made,) = performed(COUNTER, cause, [SessionCompleted(session_id=S)], "2026-11-21T11:00:00Z")
    assert (made.sequence, made.time, made.causation) == (None, "2026-11-21T11:00:00Z", cause.id)


def test_an_event_that_is_not_declared_is_a_fault_of_the_service() -> None:
    silent = replace(COUNTER, emits=())
    with pytest.raises(TypeError, match="scenario-generator made a SessionCompleted, which it does not declare"):
        step(silent, Kept(Count()), judged(1, verdicts=2))


def test_without_a_table_entry_nothing_is_said_of_a_refusal() -> None:
    kept = Kept(Count())
    refusal = Refusal("s", "r", "schema", "words")
    assert refuse(COUNTER, kept, StartTraining, refusal, None).emitted == ()
    assert refuse(COUNTER, kept, None, refusal, None).kept is kept
    assert len(refuse(COUNTER, kept, SessionJudged, refusal, command_record(judged().event)).emitted) == 1
