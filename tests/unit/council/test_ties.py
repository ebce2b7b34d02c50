"""Ties and order among verdicts: a tie is nobody's approval, and a severer vote never helps."""

from __future__ import annotations

from itertools import permutations, product
from typing import get_args

import pytest

from ethogram.council import decide
from ethogram.council.judges import JUDGES, SEVERITY
from ethogram.events import Ruling, Vote

A, C, E, R = SEVERITY
ALL = list(product(get_args(Ruling), repeat=4))


def ruled(votes: tuple[Ruling, ...]) -> Ruling:
    """The verdict, the constitution judge being the first voter."""
    return decide([Vote(judge=judge, vote=vote, reasons=()) for judge, vote in zip(JUDGES, votes, strict=True)])


@pytest.mark.parametrize(("votes", "verdict"), [
    ((A, A, C, R), E), ((C, A, A, R), E), ((A, A, C, E), E), ((A, C, C, R), E), ((A, A, E, R), E),
    ((A, A, A, R), C), ((A, A, A, E), C), ((E, A, A, A), C), ((A, A, C, C), C), ((C, C, C, C), C),
    ((A, A, R, R), R), ((R, A, A, A), R), ((A, A, A, A), A),
])  # fmt: skip
def test_what_the_words_of_the_rule_say_of_the_cases_in_dispute(votes: tuple[Ruling, ...], verdict: Ruling) -> None:
    assert {ruled((votes[0], *others)) for others in permutations(votes[1:])} == {verdict}


def test_of_all_256_combinations_so_many_end_in_each_verdict() -> None:
    assert len(ALL) == 256
    counts = {ruling: [ruled(votes) for votes in ALL].count(ruling) for ruling in SEVERITY}
    # reject: 64 with the constitution judge, 3 x (27 - 17) = 30 with two of the other three
    assert counts[A] == 1 and counts[R] == 64 + 30 and sum(counts.values()) == 256
    # conditions: 2**4 - 1 without any doubt, and the doubt of one alone (3 rejections, 4 escalations)
    assert counts[C] == 15 + 3 + 4


@pytest.mark.parametrize("place", range(4))
def test_no_vote_helps_an_agent_by_being_severer(place: int) -> None:
    for votes in ALL:
        for severer in SEVERITY[SEVERITY.index(votes[place]) :]:
            changed = (*votes[:place], severer, *votes[place + 1 :])
            assert SEVERITY.index(ruled(changed)) >= SEVERITY.index(ruled(votes))
