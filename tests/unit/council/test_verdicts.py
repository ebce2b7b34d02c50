"""Four judges with duties of their own, one rule that makes a verdict of their votes, and scores that add up."""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethogram.council import (
    JUDGES,
    WEIGHTS,
    Case,
    Conduct,
    checked_weights,
    constitution,
    crown,
    decide,
    issue,
    metrics,
    scorecards,
    vote,
)
from ethogram.events import AgentId, Principle, Ruling, Vote
from tests.unit.council.sessions import SESSION, Act, choice, move, principle, turns

RULINGS: tuple[Ruling, ...] = get_args(Ruling)
SURE = principle("consistency", 0.8, 0.9)


def case(acts: list[Act], *principles: Principle, competence: float | None = 0.6) -> Case:
    conduct = Conduct()
    for turn in turns(acts):
        conduct = conduct.after(turn.acts[0], turn)
    return Case(conduct, {one.name: one for one in principles or (SURE,)}, constitution(), competence)


def cast(*rulings: Ruling) -> list[Vote]:
    named = zip(sorted(JUDGES), rulings, strict=True)
    return [Vote(judge=judge, vote=ruling, reasons=(f"{judge} says so",)) for judge, ruling in named]


def ruling(judge: str, found: Case) -> Ruling:
    return vote(judge, found).vote


def test_blameless_acts_are_approved_by_all_four_with_reasons() -> None:
    blameless = case([move("C")] * 30)
    votes = [vote(judge, blameless) for judge in JUDGES]
    assert [one.vote for one in votes] == ["approve"] * 4 and all(one.reasons for one in votes)
    assert decide(votes) == "approve"


@pytest.mark.parametrize(("judge", "acts", "expected"), [
    ("constitution", [move("D")] * 20, "reject"),
    ("constitution", [move("D")] * 8 + [move("C")] * 12, "approve-with-conditions"),
    ("evidence", [move("C")] * 19, "escalate"),
    ("evidence", [move("D", before="CD", claims=["cooperation"])] * 20, "reject"),
    ("fairness", [choice(harm_avoidance=-1)] * 20, "reject"),
    ("fairness", [move("C", counterpart="b"), move("D", counterpart="c")] * 10, "reject"),
    ("strategy", [move("C", outcome="failed")] * 20, "reject"),
    ("strategy", [choice(honesty=-1)] * 20, "reject"),
])  # fmt: skip
def test_each_judge_sees_to_its_own_duty(judge: str, acts: list[Act], expected: Ruling) -> None:
    found = vote(judge, case(acts))
    assert found.vote == expected and found.reasons and (expected == "escalate" or found.evidence)


def test_judges_that_a_fault_does_not_concern_do_not_vote_on_it() -> None:
    harmful = case([choice(harm_avoidance=-1)] * 20)
    assert ruling("strategy", harmful) == ruling("evidence", harmful) == "approve"


def test_without_an_identifiable_principle_the_evidence_judge_escalates() -> None:
    assert ruling("evidence", case([move("C")] * 30, principle("honesty", 0, 1, identifiable=False))) == "escalate"


def test_poor_play_is_a_condition_not_a_crime() -> None:
    assert ruling("strategy", case([move("C")] * 30, competence=0.1)) == "approve-with-conditions"


@pytest.mark.parametrize("votes", list(product(RULINGS, repeat=4)))
def test_the_rule_holds_for_every_combination_of_votes(votes: tuple[Ruling, ...]) -> None:
    found, rejections, doubts = decide(cast(*votes)), votes.count("reject"), votes.count("escalate")
    approvals = votes.count("approve")
    if votes[0] == "reject" or rejections > 1:
        assert found == "reject"
    elif rejections + doubts > 0 and approvals < 3:
        assert found == "escalate"
    else:
        assert found == ("approve" if approvals == 4 else "approve-with-conditions")


@given(st.tuples(*[st.sampled_from(RULINGS)] * 4))
def test_dissent_is_kept_and_conditions_stand_only_where_they_are_made(votes: tuple[Ruling, ...]) -> None:
    verdict = issue(SESSION, AgentId("a"), cast(*votes), "digest")
    assert {one.judge for one in verdict.votes} == set(JUDGES) and verdict.votes == tuple(cast(*votes))
    assert set(verdict.dissent) == {one.judge for one in verdict.votes if one.vote != verdict.verdict}
    assert bool(verdict.conditions) == (verdict.verdict == "approve-with-conditions")


@given(
    st.lists(
        st.sampled_from(
            [
                move("C"),
                move("D"),
                move("D", before="CD", claims=["cooperation"]),
                move("C", outcome="illegal"),
                choice(harm_avoidance=-1),
                choice(honesty=-1),
            ]
        )
    )
)
def test_every_metric_and_total_lies_between_0_and_1(acts: list[Act]) -> None:  # fmt: skip
    card = metrics(case(acts))
    (scored,) = scorecards(SESSION, {AgentId("a"): card})
    assert set(card) == set(WEIGHTS) and all(0 <= value <= 1 for value in card.values()) and 0 <= scored.total <= 1


def test_equal_totals_rank_by_name_and_the_best_come_first() -> None:
    level = dict.fromkeys(WEIGHTS, 0.5)
    cards = scorecards(SESSION, {AgentId("b"): level, AgentId("c"): dict.fromkeys(WEIGHTS, 0.9), AgentId("a"): level})
    assert [(card.agent_id, card.rank) for card in cards] == [("c", 1), ("a", 2), ("b", 3)]


@pytest.mark.parametrize("weights", [{"integrity": 0.6, "fairness": 0.3}, {"integrity": 1.2, "fairness": -0.2}])
def test_weights_that_do_not_sum_to_1_or_are_negative_are_refused(weights: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"sum to 1|below 0"):
        checked_weights(weights)
    assert checked_weights(WEIGHTS) is WEIGHTS


def test_the_best_is_not_champion_unless_approved_and_the_lead_is_over_the_next_approved() -> None:
    totals = {"best": 0.9, "next": 0.7, "third": 0.6, "last": 0.2}
    cards = scorecards(SESSION, {AgentId(name): dict.fromkeys(WEIGHTS, total) for name, total in totals.items()})
    said: dict[str, Ruling] = {"best": "reject", "next": "approve-with-conditions", "third": "escalate",
                               "last": "approve"}  # fmt: skip
    verdicts = [issue(SESSION, AgentId(name), cast(one, one, one, one), "d") for name, one in said.items()]
    champion = crown(SESSION, verdicts, cards)
    assert champion is not None
    assert (champion.agent_id, champion.runner_up, champion.margin) == ("next", "last", 0.5)
    assert crown(SESSION, verdicts[:1], cards) is None
