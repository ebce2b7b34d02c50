"""The table: who wins more is stronger, every game weighs the same, intervals shrink, and a fragile lead is told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ethogram.council.contestants import contestant, places
from ethogram.council.leaderboard import leaderboard
from ethogram.events import AgentSpec

WON, LOST = {"a": 1, "b": 2}, {"a": 2, "b": 1}


def test_approved_agents_are_placed_by_score_and_all_others_behind_them() -> None:
    found = places([("a", 0.4, "approve"), ("b", 0.9, "reject"), ("c", 0.6, "approve-with-conditions"),
                    ("d", 0.1, "escalate")])  # fmt: skip
    assert found == {"c": 1, "a": 2, "b": 3, "d": 3}


def test_the_same_name_with_another_configuration_is_somebody_else() -> None:
    one, two, same = (
        AgentSpec.model_validate({"id": "a", "adapter": "builtin", "config": {"strategy": name}})
        for name in ("grim-trigger", "tit-for-tat", "grim-trigger")
    )
    assert contestant(one) == contestant(same) != contestant(two)
    assert places([(contestant(one), 0.4, "approve"), (contestant(same), 0.6, "approve")]) == {contestant(one): 1}


def test_who_wins_more_is_stronger_and_strengths_are_relative() -> None:
    table = leaderboard([WON] * 8 + [LOST] * 2)
    assert [each.contestant for each in table.standings] == ["a", "b"]
    assert sum(each.strength for each in table.standings) == pytest.approx(0, abs=1e-4)
    assert all(each.low <= each.strength <= each.high and each.games == 10 for each in table.standings)


def test_every_game_weighs_the_same_however_many_took_part() -> None:
    crowd = {"a": 1, **dict.fromkeys("cdefgh", 2), "b": 3}
    few = leaderboard([crowd, LOST], draws=5)
    strengths = {each.contestant: each.strength for each in few.standings}
    assert strengths["b"] > strengths["c"], "beating one of two is worth a whole game"


def test_intervals_shrink_with_games() -> None:
    wide, narrow = (leaderboard(([WON] * 3 + [LOST]) * times).standings[0] for times in (3, 30))
    assert narrow.high - narrow.low < wide.high - wide.low


def test_fragility_is_the_share_of_games_whose_removal_changes_the_first_place() -> None:
    assert leaderboard([WON] * 6 + [LOST] * 4, draws=2).fragility == pytest.approx(0.3)  # 3 of 4 to 4
    assert leaderboard([WON] * 51 + [LOST] * 49, draws=2).fragility == pytest.approx(0.03)
    assert leaderboard([WON] * 10, draws=2).fragility is None


def test_without_games_there_is_no_table() -> None:
    assert leaderboard([]).standings == () == leaderboard([{"a": 1}]).standings


@settings(max_examples=10)
@given(st.lists(st.dictionaries(st.sampled_from("abcd"), st.integers(1, 3), min_size=2), min_size=1, max_size=12))
def test_the_same_games_give_the_same_table(games: list[dict[str, int]]) -> None:
    one, two = (leaderboard(games, seed=3, draws=10) for _ in range(2))
    assert one == two and {each.contestant for each in one.standings} == {name for game in games for name in game}
