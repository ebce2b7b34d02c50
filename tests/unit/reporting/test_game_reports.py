"""Matches in a report: every seat has a name of its own, though one agent may sit on two of them."""

from __future__ import annotations

from ethogram.runtime.store.game_reports import games_of, seat_names


def test_a_copy_of_an_agent_that_meets_itself_is_a_player_of_its_own() -> None:
    rules = {"game": "prisoners-dilemma", "game_id": "g1", "players": ["grim", "grim"], "rounds": 1, "noise": 0}
    parts = [{"seat": seat, "agent_id": "grim", "executed": move, "payoff": payoff}
             for seat, move, payoff in ((0, "C", 0), (1, "D", 5))]  # fmt: skip
    (told,) = games_of({"games": [rules]}, [{"game_id": "g1", "turn": 1, "actions": parts}])
    assert told["players"] == ["grim", "grim #2"]
    assert told["scores"] == {"grim": 0, "grim #2": 5} and told["actions"] == {"grim": "C", "grim #2": "D"}
    assert seat_names(["a", "b", "a", "a"]) == ["a", "b", "a #2", "a #3"]


def test_a_match_of_a_library_has_as_many_turns_as_its_episodes_took() -> None:
    rules = {"game": "open-spiel:kuhn_poker", "game_id": "g1", "players": ["a", "b"], "rounds": 1, "noise": 0}
    played = [{"game_id": "g1", "turn": turn, "actions": []} for turn in (1, 2, 3)]
    (told,) = games_of({"games": [{**rules, "engine": "open_spiel 1.6"}]}, played)
    assert (told["turns"], told["played"], told["rounds"]) == (3, 3, 1)
    (ours,) = games_of({"games": [{**rules, "rounds": 7}]}, played)
    assert (ours["turns"], ours["played"]) == (7, 3)
