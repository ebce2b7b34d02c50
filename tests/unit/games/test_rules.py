"""Rules: payoffs are Axelrod's, noise comes as often as it says and hangs on nothing but the seed."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethogram.events import AgentId, GameId, GamePlan
from ethogram.games import GAMES, rules_of
from ethogram.games.contests import Contest
from ethogram.games.pairing import contest_of
from ethogram.games.tournaments import matches_of, next_heat


def rules(noise: float):
    return rules_of(GamePlan(game="prisoners-dilemma", rounds=10, noise=noise))


def executed(noisy, joint: str, seed: int, turn: int) -> str:
    done = noisy.executed(dict(enumerate(joint)), noisy.stages[0], seed, GameId("g001"), turn)
    return "".join(done[seat] for seat in range(len(joint)))


def test_the_payoffs_are_a_prisoners_dilemma() -> None:
    payoffs = rules(0).payoffs
    temptation, reward, punishment, sucker = (payoffs[joint][0] for joint in ("DC", "CC", "DD", "CD"))
    assert (temptation, reward, punishment, sucker) == (5, 3, 1, 0)
    assert temptation > reward > punishment > sucker
    assert 2 * reward > temptation + sucker
    assert all(payoffs[joint] == tuple(reversed(payoffs[joint[::-1]])) for joint in payoffs), "no seat is favoured"


@pytest.mark.parametrize("name", GAMES)
@pytest.mark.parametrize("more", [0, 1])
def test_every_game_is_complete(name: str, more: int) -> None:
    game = GAMES[name]
    players = min(game.fewest + more, game.most)
    made = rules_of(GamePlan(game=name, players=players))
    assert made.players == players and made.stages and made.about
    for stage in made.stages:
        assert len(set(stage.seats)) == len(stage.seats) and set(stage.seats) <= set(range(players))
        for move in stage.moves:
            symbols = [option.id for option in move.options]
            assert len(set(symbols)) == len(symbols) >= 2 and all(len(symbol) == 1 for symbol in symbols)
            assert move.default in symbols and not {"-", "?"} & set(symbols)
    if made.payoffs:
        assert not made.rule and all(len(earned) == players for earned in made.payoffs.values())
    assert bool(made.payoffs) != bool(made.rule) and made.span


def test_silence_never_earns_more_than_an_answer() -> None:
    for other in "CD":
        earned = {own: rules(0).payoffs[own + other][0] for own in "CD"}
        assert earned[rules(0).stages[0].moves[0].default] == min(earned.values())


def test_noise_flips_as_often_as_it_says_on_each_seat() -> None:
    noisy = rules(0.05)
    flips = [0, 0]
    for turn in range(1, 10_001):
        joint = executed(noisy, "CD", 7, turn)
        flips[0] += joint[0] != "C"
        flips[1] += joint[1] != "D"
    assert all(430 < count < 570 for count in flips), flips


@given(seed=st.integers(0, 2**53 - 1), turn=st.integers(1, 10_000), noise=st.sampled_from([0.0, 0.1, 0.5]))
def test_noise_hangs_on_seed_game_turn_and_seat_alone(seed: int, turn: int, noise: float) -> None:
    noisy = rules(noise)
    assert executed(noisy, "CD", seed, turn) == executed(noisy, "CD", seed, turn)
    swapped = executed(noisy, "DD", seed, turn)
    assert swapped[1] == executed(noisy, "CD", seed, turn)[1], "one seat's move disturbs another's"
    if not noise:
        assert executed(noisy, "CD", seed, turn) == "CD"


def contest(agents: int, **plan) -> Contest:
    return contest_of(0, GamePlan(game="prisoners-dilemma", **plan), 2, [AgentId(f"a{n:02d}") for n in range(agents)])


@given(agents=st.integers(2, 12), repetitions=st.integers(1, 4))
def test_every_pair_meets_once_per_repetition(agents: int, repetitions: int) -> None:
    heat = next_heat(contest(agents, repetitions=repetitions), 7)
    plan = GamePlan(game="prisoners-dilemma", repetitions=repetitions)
    met = [frozenset(pair) for pair in heat.groups]
    assert set(met) == {frozenset(pair) for pair in combinations((f"a{n:02d}" for n in range(agents)), 2)}
    assert len(met) * repetitions == matches_of(plan, agents, 2)[0] == matches_of(plan, agents, 2)[1]
