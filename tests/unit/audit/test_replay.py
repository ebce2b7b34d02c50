"""Replay: the services say the same again, whatever raced, and what was tampered with is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ethogram.audit import ReplayReport, replay, session_digest
from ethogram.events import (
    BehaviourObserved,
    BehaviourSnapshot,
    ChampionCrowned,
    Chance,
    DecisionMade,
    EventId,
    PrinciplesInferred,
    RecordDeadLettered,
    ScoreUpdated,
    SessionPaused,
    TurnResolved,
    VerdictIssued,
)
from ethogram.events.envelope import Position, Record
from ethogram.topology import Service

from .toys import CANCEL, DIRECTOR, JUDGE, PAUSE, RESUME, SERVICES, SESSION, START, TRACKER, Race, interleaved

LOG = Race(3).play(START, PAUSE, RESUME)


def the(event_type: type[object], log: Sequence[Record] = LOG) -> int:
    return next(index for index, record in enumerate(log) if isinstance(record.event, event_type))


def retold(index: int, **update: object) -> list[Record]:
    """The log with one body changed, well formed and under the same id."""
    event = LOG[index].event.model_copy(update=update)
    return [*LOG[:index], replace(LOG[index], event=event, raw=None), *LOG[index + 1 :]]


def resent(index: int, **update: Any) -> list[Record]:
    """The log with one envelope changed."""
    return [*LOG[:index], replace(LOG[index], **update), *LOG[index + 1 :]]


@settings(max_examples=80)
@given(
    st.integers(0, 2**32), st.sampled_from([(), (PAUSE, RESUME), (PAUSE, CANCEL), (CANCEL,), (PAUSE, RESUME, CANCEL)])
)
def test_whatever_raced_a_replay_says_the_same(seed: int, commands: tuple[Any, ...]) -> None:
    log = Race(seed).play(START, *commands)
    report = replay(interleaved(log, Chance(seed)), SERVICES)
    assert report.identical, report.first
    assert all(part.recorded == part.derived for part in report.services)
    assert report.session_id == SESSION


def test_every_service_is_run_over_what_it_read() -> None:
    report = replay(LOG, SERVICES)
    counts = {part.service: part.derived for part in report.services}
    assert counts == {
        "scenario-generator": 6 + 6 + 3 + 2 + 5, "agent-runner": 6, "action-tracker": 7, "inference-worker": 4,
        "judge": 6,
    }  # fmt: skip


def test_what_agents_answered_is_taken_from_the_log_and_what_strategies_answer_is_not() -> None:
    answered = next(i for i, r in enumerate(LOG) if isinstance(r.event, DecisionMade) and r.sequence is None)
    builtin = next(i for i, r in enumerate(LOG) if isinstance(r.event, DecisionMade) and r.sequence is not None)
    assert {found.service for found in replay(retold(answered, option="D"), SERVICES).differences} <= {
        "scenario-generator"
    }
    first = replay(retold(builtin, option="X"), [SERVICES[1]]).first
    assert first and (first.service, first.field, first.expected, first.got) == (
        "agent-runner", "option", '"X"', '"C"',
    )  # fmt: skip


@pytest.mark.parametrize(
    ("event_type", "update", "field", "service"),
    [
        (VerdictIssued, {"verdict": "reject"}, "verdict", "judge"),
        (ScoreUpdated, {"total": 0.75}, "total", "judge"),
        (ChampionCrowned, {"agent_id": "bob"}, "agent_id", "judge"),
        (PrinciplesInferred, {"summary": "saintly"}, "summary", "inference-worker"),
        (BehaviourSnapshot, {"turns": 7}, "turns", "action-tracker"),
        (SessionPaused, {"actor": "nobody"}, "actor", "scenario-generator"),
    ],
)
def test_a_changed_output_is_shown_with_its_field(
    event_type: type[object], update: dict[str, object], field: str, service: str
) -> None:
    index = the(event_type)
    first = next(found for found in replay(retold(index, **update), SERVICES).differences if found.service == service)
    assert (first.kind, first.event_id, first.type) == ("changed", LOG[index].id, LOG[index].event.TYPE)
    assert first.field == field
    assert first.expected != first.got
    assert first.event_id in first.summary and field in first.summary


def test_a_field_deep_inside_is_named_by_its_path() -> None:
    index = the(TurnResolved)
    turn = LOG[index].event
    assert isinstance(turn, TurnResolved)
    actions = (turn.actions[0], turn.actions[1].model_copy(update={"payoff": 9.5}))
    first = replay(retold(index, actions=actions), SERVICES).first
    assert first and (first.field, first.expected, first.got) == ("actions[1].payoff", "9.5", "0")


def test_volatile_fields_do_not_count() -> None:
    builtin = next(i for i, r in enumerate(LOG) if isinstance(r.event, DecisionMade) and r.sequence is not None)
    assert replay(retold(builtin, latency_ms=12.5), SERVICES).identical


def test_a_removed_output_is_missing() -> None:
    index = the(ChampionCrowned)
    report = replay([*LOG[:index], *LOG[index + 1 :]], SERVICES)
    assert [(found.kind, found.event_id) for found in report.differences] == [("missing", LOG[index].id)]
    assert report.of_kind("missing") == report.differences


def test_a_removed_input_is_found_by_the_numbers_of_those_after_it() -> None:
    index = the(BehaviourObserved)
    report = replay([*LOG[:index], *LOG[index + 1 :]], SERVICES)
    assert not report.identical
    assert {"missing", "refused"} <= {found.kind for found in report.differences}


def test_an_added_output_is_unexpected() -> None:
    index = the(VerdictIssued)
    event = LOG[index].event.model_copy(update={"agent_id": "eve"})
    forged = replace(LOG[index], event=event, id=EventId(event.id), sequence=99, raw=None)
    report = replay([*LOG, forged], SERVICES)
    assert ("unexpected", forged.id) in {(found.kind, found.event_id) for found in report.differences}
    orphan = replace(forged, causation="nothing")
    first = replay([*LOG, orphan], [JUDGE]).first
    assert first and (first.kind, first.field) == ("unexpected", "ce_causationid")


@pytest.mark.parametrize(
    ("update", "field"),
    [
        ({"causation": LOG[0].id}, "ce_causationid"),
        ({"sequence": 9}, "ce_sequence"),
        ({"sequence": None}, "ce_sequence"),
        ({"source": "/ethogram/action-tracker"}, "ce_source"),
        ({"source": "/evil"}, "ce_source"),
    ],
)
def test_a_changed_envelope_is_a_difference_too(update: dict[str, Any], field: str) -> None:
    index = the(VerdictIssued)
    found = [
        found for found in replay(resent(index, **update), SERVICES).differences if found.event_id == LOG[index].id
    ]
    assert field in {difference.field for difference in found}


def test_repeats_do_not_matter() -> None:
    assert replay([*LOG, *LOG], SERVICES).identical


def test_another_rule_shows_what_it_would_have_said() -> None:
    def harsh(state: Any, event: PrinciplesInferred) -> Any:
        state, events = JUDGE.decides[PrinciplesInferred](state, event)
        return state, [
            event.model_copy(update={"verdict": "reject"}) if isinstance(event, VerdictIssued) else event
            for event in events
        ]

    harsher = replace(JUDGE, decides={**JUDGE.decides, PrinciplesInferred: harsh})
    report = replay(Race(4).play(START), [harsher])
    verdicts = [found for found in report.differences if found.type == VerdictIssued.TYPE]
    assert {(found.field, found.expected, found.got) for found in verdicts} <= {("verdict", '"approve"', '"reject"')}


def test_a_rule_that_breaks_is_a_finding() -> None:
    def broken(state: Any, event: Any) -> Any:
        raise KeyError("seat 7")

    service: Service[Any] = replace(TRACKER, decides={**TRACKER.decides, TurnResolved: broken})
    first = replay(LOG, [service]).first
    assert first and first.kind == "failed" and "seat 7" in first.got


def test_what_a_service_set_aside_has_no_effect_in_a_replay() -> None:
    calm = Race(5).play(START)
    stray = replace(
        calm[the(DecisionMade, calm)],
        event=DecisionMade.model_validate({**calm[the(DecisionMade, calm)].event.model_dump(), "turn": 1, "seat": 1}),
    )
    position = Position("ethogram.decision.made.v1", 0, 500)
    stray = replace(stray, id=EventId(f"{stray.event.id}-again"), position=position, sequence=None, raw=None)
    notice = RecordDeadLettered(
        session_id=SESSION, consumer=DIRECTOR.group, topic=position.topic, partition=0, offset=500, stage="decide",
        code="unforeseen", message="a bug of that day",
    )  # fmt: skip
    told = Record(notice, notice.id, DIRECTOR.source, "2026-01-01T00:00:00Z", SESSION)
    early = the(DecisionMade, calm)
    log = [*calm[:early], stray, *calm[early:], told]
    assert replay(log, [DIRECTOR]).identical


def test_the_digest_is_over_what_was_concluded_and_not_over_its_order() -> None:
    first = session_digest(LOG)
    assert session_digest([*reversed(LOG), *LOG]) == first
    assert replay(LOG, ()).digest == first
    retried = session_digest(retold(the(VerdictIssued), verdict="reject"))
    assert (retried.principles, retried.scores) == (first.principles, first.scores)
    assert retried.verdicts != first.verdicts and retried.digest != first.digest


def test_nothing_replays_to_nothing() -> None:
    report = replay([], SERVICES)
    assert report.identical and report.session_id == ""


def test_the_report_survives_json() -> None:
    report = replay(retold(the(VerdictIssued), verdict="reject"), SERVICES)
    assert ReplayReport.model_validate_json(report.model_dump_json()) == report


def test_a_number_that_nobody_could_read_is_no_gap() -> None:
    later = [
        replace(record, sequence=(record.sequence or 0) + 1)
        if record.source == TRACKER.source and isinstance(record.event, BehaviourObserved | BehaviourSnapshot)
        else record
        for record in LOG
    ]
    assert any(found.kind == "refused" for found in replay(later, [JUDGE]).differences)
    notice = RecordDeadLettered(
        session_id=SESSION, consumer=JUDGE.group, topic="ethogram.behaviour.observed.v1", partition=0, offset=99,
        stage="decode", code="not-json", message="m", source=TRACKER.source, sequence=1,
    )  # fmt: skip
    told = replace(LOG[0], event=notice, id=notice.id, source=JUDGE.source, sequence=None, raw=None,
                   position=Position("ethogram.record.dead-lettered.v1", 0, 0))  # fmt: skip
    assert replay([*later, told], [JUDGE]).identical
