"""Turns that wait for the council, and approvals of people: nobody passes without authority, after expiry, or twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ethogram.audit import replay
from ethogram.cli.replaying import services
from ethogram.council import constitution
from ethogram.events import (
    ActRuled,
    ApprovalDecided,
    ApprovalExpired,
    ApprovalPolicy,
    ApprovalRequested,
    AuditLogged,
    DecideApproval,
    ScenarioPresented,
    SessionAdmitted,
    SessionFinished,
    TurnProposed,
    TurnResolved,
    TurnRuled,
    Vote,
)
from ethogram.events.envelope import Position, Record
from ethogram.services.judge.service import judge
from ethogram.services.scenario_generator.service import under
from ethogram.topology import Bus, Driver, catalogue, command_record
from tests.unit.games.people import KEYS, PEOPLE, again, asked, refusal
from tests.unit.games.stage import PLAYERS, SESSION, cast, decide, executed, of, training

GAMES = [{"game": "prisoners-dilemma", "rounds": 20}]
POLICY = ApprovalPolicy.model_validate({
    "name": "referees, then admins", "about": ["turn"], "then": "reject",
    "chain": [{"role": "referee", "seconds": 60}, {"role": "admin", "seconds": 60}],
})  # fmt: skip
START = POLICY.model_copy(update={"name": "before it begins", "about": ("start",)})


def strict(*policies: ApprovalPolicy, **fields: Any) -> Driver[Any]:
    """A director with a strict session in which always defect meets tit for tat, its first turn answered."""
    director = Driver(under(constitution(), lambda: PEOPLE, lambda: policies))
    director.feed(command_record(training(**{"games": GAMES, "mode": "strict", **fields})))
    presented = of([each.event for each in director.emitted], ScenarioPresented)
    for seat in presented[0].seats if presented else ():
        director.feed(command_record(decide(presented[0], seat.seat), source="/ethogram/agent-runner"))
    assert not director.rejected
    return director


def facts(director: Driver[Any], kind: type[Any]) -> list[Any]:
    return of([each.event for each in director.emitted], kind)


def ruling(director: Driver[Any], *rulings: str) -> Record:
    """The council rules so on the seats of the first turn."""
    (proposed,) = facts(director, TurnProposed)
    acts = [
        ActRuled.model_validate({
            "seat": seat, "agent_id": "ab"[seat], "ruling": ruling,
            "votes": [Vote(judge="fairness", vote="reject", reasons=("that harms",))],
        }) for seat, ruling in enumerate(rulings)
    ]  # fmt: skip
    ruled = TurnRuled(session_id=SESSION, game_id=proposed.game_id, turn=1, proposed_id=proposed.id, acts=tuple(acts),
                      constitution="")  # fmt: skip
    return command_record(ruled, source="/ethogram/judge")


def doubted() -> tuple[Driver[Any], str]:
    """People are asked about the defection of seat 1; the id of the request."""
    director = strict(POLICY)
    director.feed(ruling(director, "approve", "escalate"))
    (requested,) = facts(director, ApprovalRequested)
    return director, requested.approval_id


def answer(approval: str, actor: str = "ben", decision: str = "approve", **told: Any) -> Record:
    return asked(DecideApproval, actor, approval_id=approval, decision=decision, **told)


def expire(director: Driver[Any], approval: str, level: int) -> None:
    expired = ApprovalExpired(session_id=SESSION, approval_id=approval, level=level)
    director.feed(command_record(expired, source="/ethogram/scenario-generator"))


def test_in_a_strict_session_what_the_constitution_forbids_is_not_carried_out() -> None:
    command = training(games=GAMES, mode="strict", agents=cast("always-cooperate", "always-defect"))
    events = [record.event for record in Bus([under(constitution()), PLAYERS, judge]).play(command)]
    assert executed(events) == ["CD"] * 9 + ["CC"] * 11, "the tenth act is the first that shows a habit"
    stopped = of(events, TurnResolved)[9]
    (ruled,) = [each for each in of(events, TurnRuled) if each.turn == 10]
    assert [act.ruling for act in ruled.acts] == ["approve", "reject"]
    assert stopped.actions[1].intended == "D" and stopped.actions[1].overridden == ruled.id
    assert [each.executed for each in stopped.otherwise] == ["C", "D"]
    assert {vote.vote for vote in ruled.acts[1].votes if vote.judge == "evidence"} == {"abstain"}
    lines = [each.verdict for each in of(events, AuditLogged) if each.what == TurnRuled.TYPE]
    assert len(lines) == 20 and lines[9] == "approve: a; reject: b"


def test_a_turn_takes_effect_only_after_the_council() -> None:
    director = strict()
    assert len(facts(director, TurnProposed)) == 1 and not facts(director, TurnResolved)
    director.feed(ruling(director, "approve", "approve"))
    assert len(facts(director, TurnResolved)) == 1 and len(facts(director, ScenarioPresented)) == 2


@pytest.mark.parametrize(("mode", "risk", "proposed"), [
    ("auto", None, 0), ("auto", 0.5, 0), ("auto", 0.0, 1), ("dry-run", 0.0, 1), ("strict", 0.5, 1),
])  # fmt: skip
def test_auto_gates_by_what_is_at_stake_and_strict_gates_all(mode: str, risk: float | None, proposed: int) -> None:
    director = strict(mode=mode, risk=risk)
    assert len(facts(director, TurnProposed)) == proposed
    (admitted,) = facts(director, SessionAdmitted)
    assert admitted.gate == (0.0 if mode == "strict" else risk)


def test_stakes_of_a_scenario_are_the_worst_that_an_option_declares() -> None:
    scenarios = {"archetypes": ["moral-hazard"], "count": 1}
    director = strict(games=[], scenarios=scenarios, agents=cast("always-defect"), mode="auto", risk=0.0)
    (presented,) = facts(director, ScenarioPresented)
    (proposed,) = facts(director, TurnProposed)
    declared = [
        value for each in presented.options
        for value in (each.effects.get("harm-avoidance", 0), *each.stakeholders.values(), *each.relations.values())
    ]  # fmt: skip
    assert proposed.risk == max(0, -min(declared)) > 0


def test_the_judge_says_the_same_whether_it_knew_the_session_or_not() -> None:
    director = strict()
    (admitted,) = [each for each in director.emitted if isinstance(each.event, SessionAdmitted)]
    (proposed,) = [each for each in director.emitted if isinstance(each.event, TurnProposed)]
    said = []
    for order in ((admitted, proposed), (proposed, admitted)):
        driver = Driver(judge)
        for record in order:
            driver.feed(record)
        said.append([record.event.body() for record in driver.emitted])
    assert said[0] == said[1] and len(said[0]) == 1


def test_where_the_council_is_in_doubt_people_decide() -> None:
    for decision, told, done in (
        ("approve", {}, "CD"), ("reject", {}, "CC"), ("modify", {"option": "C"}, "CC"),
    ):  # fmt: skip
        director, approval = doubted()
        assert not facts(director, TurnResolved)
        director.feed(answer(approval, decision=decision, **told))
        (decided,) = facts(director, ApprovalDecided)
        (resolved,) = facts(director, TurnResolved)
        assert (decided.decision, decided.actor, decided.reason) == (decision, "ben", "because")
        assert "".join(each.executed for each in resolved.actions) == done
        assert bool(resolved.otherwise) == (done == "CC")


def test_to_terminate_ends_the_session() -> None:
    director, approval = doubted()
    director.feed(answer(approval, decision="terminate"))
    (finished,) = facts(director, SessionFinished)
    assert (finished.cancelled, finished.ended_by, finished.actor, finished.turns) == (True, "approval", "ben", 0)


def test_a_request_climbs_when_time_is_up_or_somebody_escalates_and_then_the_policy_holds() -> None:
    for first in ("expire", "escalate"):
        director, approval = doubted()
        if first == "expire":
            expire(director, approval, 0)
        else:
            director.feed(answer(approval, decision="escalate"))
        requested = facts(director, ApprovalRequested)
        assert [(each.level, each.role) for each in requested] == [(0, "referee"), (1, "admin")]
        refused = refusal(director, answer(approval, command_id="late"))
        assert refused and refused.code == "no-authority", "the first rung is not asked any more"
        expire(director, approval, 0)
        assert not facts(director, ApprovalDecided), "an old clock changes nothing"
        expire(director, approval, 1)
        (decided,) = facts(director, ApprovalDecided)
        assert (decided.decision, decided.actor, decided.command_id) == ("reject", f"policy {POLICY.name}", None)
        assert executed([each.event for each in director.emitted]) == ["CC"]


@settings(max_examples=60)
@given(
    st.sampled_from([*KEYS, "mallory"]), st.sampled_from([*KEYS, ""]),
    st.sampled_from(["2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z", "yesterday"]), st.booleans(),
)  # fmt: skip
def test_no_approval_works_without_authority_after_expiry_or_twice(
    actor: str, signer: str, time: str, expired: bool
) -> None:
    director, approval = doubted()
    if expired:
        expire(director, approval, 0)
        expire(director, approval, 1)
    before = len(facts(director, TurnResolved))
    record = asked(DecideApproval, actor, signer, time, approval_id=approval, decision="approve")
    refused = refusal(director, record)
    may = actor in ("ben", "cleo") or (actor == "dan" and time < "2026-06")
    assert (refused is None) == (may and signer == actor and not expired)
    assert len(facts(director, TurnResolved)) == before + (refused is None)
    assert refusal(director, again(record)), "once"
    assert len(facts(director, ApprovalDecided)) <= 1


def test_a_session_that_needs_approval_does_not_begin_without() -> None:
    director = strict(START)
    assert not facts(director, ScenarioPresented)
    (requested,) = facts(director, ApprovalRequested)
    director.feed(answer(requested.approval_id))
    assert len(facts(director, ScenarioPresented)) == 1
    refused = strict(START)
    expire(refused, requested.approval_id, 0)
    expire(refused, requested.approval_id, 1)
    (finished,) = facts(refused, SessionFinished)
    assert finished.cancelled and not facts(refused, ScenarioPresented)


def test_a_replay_derives_the_same_from_the_topics_alone() -> None:
    log: list[Record] = []
    director = Driver(under(constitution(), lambda: PEOPLE, lambda: (POLICY,)))

    def put(record: Record) -> None:
        topic = catalogue().topic_of(type(record.event)).name
        log.append(replace(record, position=Position(topic, 0, len(log))))
        director.feed(log[-1])

    put(command_record(training(games=GAMES, mode="strict")))
    presented = facts(director, ScenarioPresented)[0]
    for seat in (0, 1):
        put(command_record(decide(presented, seat), source="/ethogram/agent-runner"))
    put(ruling(director, "approve", "escalate"))
    put(answer(facts(director, ApprovalRequested)[0].approval_id))
    made = [
        replace(each, position=Position(catalogue().topic_of(type(each.event)).name, 1, place))
        for place, each in enumerate(director.emitted)
    ]
    found = replay([*log, *made], [service for service in services() if service.name == "scenario-generator"])
    assert found.identical, found.first
