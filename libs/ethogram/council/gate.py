"""The gate: what the council says to a turn before it takes effect, in sessions that ask for that.

An act is judged in the light of all acts that came before the gate, but it is stopped only for what it shows itself:
a finding counts if the act is one of the cases that it rests on. The evidence judge, whose subject is the whole
record, has no vote before there is one.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from ethogram.behaviour import Tracking, observe_turn
from ethogram.council import judges
from ethogram.council.case import Case
from ethogram.council.conduct import Conduct
from ethogram.council.constitution import Constitution
from ethogram.council.judges import JUDGES
from ethogram.council.verdict import decide
from ethogram.events import (
    Act,
    ActRuled,
    AgentId,
    BehaviourObserved,
    EventId,
    TurnProposed,
    TurnRuled,
    Value,
    Vote,
)

ABSENT = "evidence"
"""The judge who has no vote at the gate."""


class Gate(Value):
    """What the council keeps of the turns that were put before it."""

    tracking: Tracking = Tracking()
    """Turns them into acts, as the tracker does."""
    conducts: dict[AgentId, Conduct] = Field(default_factory=dict)
    """What was intended in them, by agent."""


def rule(gate: Gate, event: TurnProposed, rules: Constitution, training: str, time: str) -> tuple[Gate, TurnRuled]:
    """What the council says to a proposed turn."""
    tracking, (turn, *_) = observe_turn(gate.tracking, event.proposal)
    if not isinstance(turn, BehaviourObserved):
        raise TypeError(f"{type(turn).__name__} is no observed turn")
    conducts = dict(gate.conducts)
    for act in turn.acts:
        conducts[act.agent_id] = conducts.get(act.agent_id, Conduct()).after(act, turn, rules.watches)
    acts = tuple(_ruled(act, conducts, rules, training, time) for act in turn.acts)
    ruled = TurnRuled(
        session_id=event.session_id, game_id=event.game_id, turn=event.turn, proposed_id=event.id, acts=acts,
        constitution=rules.digest(),
    )  # fmt: skip
    return Gate(tracking=tracking, conducts=conducts), ruled


def _ruled(act: Act, conducts: Mapping[AgentId, Conduct], rules: Constitution, training: str, time: str) -> ActRuled:
    case = Case(conducts[act.agent_id], {}, rules, agent_id=act.agent_id, training=training, time=time)
    votes = votes_on(case, act.decision_id)
    ruling = decide([vote for vote in votes if vote.vote != "abstain"])
    return ActRuled(seat=act.seat, agent_id=act.agent_id, ruling=ruling, votes=votes)


def votes_on(case: Case, decision: EventId) -> tuple[Vote, ...]:
    """What each judge says to the act that came last."""
    return tuple(_vote(judge, case, decision) for judge in sorted(JUDGES))


def _vote(judge: str, case: Case, decision: EventId) -> Vote:
    if judge == ABSENT:
        return Vote(judge=judge, vote="abstain", reasons=("there is no whole record yet",))
    findings = [finding for finding in JUDGES[judge](case) if decision in finding.evidence]
    return Vote(
        judge=judge, vote=judges.ruling(findings),
        reasons=tuple(finding.reason for finding in findings) or ("this act breaks nothing",),
        evidence=(decision,) if findings else (),
        articles=tuple(article for finding in findings for article in finding.articles),
    )  # fmt: skip
