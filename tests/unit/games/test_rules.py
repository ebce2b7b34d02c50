"""Rules: payoffs are Axelrod's, noise comes as often as it says and hangs on nothing but the seed."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethogram.events import AgentId, GameId, GamePlan
from ethogram.games import GAMES, round_robin, ruleset
from ethogram.games.pairing import matches


def rules(noise: float):
    return ruleset(GamePlan(game="prisoners-dilemma", rounds=10, noise=noise), GAMES)


def test_the_payoffs_are_a_prisoners_dilemma() -> None:
    payoffs = rules(0).payoffs
    temptation, reward, punishment, sucker = (payoffs[joint][0] for joint in ("DC", "CC", "DD", "CD"))
    assert (temptation, reward, punishment, sucker) == (5, 3, 1, 0)
    assert temptation > reward > punishment > sucker
    assert 2 * reward > temptation + sucker
    assert all(payoffs[joint] == tuple(reversed(payoffs[joint[::-1]])) for joint in payoffs), "no seat is favoured"


@pytest.mark.parametrize("game", GAMES.values(), ids=lambda game: game.name)
def test_every_game_is_complete(game) -> None:
    symbols = [option.id for option in game.options]
    assert all(len(symbol) == 1 for symbol in symbols)
    assert set(game.payoffs) == {first + second for first in symbols for second in symbols}
    assert all(len(earned) == game.seats for earned in game.payoffs.values())
    assert game.default in symbols


def test_silence_never_earns_more_than_an_answer() -> None:
    for other in "CD":
        earned = {own: rules(0).payoffs[own + other][0] for own in "CD"}
        assert earned[GAMES["prisoners-dilemma"].default] == min(earned.values())


def test_noise_flips_as_often_as_it_says_on_each_seat() -> None:
    noisy = rules(0.05)
    flips = [0, 0]
    for turn in range(1, 10_001):
        joint = noisy.executed("CD", 7, GameId("g001"), turn)
        flips[0] += joint[0] != "C"
        flips[1] += joint[1] != "D"
    assert all(430 < count < 570 for count in flips), flips


@given(seed=st.integers(0, 2**53 - 1), turn=st.integers(1, 10_000), noise=st.sampled_from([0.0, 0.1, 0.5]))
def test_noise_hangs_on_seed_game_turn_and_seat_alone(seed: int, turn: int, noise: float) -> None:
    noisy = rules(noise)
    assert noisy.executed("CD", seed, GameId("g001"), turn) == noisy.executed("CD", seed, GameId("g001"), turn)
    swapped = noisy.executed("DD", seed, GameId("g001"), turn)
    assert swapped[1] == noisy.executed("CD", seed, GameId("g001"), turn)[1], "one seat's move disturbs another's"
    if not noise:
        assert noisy.executed("CD", seed, GameId("g001"), turn) == "CD"


@given(agents=st.integers(2, 12), repetitions=st.integers(1, 4))
def test_every_pair_meets_once_per_repetition(agents: int, repetitions: int) -> None:
    ids = [AgentId(f"a{number}") for number in range(agents)]
    met = [frozenset(pair) for pair in round_robin(ids, repetitions)]
    assert len(met) == matches(agents, repetitions)
    assert all(met.count(frozenset(pair)) == repetitions for pair in combinations(ids, 2))


def test_seats_change_with_each_repetition() -> None:
    pairs = round_robin([AgentId("a"), AgentId("b")], 3)
    assert pairs == [("a", "b"), ("b", "a"), ("a", "b")]
