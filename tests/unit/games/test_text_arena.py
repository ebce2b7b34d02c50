"""TextArena's environments: they pay what the library itself pays for the same moves, the same seed plays the same."""

from __future__ import annotations

import random

import pytest

from ethogram.events import ScenarioPresented, SessionAdmitted, TurnResolved, subseed
from ethogram.games.libraries import action_of, library
from ethogram.games.text_arena import ENVIRONMENTS
from tests.unit.games.stage import of
from tests.unit.games.test_games import earned
from tests.unit.games.whole import agents, played

textarena = pytest.importorskip("textarena")
SHORT = (
    "IteratedRockPaperScissors-v0", "KuhnPoker-v0", "Nim-v0", "PigDice-v0-short", "ThreePlayerTicTacToe-v0",
    "TicTacToe-v0",
)  # fmt: skip
"""Those that are soon played."""


def episode_of(name: str, seed: int = 7):
    return played(
        agents(*["uniform"] * ENVIRONMENTS[name].players), {"game": f"textarena:{name}", "rounds": 1,
        "players": ENVIRONMENTS[name].players}, seed=seed,
    )  # fmt: skip


@pytest.mark.parametrize("name", SHORT)
def test_rewards_agree_with_the_librarys_own_play(name: str) -> None:
    """Played once more by the library alone, with its own way to seed the whole process."""
    events = episode_of(name)
    known, (rules,) = ENVIRONMENTS[name], of(events, SessionAdmitted)[0].games
    assert rules.engine == library("textarena").version() == "textarena 0.7.4"
    environment = textarena.make(env_id=f"{name}-raw")
    environment.reset(num_players=known.players, seed=int(subseed(7, "deal", rules.game_id, 1)[:12], 16))
    for turn in of(events, TurnResolved):
        (act,) = turn.actions
        assert environment.state.current_player_id == act.seat
        environment.step(known.moves[action_of(act.executed)])
    assert environment.state.done
    rewards = environment.state.rewards
    paid = earned(of(events, TurnResolved))
    assert paid == tuple(rewards[seat] for seat in range(known.players))


def test_the_same_seed_plays_the_same_and_leaves_the_chance_of_others_alone() -> None:
    random.seed(5)
    expected = random.random()
    random.seed(5)
    first = episode_of("PigDice-v0-short")
    assert random.random() == expected
    assert [event.body() for event in first] == [event.body() for event in episode_of("PigDice-v0-short")]
    assert [event.body() for event in first] != [event.body() for event in episode_of("PigDice-v0-short", seed=8)]


def test_only_moves_that_the_environment_takes_are_on_offer() -> None:
    known = ENVIRONMENTS["Nim-v0"]
    start = library("textarena").position("Nim-v0", 2, {}, subseed(1, "x"), ())
    offered = {option.text for option in start.asks[0].options}
    assert offered == {f"[{pile} {count}]" for pile, size in enumerate((3, 4, 5)) for count in range(1, size + 1)}
    assert offered < set(known.moves)


def test_seats_read_what_the_environment_tells_them_and_nothing_else() -> None:
    events = episode_of("KuhnPoker-v0")
    (first, *_) = of(events, ScenarioPresented)
    (seat,) = first.seats
    assert "Kuhn Poker" in seat.text and "Your card is" in seat.text
    assert seat.text.count("Your card is") == 1, "the card of the other is not told"
    for presented in of(events, ScenarioPresented):
        (seat,) = presented.seats
        assert set(seat.history[1 - seat.seat]) <= {"?", "-"}


@pytest.mark.parametrize(("game", "players", "told"), [
    ("TicTacToe", None, "did you mean 'TicTacToe-v0'"), ("Debate-v0", None, "no environment 'Debate-v0'"),
    ("ThreePlayerGOPS-v0", 2, "is for 3 players; got 2"),
])  # fmt: skip
def test_what_cannot_be_played_is_said(game: str, players: int | None, told: str) -> None:
    assert told in library("textarena").problems(game, players, {})[0]
