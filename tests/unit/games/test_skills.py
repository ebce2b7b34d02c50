"""No agent has a skill without a recorded authorization, a revocation counts at once, and use leaves evidence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ethogram.audit import replay
from ethogram.council import constitution
from ethogram.events import (
    AuditLogged,
    GrantSkill,
    LearningRecorded,
    RevokeSkill,
    ScenarioPresented,
    SkillCall,
    SkillGranted,
    SkillRevoked,
    SwapAgent,
    TurnResolved,
)
from ethogram.events.envelope import Position, Record
from ethogram.games.skills import Grants
from ethogram.services.scenario_generator.service import under
from ethogram.topology import Driver, Service, catalogue, command_record
from tests.unit.games.people import PEOPLE, asked, refusal
from tests.unit.games.stage import cast, decide, of, training

TALLY = {"agent_id": "a", "skill": "tally"}


class Director(Driver[Any]):
    """A director who remembers what it was fed."""

    def __init__(self, service: Service[Any]) -> None:
        super().__init__(service)
        self.fed: list[Record] = []

    def feed(self, record: Record) -> tuple[Record, ...]:
        self.fed.append(record)
        return super().feed(record)


def stage(*policy: str, asks: tuple[str, ...] = ()) -> Director:
    """Tit for tat (which may ask for skills) and always defect, five rounds, with people who may steer."""
    director = Director(
        under(constitution(), lambda: PEOPLE, grants=Grants(lambda: ("expected-payoff", "tally"), lambda: policy))
    )
    first, second = cast("tit-for-tat", "always-defect")
    director.feed(command_record(training(
        name="research-7", agents=[{**first, "skills": list(asks) or None}, second],
        games=[{"game": "prisoners-dilemma", "rounds": 5}],
    )))  # fmt: skip
    assert not director.rejected
    return director


def facts(director: Driver[Any], kind: type[Any]) -> list[Any]:
    return of([each.event for each in director.emitted], kind)


def answer(director: Driver[Any], *skills: str) -> None:
    """Both seats of the turn that is before them answer; seat 0 after using these skills."""
    event = facts(director, ScenarioPresented)[-1]
    used = tuple(SkillCall(skill=name, given="", told="[]") for name in skills) or None
    for seat in (0, 1):
        decision = decide(event, seat).model_copy(update={"skills": used if seat == 0 else None})
        director.feed(command_record(decision, source="/ethogram/agent-runner"))


def offered(director: Driver[Any]) -> tuple[str, ...] | None:
    skills: tuple[str, ...] | None = facts(director, ScenarioPresented)[-1].seats[0].skills
    return skills


def test_asking_for_a_skill_grants_nothing() -> None:
    director = stage(asks=("tally",))
    assert not facts(director, SkillGranted) and offered(director) is None


@pytest.mark.parametrize(
    ("policy", "granted"),
    [("tally@research-*", True), ("tally", True), ("tally@other-*", False), ("expected-payoff@*", False)],
)
def test_the_operators_policy_grants_what_is_asked_for_and_is_recorded_as_the_authority(
    policy: str, granted: bool
) -> None:
    director = stage(policy, asks=("tally",))
    told = [(each.skill, each.by, each.authority) for each in facts(director, SkillGranted)]
    assert told == ([("tally", "policy", policy)] if granted else [])
    assert offered(director) == (("tally",) if granted else None)


def test_what_is_not_asked_for_or_not_installed_no_policy_grants() -> None:
    assert not facts(stage("tally"), SkillGranted)
    assert not facts(stage("flight", asks=("flight",)), SkillGranted)


def test_a_person_with_authority_grants_from_the_next_turn_on_and_both_records_name_the_command() -> None:
    director = stage()
    director.feed(asked(GrantSkill, "ben", **TALLY))
    (told,) = facts(director, SkillGranted)
    assert (told.by, told.authority, told.actor, told.turns) == ("person", "ben-" + GrantSkill.TYPE, "ben", 0)
    (line,) = [each for each in facts(director, AuditLogged) if each.what == GrantSkill.TYPE]
    assert (line.who, line.verdict, line.signed) == ("ben", "accepted", True)
    assert offered(director) is None
    answer(director)
    assert offered(director) == ("tally",)


@pytest.mark.parametrize(
    ("actor", "signer", "given", "code"),
    [
        ("ann", None, TALLY, "no-authority"), ("mallory", "cleo", TALLY, "no-authority"),
        ("cleo", "ann", TALLY, "not-signed"), ("cleo", None, {**TALLY, "skill": "flight"}, "unknown-skill"),
        ("cleo", None, {**TALLY, "agent_id": "z"}, "unknown-agent"),
    ],
)  # fmt: skip
def test_nobody_else_grants_and_nothing_else_is_granted(
    actor: str, signer: str | None, given: dict[str, str], code: str
) -> None:
    director = stage()
    refused = refusal(director, asked(GrantSkill, actor, signer, **given))
    assert refused is not None and refused.code == code
    answer(director)
    assert not facts(director, SkillGranted) and offered(director) is None


def test_where_nobody_is_named_nobody_grants() -> None:
    director = Driver(under(constitution()))
    director.feed(command_record(training()))
    refused = refusal(director, asked(GrantSkill, "mallory", **TALLY))
    assert refused is not None and refused.code == "no-authority"


def test_a_skill_that_was_never_granted_makes_no_choice() -> None:
    director = stage()
    answer(director, "tally")
    (turn,) = facts(director, TurnResolved)
    assert (turn.actions[0].outcome, turn.actions[1].outcome) == ("illegal", "chosen")
    assert not facts(director, LearningRecorded)


def test_a_revocation_works_at_once_even_for_a_turn_that_is_before_the_agent() -> None:
    director = stage("tally", asks=("tally",))
    answer(director, "tally")
    assert offered(director) == ("tally",)
    director.feed(asked(RevokeSkill, "ann", **TALLY))
    answer(director, "tally")
    assert [turn.actions[0].outcome for turn in facts(director, TurnResolved)] == ["chosen", "illegal"]
    assert offered(director) is None
    (told,) = facts(director, SkillRevoked)
    assert (told.by, told.actor, told.reason) == ("person", "ann", "because")
    refused = refusal(director, asked(RevokeSkill, "cleo", **TALLY))
    assert refused is not None and "it has: none" in refused.message


def test_who_is_another_agent_by_now_has_no_skill_of_the_one_before() -> None:
    director = stage("tally", asks=("tally",))
    director.feed(asked(SwapAgent, agent_id="a", adapter="builtin", config={"strategy": "grim-trigger"}))
    (told,) = facts(director, SkillRevoked)
    assert told.by == "swap" and told.skill == "tally"
    answer(director, "tally")
    assert facts(director, TurnResolved)[0].actions[0].outcome == "illegal"


def test_what_was_learnt_is_recorded_with_the_decisions_that_show_it_and_what_it_rested_on() -> None:
    director = stage("tally", asks=("tally",))
    for skills in (("tally",), ("tally", "tally"), ()):
        answer(director, *skills)
    director.feed(asked(RevokeSkill, **TALLY))
    answer(director, "tally")
    director.feed(asked(GrantSkill, **TALLY))
    answer(director)
    (told,) = facts(director, LearningRecorded)
    turns = facts(director, TurnResolved)
    earned = [turn.actions[0].payoff for turn in turns]
    assert told.authorities == ("tally", "cleo-" + GrantSkill.TYPE)
    assert (told.used, told.unused, told.denied) == (2, 2, 1)
    assert told.evidence == tuple(turn.actions[0].decision_id for turn in turns[:2])
    assert told.earned_using == (earned[0] + earned[1]) / 2 and told.earned_without == (earned[2] + earned[4]) / 2


def test_a_replay_grants_the_same_by_the_records_alone() -> None:
    director = stage("tally@research-*", asks=("tally",))
    answer(director, "tally")
    director.feed(asked(GrantSkill, agent_id="b", skill="expected-payoff"))
    refusal(director, asked(GrantSkill, "ben", agent_id="b", skill="flight"))
    for _ in range(4):
        answer(director, "tally")
    log = [
        replace(each, position=Position(catalogue().topic_of(type(each.event)).name, part, place))
        for part, records in enumerate((director.fed, director.emitted))
        for place, each in enumerate(records)
    ]
    found = replay(log, [under(constitution())])
    assert found.identical, found.first
