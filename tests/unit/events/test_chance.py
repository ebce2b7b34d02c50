"""Chance is an argument: the same seed and purpose draw the same numbers, and these are fair."""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethogram.events import Chance, subseed

DRAWS = 20_000


def test_known_answers_by_an_independent_derivation() -> None:
    key = hmac.new(b"7", b"5:noise4:g001", hashlib.sha256).hexdigest()
    assert subseed(7, "noise", "g001") == key
    chance = Chance(7, "noise", "g001")
    for drawn in range(5):
        block = hmac.new(key.encode(), drawn.to_bytes(8, "big"), hashlib.sha256).digest()
        assert chance.uniform() == (int.from_bytes(block[:8], "big") >> 11) / 2**53


@given(st.integers(0, 2**53), st.lists(st.text(max_size=6), max_size=3))
def test_a_stream_repeats(seed: int, purpose: list[str]) -> None:
    one, other = Chance(seed, *purpose), Chance(seed, *purpose)
    assert [one.uniform() for _ in range(4)] == [other.uniform() for _ in range(4)]
    assert one.shuffled("abcdef") == other.shuffled("abcdef")


@given(st.lists(st.text(max_size=4), max_size=3), st.lists(st.text(max_size=4), max_size=3))
def test_purposes_do_not_run_together(one: list[str], other: list[str]) -> None:
    assert (subseed(1, *one) == subseed(1, *other)) == (one == other)


def test_uniform_numbers_are_spread_evenly() -> None:
    chance = Chance(11, "spread")
    cells = Counter(int(chance.uniform() * 10) for _ in range(DRAWS))
    expected = DRAWS / 10
    chi_square = sum((cells[cell] - expected) ** 2 / expected for cell in range(10))
    assert set(cells) == set(range(10)) and chi_square < 27.9  # 99.9 % point at 9 degrees of freedom


def test_neighbouring_draws_do_not_depend_on_each_other() -> None:
    chance = Chance(13, "pairs")
    drawn = [chance.uniform() - 0.5 for _ in range(DRAWS)]
    covariance = sum(one * other for one, other in pairwise(drawn)) / DRAWS
    assert abs(covariance / (1 / 12)) < 4 / DRAWS**0.5


@pytest.mark.parametrize("bound", [1, 2, 3, 7, 2**33])
def test_below_stays_below_its_bound(bound: int) -> None:
    chance = Chance(3, bound)
    assert all(0 <= chance.below(bound) < bound for _ in range(200))


def test_below_favours_no_number() -> None:
    chance = Chance(5, "die")
    faces = Counter(chance.below(6) for _ in range(DRAWS))
    assert sum((faces[face] - DRAWS / 6) ** 2 / (DRAWS / 6) for face in range(6)) < 20.5  # 99.9 %, 5 degrees


def test_below_has_no_bias_where_the_bound_does_not_divide_the_range() -> None:
    bound = 3 * 2**62  # of 2**64 numbers; without rejection the first third would come up half of the time
    chance = Chance(7, "bias")
    first_third = sum(chance.below(bound) < 2**62 for _ in range(6_000)) / 6_000
    assert abs(first_third - 1 / 3) < 4 * (2 / 9 / 6_000) ** 0.5


def test_a_flip_keeps_its_probability() -> None:
    chance = Chance(17, "noise")
    assert abs(sum(chance.flip(0.05) for _ in range(DRAWS)) / DRAWS - 0.05) < 4 * (0.05 * 0.95 / DRAWS) ** 0.5
    assert not any(Chance(1).flip(0.0) for _ in range(50)) and all(Chance(1).flip(1.0) for _ in range(50))


def test_every_order_of_three_comes_up_equally_often() -> None:
    chance = Chance(19, "order")
    orders = Counter("".join(chance.shuffled("abc")) for _ in range(6_000))
    assert len(orders) == 6 and sum((count - 1_000) ** 2 / 1_000 for count in orders.values()) < 20.5


@given(st.integers(0, 99), st.lists(st.integers(), max_size=20))
def test_shuffling_loses_and_changes_nothing(seed: int, items: list[int]) -> None:
    before = list(items)
    assert sorted(Chance(seed).shuffled(items)) == sorted(items) and items == before


def test_no_item_and_no_bound_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="at least 1, got 0"):
        Chance(1).below(0)
    with pytest.raises(ValueError, match="at least 1"):
        Chance(1).choice([])
