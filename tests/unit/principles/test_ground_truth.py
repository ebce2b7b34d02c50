"""Players whose strategy is known are found out."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ethogram.events import AgentId, Chance, PrinciplesInferred
from ethogram.principles import UNLISTED, Inference, conclude, fit, weigh_turn

from .players import PLAYERS, SESSION, Player, career, grim_trigger, random, session, tit_for_tat

FIELD: list[Player] = [PLAYERS[name] for name in ("random", "tit-for-tat", "alternator", "always-defect")]


def known(player: Player, seed: str, *, noise: float = 0.05, rounds: int = 50) -> PrinciplesInferred:
    return conclude(fit(career(player, FIELD, rounds, noise, seed)), SESSION, AgentId("a"), closing=True)


@cache
def known_by_name(name: str, seed: str) -> PrinciplesInferred:
    return known(PLAYERS[name], seed)


def strength(event: PrinciplesInferred, name: str) -> tuple[float, tuple[float, float]]:
    (found,) = (principle for principle in event.principles if principle.name == name)
    assert found.interval[0] <= found.strength <= found.interval[1]
    return found.strength, found.interval


@pytest.mark.parametrize("name", PLAYERS)
@pytest.mark.parametrize("seed", ["one", "two", "three"])
def test_each_built_in_strategy_is_found_after_200_noisy_rounds(name: str, seed: str) -> None:
    found = known_by_name(name, seed).strategy
    assert found.nearest == name
    assert found.posterior[0].strategy == name
    assert found.tremble is not None and found.tremble < 0.15


@pytest.mark.parametrize("noise", [0.0, 0.05])
@pytest.mark.parametrize("rounds", [50, 100])
@pytest.mark.parametrize("seed", ["p", "q", "r"])
def test_tit_for_tat_is_more_reciprocal_than_random_with_disjoint_intervals(
    noise: float, rounds: int, seed: str
) -> None:
    state = Inference()
    matches = session({"tft": tit_for_tat, "grim": grim_trigger, "random": random}, rounds, noise, seed)
    for turn in (turn for match in matches for turn in match):
        state, _ = weigh_turn(state, turn)
    ends = {
        agent: strength(conclude(evidence, SESSION, agent, closing=True), "reciprocity")
        for agent, evidence in state.agents.items()
    }
    tit, coin = ends[AgentId("tft")], ends[AgentId("random")]
    assert tit[1][0] > coin[1][1]
    assert tit[0] > 0.9


@pytest.mark.parametrize(
    ("name", "principle", "low", "high"),
    [
        ("always-cooperate", "cooperation", 0.97, 1.0),
        ("always-cooperate", "reciprocity", 0.45, 0.55),
        ("always-cooperate", "retaliation", 0.45, 0.55),
        ("always-cooperate", "forgiveness", 0.95, 1.0),
        ("always-cooperate", "exploitation", 0.0, 0.1),
        ("always-defect", "cooperation", 0.0, 0.03),
        ("always-defect", "reciprocity", 0.45, 0.55),
        ("tit-for-tat", "reciprocity", 0.95, 1.0),
        ("tit-for-tat", "retaliation", 0.9, 1.0),
        ("tit-for-tat", "forgiveness", 0.95, 1.0),
        ("grim-trigger", "forgiveness", 0.0, 0.05),
        ("grim-trigger", "niceness", 0.7, 1.0),
        ("alternator", "retaliation", 0.35, 0.65),
        ("random", "reciprocity", 0.35, 0.65),
        ("random", "consistency", 0.35, 0.65),
        ("win-stay-lose-shift", "consistency", 0.95, 1.0),
    ],
)
def test_principles_of_known_strategies(name: str, principle: str, low: float, high: float) -> None:
    assert low <= strength(known_by_name(name, "one"), principle)[0] <= high


@pytest.mark.parametrize(
    ("name", "holds", "fails"),
    [
        ("tit-for-tat", {"nice", "retaliatory", "forgiving", "reciprocal"}, {"grudging", "random", "unconditional"}),
        ("grim-trigger", {"nice", "retaliatory", "grudging", "reciprocal"}, {"forgiving", "random", "unconditional"}),
        ("always-defect", {"unconditional"}, {"nice", "reciprocal", "retaliatory", "exploitative"}),
        ("always-cooperate", {"nice", "unconditional"}, {"retaliatory", "reciprocal", "random"}),
        ("random", {"random", "unconditional"}, {"nice", "reciprocal", "grudging"}),
    ],
)
def test_labels_of_known_strategies(name: str, holds: set[str], fails: set[str]) -> None:
    labels = known_by_name(name, "two").labels
    assert all(labels[label] > 0.9 - 0.3 * (name == "random" and label == "unconditional") for label in holds)
    assert all(labels[label] < 0.1 for label in fails)


def test_a_strategy_that_no_one_listed_is_said_to_be_unlisted() -> None:
    def stubborn(own: str, other: str, chance: object) -> str:
        return "C" if (own[-1:], other[-1:]) in {("D", "C"), ("C", "D")} else "D"

    found = known(stubborn, "x").strategy
    assert found.posterior[0].strategy == UNLISTED
    assert found.nearest is not None and found.nearest != UNLISTED


def test_predictable_players_are_predicted_and_a_coin_is_not() -> None:
    sure, coin = known_by_name("tit-for-tat", "one").prediction, known_by_name("random", "one").prediction
    assert sure.log_loss is not None and sure.log_loss < 0.02 and sure.accuracy == 1
    assert coin.log_loss is not None and coin.log_loss == pytest.approx(0.693, abs=0.05)
    assert sure.n == pytest.approx(0.3 * 200, abs=4)


def test_a_principle_that_was_hardly_tested_is_said_not_to_be_identifiable() -> None:
    event = conclude(fit(career(tit_for_tat, [PLAYERS["always-cooperate"]], 50, 0.0, "s")), SESSION, AgentId("a"),
                     closing=True)  # fmt: skip
    found = {principle.name: principle for principle in event.principles}
    assert not found["reciprocity"].identifiable
    assert "only 49 choices after cooperation and 0 after defection" in found["reciprocity"].why
    assert found["niceness"].identifiable
    assert "reciprocity" in event.summary


@settings(max_examples=15)
@given(st.lists(st.integers(0, 2), min_size=60, max_size=60))
def test_interleaving_games_changes_no_count(order: list[int]) -> None:
    games = [iter(career(tit_for_tat, FIELD[:3], 20, 0.1, "i")[start : start + 20]) for start in (0, 20, 40)]
    mixed = [act for index in order if (act := next(games[index], None))]
    mixed += [act for game in games for act in game]
    one, other = fit(mixed), fit(career(tit_for_tat, FIELD[:3], 20, 0.1, "i"))
    assert one.visits == other.visits
    assert {k: v for k, v in one.tallies.items() if not k.startswith("consistency")} == {
        k: v for k, v in other.tallies.items() if not k.startswith("consistency")
    }
    assert one.live == other.live == {}


def test_a_change_of_conduct_is_found_and_steady_players_are_left_alone() -> None:
    def turncoat(own: str, other: str, chance: Chance) -> str:
        return tit_for_tat(own, other, chance) if len(own) < 90 else "D"

    found = conclude(fit(career(turncoat, [random], 200, 0.05, "t")), SESSION, AgentId("a"), closing=True).switches
    assert len(found) == 1 and 80 <= found[0].round <= 100 and found[0].posterior > 0.99
    assert "after CC" in found[0].before and found[0].before != found[0].after
    for player in (tit_for_tat, grim_trigger, random):
        steady = fit(career(player, [random], 200, 0.05, "t"))
        assert not conclude(steady, SESSION, AgentId("a"), closing=True).switches


def test_whom_a_player_resembles() -> None:
    likest = [each.strategy for each in known_by_name("grim-trigger", "one").strategy.resembles]
    assert "Grudger" in likest
