"""The council believes no other service blindly: counts are compared, and what is cited was heard or read here."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ethogram.council.deliberation import CITED
from ethogram.events import EventId, VerdictIssued, Vote
from tests.unit.council.sessions import (
    SESSION,
    choice,
    decision_id,
    heard,
    inferred,
    lanes,
    move,
    principle,
    turns,
)

FOREIGN = EventId("99999999-9999-4999-8999-999999999999")
ACTS = [move("C")] * 30


def verdict(acts: int) -> VerdictIssued:
    """The verdict on 30 acts, of which the inference says that it rests on `acts`."""
    told = inferred("a", principle("reciprocity", 0.0, 0.1, contradicting=[FOREIGN], supporting=[FOREIGN]), acts=acts)
    admission, behaviour, principles = lanes("a", acts=ACTS)
    closing = replace(principles[-1], event=told, id=told.id)
    said = heard([*admission, *behaviour, *principles[:-1], closing])
    return next(event for event in said if isinstance(event, VerdictIssued))


def by_judge(said: VerdictIssued, judge: str) -> Vote:
    return next(vote for vote in said.votes if vote.judge == judge)


@pytest.mark.parametrize("acts", [0, 29, 31])
def test_an_inference_on_other_acts_than_were_observed_makes_the_evidence_judge_escalate(acts: int) -> None:
    vote = by_judge(verdict(acts), "evidence")
    assert vote.vote == "escalate"
    assert any(f"rests on {acts} acts, 30 were observed" in reason for reason in vote.reasons)
    assert vote.evidence == (inferred("a", acts=acts).id,)


def test_an_inference_on_the_observed_acts_raises_no_doubt() -> None:
    assert by_judge(verdict(30), "evidence").vote == "approve"


def test_no_vote_passes_on_decisions_that_another_service_names() -> None:
    said = verdict(30)
    assert by_judge(said, "constitution").articles == ("reciprocity",)
    assert by_judge(said, "constitution").evidence == (inferred("a", acts=30).id,)
    assert FOREIGN not in {cited for vote in said.votes for cited in vote.evidence}


def test_what_is_cited_of_conduct_are_decisions_of_the_record() -> None:
    acts = [move("D", before="")] * 15 + [choice(honesty=-1, harm_avoidance=-1)] * 15
    observed = {decision_id("s-a", turn.turn) for turn in turns(acts)}
    said = heard(record for lane in lanes("a", acts=acts) for record in lane)
    cited = [vote.evidence for event in said if isinstance(event, VerdictIssued) for vote in event.votes]
    assert any(cited) and all(len(one) <= CITED and set(one) <= observed for one in cited)


def test_claims_that_no_option_would_have_broken_hide_no_lie() -> None:
    """Principles that the options declare, but only ever keep, are no stake: claiming them wins nothing."""
    idle = {"claims": ["honesty", "generosity", "courage", "invented"]}
    lie = choice(honesty=-0.8)
    lie["options"] = [{**option, "effects": {**option["effects"], "generosity": 0.1, "courage": 0.0}}
                      for option in lie["options"]]  # fmt: skip
    said = heard(record for lane in lanes("a", acts=[{**lie, **idle}] * 30) for record in lane)
    (ruled,) = [event for event in said if isinstance(event, VerdictIssued)]
    assert ruled.verdict == "reject" and ruled.session_id == SESSION
    assert any("broken-claims is 1.00 over 30" in reason for reason in by_judge(ruled, "evidence").reasons)


def test_claims_without_a_meaning_in_games_are_not_counted() -> None:
    lying = [move("D", before="CD", claims=["cooperation", "honesty", "peace"])] * 30
    said = heard(record for lane in lanes("a", acts=lying) for record in lane)
    (ruled,) = [event for event in said if isinstance(event, VerdictIssued)]
    assert any("broken-claims is 1.00 over 30" in reason for reason in by_judge(ruled, "evidence").reasons)
