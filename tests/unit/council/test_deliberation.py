"""Judges vote blind, hear each other's reasons once, and what they thought first is kept and measured."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethogram.council import SEVERITY, alpha, bias, hear_out, issue, missing, units, vote
from ethogram.council.agreement import Unit
from ethogram.events import AgentId, Ballot, EventId, Vote
from tests.unit.council.sessions import SESSION, case_of, choice, move, principle

INFERENCE = EventId("11111111-1111-4111-8111-111111111111")


def by_judge(votes: tuple[Vote, ...]) -> dict[str, Vote]:
    return {each.judge: each for each in votes}


def test_nobody_upholds_a_rejection_on_a_record_that_the_evidence_judge_finds_too_short() -> None:
    short = case_of([move("D")] * 19, principle("consistency", 0.8, 0.9))
    changed = by_judge(hear_out(short))["constitution"]
    assert vote("constitution", short).vote == "reject"
    assert (changed.vote, changed.blind) == ("escalate", "reject")
    assert changed.changed and "only 19 acts on record" in changed.changed and changed.evidence


def test_nobody_upholds_what_rests_on_an_inference_that_the_evidence_judge_contests() -> None:
    told = {"inference": INFERENCE, "inferred_acts": 29}
    contested = case_of([move("C")] * 30, principle("reciprocity", 0.0, 0.1), **told)
    changed = by_judge(hear_out(contested))["constitution"]
    assert (changed.blind, changed.vote, changed.articles) == ("approve-with-conditions", "approve", ())
    assert changed.changed and "its evidence is contested" in changed.changed


@given(st.lists(st.sampled_from([move("C"), move("D"), choice(honesty=-1), choice(harm_avoidance=-1)]), max_size=40))
def test_deliberation_never_makes_a_vote_more_severe_and_tells_every_change(acts: list[dict[str, object]]) -> None:
    case = case_of(acts, principle("consistency", 0.8, 0.9))
    for said in hear_out(case):
        first = vote(said.judge, case).vote
        assert (said.blind or said.vote) == first and (said.blind is None) == (said.vote == first)
        assert bool(said.changed) == (said.blind is not None)
        assert first == "abstain" or SEVERITY.index(said.vote) <= SEVERITY.index(first)


def unit(*votes: Ballot) -> Unit:
    return dict(zip("abcd", votes, strict=False))


def test_alpha_is_1_where_all_agree_none_where_nothing_differs_and_low_where_judges_part() -> None:
    apart = [unit("approve", "approve"), unit("reject", "reject")]
    assert alpha(apart) == 1
    assert alpha([unit("approve", "approve")] * 9) is None and alpha([]) is None
    contrary = alpha([unit("approve", "reject"), unit("reject", "approve")])
    assert contrary is not None and contrary < 0


def test_alpha_is_what_the_definition_says_when_it_is_computed_another_way() -> None:
    one: list[Ballot] = ["approve", "approve-with-conditions", "reject", "approve", "escalate", "reject"]
    two: list[Ballot] = ["approve", "approve-with-conditions", "escalate", "approve", "escalate", "abstain"]
    found = alpha([{"a": left, "b": right} for left, right in zip(one, two, strict=True)])
    assert found == pytest.approx(by_definition(one, two), abs=1e-5)


def by_definition(one: list[Ballot], two: list[Ballot]) -> float:
    """Alpha of two judges, computed another way: mean squared ordinal distance within agents and over all votes."""
    rows = [(left, right) for left, right in zip(one, two, strict=True) if "abstain" not in (left, right)]
    values = [SEVERITY.index(vote) for row in rows for vote in row]  # type: ignore[arg-type]
    counts = [values.count(rank) for rank in range(4)]

    def far(a: int, b: int) -> float:
        low, high = min(a, b), max(a, b)
        return float((sum(counts[low : high + 1]) - (counts[low] + counts[high]) / 2) ** 2)

    within = [far(values[2 * place], values[2 * place + 1]) for place in range(len(rows))]
    between = [far(a, b) for i, a in enumerate(values) for j, b in enumerate(values) if i != j]
    return 1 - (sum(within) / len(within)) / (sum(between) / len(between))


def test_bias_is_how_much_more_severe_a_judge_is_and_abstentions_are_counted_as_missing() -> None:
    judged = [unit("reject", "approve", "approve"), unit("reject", "abstain", "approve")]
    assert bias(judged) == {"a": 3, "b": -1.5, "c": -2.25}
    assert missing(judged, "abc") == {"b": 1} and missing(judged, "abcd") == {"b": 1, "d": 2}


def test_units_are_first_votes() -> None:
    short = case_of([move("D")] * 19, principle("consistency", 0.8, 0.9))
    verdict = issue(SESSION, AgentId("a"), hear_out(short), "d")
    assert units([verdict])[0]["constitution"] == "reject" and verdict.verdict == "escalate"
