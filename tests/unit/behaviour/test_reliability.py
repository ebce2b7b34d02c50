"""What form does to choices: known biases come out, agreement is counted per dilemma, errors are clustered."""

from __future__ import annotations

from math import sqrt

import pytest

from ethogram.behaviour.reliability import Faced, estimate, reliability
from ethogram.events import Chance

TELLINGS = ("story", "paraphrase-1", "paraphrase-2", "neutral")


def faced(template: int, telling: str, position: int, name: str, leaning: str = "C") -> Faced:
    return Faced(f"t{template}", "", "C", telling, position, 4, name, leaning)


def test_who_always_takes_the_first_shows_it_and_who_draws_does_not() -> None:
    chance = Chance(3)
    first = reliability(faced(number % 50, "story", 0, "a") for number in range(400))
    drawn = reliability(faced(number % 50, "story", chance.below(4), "a") for number in range(400))
    assert first.first.value == 0.75 and first.positions == (400,)
    assert abs(drawn.first.value) < 3 * drawn.first.error < 0.1
    assert sum(drawn.positions) == 400 and len(drawn.positions) == 4


def test_agreement_counts_pairs_of_tellings_of_the_same_dilemma_only() -> None:
    told = [
        faced(1, "story", 0, "stay"), faced(1, "neutral", 2, "stay"), faced(1, "paraphrase-1", 1, "go"),
        faced(2, "story", 0, "stay"), faced(2, "story", 3, "go"),  # the same words twice: no retest of the wording
        Faced("t1", "", "D", "paraphrase-2", 0, 4, "go", "D"),  # the counterpart did something else
    ]  # fmt: skip
    found = reliability(told)
    assert (found.retest.n, found.retest.value) == (3, pytest.approx(1 / 3, abs=1e-5))
    assert found.retest_by_chance == 0.25


def test_the_error_of_a_mean_is_clustered_by_template() -> None:
    values = [("a", 1.0)] * 10 + [("b", 0.0)] * 10
    found = estimate(values)
    assert (found.value, found.templates, found.n) == (0.5, 2, 20)
    assert found.error == pytest.approx(sqrt(2 * 25 * 2) / 20, abs=1e-5), "two clusters, not twenty choices"
    alone = estimate([(str(number), float(number % 2)) for number in range(20)])
    assert alone.error == pytest.approx(0.5 / sqrt(19), abs=1e-5), "clusters of one: the usual standard error"


def test_nothing_seen_says_nothing() -> None:
    found = reliability([])
    assert found.cooperation.value is None and found.retest_by_chance is None and found.positions == ()
    assert estimate([("a", 1.0)]).error is None
