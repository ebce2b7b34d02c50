"""Nobody steers a session without authority, after it has expired, with another's key, or twice with one command."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ethogram.council import constitution
from ethogram.events import (
    AuditLogged,
    CancelSession,
    DecideApproval,
    Event,
    GrantSkill,
    InjectMessage,
    OverrideAction,
    OverrideVerdict,
    PauseSession,
    ResumeSession,
    RevokeSkill,
    SayInChat,
    SessionAdmitted,
    SwapAgent,
    VerdictIssued,
)
from ethogram.games.steering import STEERING
from ethogram.services.scenario_generator.service import under
from ethogram.topology import Driver, command_record
from tests.unit.games.people import KEYS, PEOPLE, again, asked, refusal, stage, start
from tests.unit.games.stage import SESSION

TOLD: dict[type[Event], dict[str, Any]] = {
    PauseSession: {}, ResumeSession: {}, CancelSession: {},
    SwapAgent: {"agent_id": "a", "adapter": "builtin", "config": {"strategy": "grim-trigger"}},
    InjectMessage: {"game_id": "g001", "text": "hear me"},
    OverrideAction: {"game_id": "g001", "seat": 0, "option": "D"},
    OverrideVerdict: {"agent_id": "a", "verdict": "reject"},
    SayInChat: {"text": "hear me too"},
    GrantSkill: {"agent_id": "a", "skill": "tally"}, RevokeSkill: {"agent_id": "a", "skill": "tally"},
}  # fmt: skip
MAY = {"ann": {"operator"}, "ben": {"referee"}, "cleo": {"operator", "referee"}, "dan": {"referee"}}


def judged(director: Driver[Any]) -> None:
    """The council has decided about `a`."""
    verdict = VerdictIssued.model_validate(
        {"session_id": SESSION, "agent_id": "a", "verdict": "approve", "votes": [], "constitution": ""}
    )
    director.feed(command_record(verdict, source="/ethogram/judge"))


def test_every_command_of_people_takes_a_role() -> None:
    assert {*TOLD, DecideApproval} == set(STEERING), "approvals have their own property: test_gating.py"


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(list(TOLD)), st.sampled_from([*KEYS, "mallory"]), st.sampled_from([*KEYS, ""]),
    st.sampled_from(["2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z", "2027-01-01T00:00:00+02:00", "yesterday"]),
)  # fmt: skip
def test_what_takes_effect_was_signed_by_somebody_who_may_and_takes_effect_once(
    kind: type[Event], actor: str, signer: str, time: str
) -> None:
    director = stage()
    judged(director)
    if kind is ResumeSession:
        director.feed(asked(PauseSession))
    if kind is RevokeSkill:
        director.feed(asked(GrantSkill, **TOLD[GrantSkill]))
    record = asked(kind, actor, signer, time, **TOLD[kind])
    before = director.state(SESSION)
    refused = refusal(director, record)
    role, _ = STEERING[kind]  # type: ignore[index]
    expired = actor == "dan" and not time.startswith("2026-01")
    entitled = role in MAY.get(actor, set()) and signer == actor and not expired
    assert (refused is None) == entitled, refused
    if refused is not None:
        assert refused.code in ("no-authority", "authority-expired", "not-signed")
        assert director.state(SESSION) == before
    else:
        moved = director.state(SESSION)
        twice = refusal(director, again(record))
        assert twice is not None and twice.code == "command-used"
        assert director.state(SESSION) == moved


def test_a_signature_covers_the_type_so_that_a_pause_cannot_be_sent_as_a_cancel() -> None:
    director = stage()
    pause = asked(PauseSession)
    cancel = asked(CancelSession, command_id=vars(pause.event)["command_id"])
    refused = refusal(director, replace(cancel, signature=pause.signature))
    assert refused is not None and refused.code == "not-signed"


def test_a_signature_covers_every_field() -> None:
    director = stage()
    record = asked(OverrideAction, **TOLD[OverrideAction])
    changed = record.event.model_copy(update={"option": "C"})
    refused = refusal(director, replace(record, event=changed))
    assert refused is not None and refused.code == "not-signed"


def test_a_session_names_those_who_may_steer_its_training_and_whoever_comes_later_may_not() -> None:
    (admitted,) = [each.event for each in stage().emitted if isinstance(each.event, SessionAdmitted)]
    assert [each.name for each in admitted.people] == ["ann", "ben", "cleo", "dan"]
    roster = list(PEOPLE[:1])
    director = Driver(under(constitution(), lambda: roster))
    director.feed(command_record(start()))
    roster.append(PEOPLE[2])
    refused = refusal(director, asked(PauseSession, "cleo"))
    assert refused is not None and "it names ann" in refused.message


def test_where_nobody_is_named_anybody_may_hold_a_session_and_nobody_may_override() -> None:
    director = Driver(under(constitution()))
    director.feed(command_record(start()))
    assert refusal(director, asked(PauseSession, "mallory")) is None
    refused = refusal(director, asked(OverrideAction, "mallory", **TOLD[OverrideAction]))
    assert refused is not None and "nobody; see `ethogram people add`" in refused.message


@pytest.mark.parametrize("kind", list(TOLD))
def test_every_path_of_people_is_in_the_audit_log_with_who_what_why_and_what_was_said(kind: type[Event]) -> None:
    director = stage()
    judged(director)
    if kind is ResumeSession:
        director.feed(asked(PauseSession))
    if kind is RevokeSkill:
        director.feed(asked(GrantSkill, **TOLD[GrantSkill]))
    director.feed(asked(kind, "mallory", **TOLD[kind]))
    director.feed(asked(kind, **TOLD[kind]))
    lines = [each.event for each in director.emitted if isinstance(each.event, AuditLogged)]
    refused, accepted = [line for line in lines if line.what == kind.TYPE]
    assert (refused.who, refused.signed) == ("mallory", False) and refused.verdict.startswith("refused: 'mallory' may")
    assert (accepted.who, accepted.why, accepted.verdict, accepted.signed) == ("cleo", "because", "accepted", True)
    assert accepted.when == "2026-01-01T00:00:00Z"


def test_starts_and_verdicts_are_in_the_audit_log_too_and_a_repeated_start_is_not() -> None:
    director = stage()
    judged(director)
    director.feed(replace(command_record(start()), id="again"))  # type: ignore[arg-type]
    lines = [each.event for each in director.emitted if isinstance(each.event, AuditLogged)]
    assert [(line.what, line.verdict) for line in lines] == [
        ("ethogram.training.start.v1", "accepted"), ("ethogram.verdict.issued.v1", "approve: a"),
    ]  # fmt: skip
    wrong = command_record(start(seed=8))
    director.feed(replace(wrong, id="other"))  # type: ignore[arg-type]
    last = director.emitted[-1].event
    assert isinstance(last, AuditLogged) and last.verdict.startswith("refused: session")


def test_lines_of_a_dry_run_say_so() -> None:
    director = stage(mode="dry-run")
    director.feed(asked(PauseSession))
    assert {each.event.dry for each in director.emitted if isinstance(each.event, AuditLogged)} == {True}
