"""What an agent sees is its own side of the turn; what it answers is data, and may be anything."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethogram.agents import NoAnswer, answer_from, observe
from ethogram.agents.seats import no_decision
from ethogram.events import subseed
from ethogram.testing.agents import round_of
from tests.unit.agents.presented import game, scenario, seat

TURN = round_of("C", "D")
anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text() | st.integers(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["option", "claims"]), inner),
    max_leaves=6,
)


def test_each_seat_sees_its_own_side() -> None:
    event = game(seat(0), seat(1), history=("CCD", "CDC"))
    first, second = (observe(event, one) for one in event.seats)
    assert (first.own, first.others) == ("CCD", ("CDC",))
    assert (second.own, second.others) == ("CDC", ("CCD",))
    assert first.payoffs["CD"] == (0, 5) and second.payoffs["DC"] == (5, 0) and second.payoffs["CD"] == (0, 5)
    assert (first.seed, second.seed) == (subseed("cafe", "agent", 0), subseed("cafe", "agent", 1))


def test_in_a_scenario_the_counterpart_has_moved_already() -> None:
    seen = observe(scenario(seat(0), "CD", "CDD"), seat(0))
    assert (seen.own, seen.other, seen.payoffs) == ("CD", "CDD", {})


@pytest.mark.parametrize(
    ("given_back", "outcome", "words"),
    [
        (None, "unparsable", "NoneType"), (7, "unparsable", "int"), ({}, "unparsable", "option"),
        ({"option": "C", "mood": 1}, "unparsable", "unknown key"), ("X", "illegal", "valid: C, D"),
        ({"option": "C", "confidence": 2}, "unparsable", "confidence"),
        ({"option": "C", "confidence": float("nan")}, "unparsable", "confidence"),
        ({"option": "C", "claims": ["x"] * 33}, "unparsable", "claims"),
        ({"option": "C", "claims": ["x" * 201]}, "unparsable", "claims"), ("X" * 10**6, "illegal", "not on offer"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_an_outcome_in_words(given_back: Any, outcome: str, words: str) -> None:
    with pytest.raises(NoAnswer) as refused:
        answer_from(given_back, TURN)
    assert refused.value.outcome == outcome and words in refused.value.message and len(refused.value.message) <= 2_000


def test_words_are_kept_as_far_as_they_can_be_stored() -> None:
    answer = answer_from({"option": "D", "reasoning": "a\0b" + "x" * 30_000, "claims": ["\ud800"]}, TURN)
    assert answer.reasoning is not None and answer.reasoning.startswith("a\ufffdb") and len(answer.reasoning) == 20_000
    assert answer.claims == ("?",)


@given(back=anything)
def test_whatever_comes_back_ends_in_an_answer_or_an_outcome(back: object) -> None:
    try:
        assert answer_from(back, TURN).option in ("C", "D")
    except NoAnswer as reason:
        event = game(seat(0, "python"), seat(1))
        assert no_decision(event, event.seats[0], reason, 1.0).body()


@given(words=st.text(st.characters(codec=None), max_size=50))
def test_no_words_of_an_error_keep_a_decision_from_being_told(words: str) -> None:
    event = game(seat(0, "python"), seat(1))
    assert b"\\u0000" not in no_decision(event, event.seats[0], NoAnswer("failed", words), 1.0).body()
