"""OpenSpiel's games: they pay what the library itself pays for the same actions, and our seed deals the chance."""

from __future__ import annotations

from collections import Counter

import pytest

from ethogram.events import ScenarioPresented, SessionAdmitted, TurnResolved, subseed
from ethogram.games.libraries import action_of, library
from tests.unit.games.stage import of
from tests.unit.games.test_games import earned
from tests.unit.games.whole import agents, played

pyspiel = pytest.importorskip("pyspiel")
PLAYED = (
    "kuhn_poker",
    "leduc_poker",
    "liars_dice",
    "matrix_pd",
    "matrix_rps",
    "goofspiel",
    "tic_tac_toe",
    "phantom_ttt",
)


def episodes_of(name: str, seed: int = 7, **more):
    return played(agents("uniform", "uniform"), {"game": f"open-spiel:{name}", "rounds": 3, **more}, seed=seed)


def episodes(events) -> list[list[TurnResolved]]:
    """Turns by episode; the library says when one is over."""
    (rules,) = of(events, SessionAdmitted)[0].games
    spiel, found = library("open-spiel"), [[]]
    for turn in of(events, TurnResolved):
        found[-1].append(turn)
        if position(rules, len(found), found[-1], spiel).over:
            found.append([])
    assert not found.pop(), "the last episode is over"
    return found


def position(rules, number: int, turns: list[TurnResolved], spiel):
    seed = subseed(7, "deal", rules.game_id, number)
    return spiel.position(rules.game.partition(":")[2], 2, rules.knobs, seed, tuple(map(joint, turns)))


def joint(turn: TurnResolved) -> str:
    done = {one.seat: one.executed for one in turn.actions}
    return "".join(done.get(seat, "-") for seat in range(2))


@pytest.mark.parametrize("name", PLAYED)
def test_returns_agree_with_the_librarys_own_rollouts(name: str) -> None:
    events = episodes_of(name)
    (rules,) = of(events, SessionAdmitted)[0].games
    assert rules.engine == library("open-spiel").version() and rules.turns == 0
    found = episodes(events)
    assert len(found) == 3
    for number, turns in enumerate(found, 1):
        history = position(rules, number, turns, library("open-spiel")).state.full_history()
        state = pyspiel.load_game(name).new_initial_state()
        told = [action_of(one.executed) for turn in turns for one in turn.actions]
        assert [pair.action for pair in history if pair.player >= 0] == told
        _roll(state, [pair.action for pair in history])
        assert state.is_terminal() and tuple(state.returns()) == pytest.approx(earned(turns))
        assert all(not one.payoff for turn in turns[:-1] for one in turn.actions), "paid when it is over"


def _roll(state, actions: list[int]) -> None:
    while actions:
        if state.is_simultaneous_node():
            state.apply_actions([actions.pop(0), actions.pop(0)])
        else:
            state.apply_action(actions.pop(0))


def test_the_seed_deals_and_deals_fairly() -> None:
    first, second, other = episodes_of("leduc_poker"), episodes_of("leduc_poker"), episodes_of("leduc_poker", seed=8)
    assert [event.body() for event in first] == [event.body() for event in second]
    assert [event.body() for event in first] != [event.body() for event in other]
    spiel, cards = library("open-spiel"), Counter()
    for number in range(600):
        state = spiel.position("kuhn_poker", 2, {}, subseed(number, "deal"), ()).state
        cards[tuple(state.history())] += 1
    assert len(cards) == 6 and min(cards.values()) > 60


def test_nobody_sees_the_others_card_nor_a_secret_move() -> None:
    for event in of(episodes_of("kuhn_poker"), ScenarioPresented):
        (seat,) = event.seats
        assert f"You are player {seat.seat}." in seat.text and "You see" not in event.text
    for event in of(episodes_of("phantom_ttt"), ScenarioPresented):
        (seat,) = event.seats
        assert set(seat.history[1 - seat.seat]) <= {"-", "?"}


def test_an_illegal_move_is_never_applied_and_noise_stays_legal() -> None:
    for turn in of(episodes_of("tic_tac_toe", noise=0.5), TurnResolved):
        assert {one.executed for one in turn.actions} <= {option.id for option in turn.options}


@pytest.mark.parametrize(
    ("game", "words"),
    [
        ({"game": "open-spiel:kuhn_pokr"}, "OpenSpiel has no game 'kuhn_pokr'; did you mean 'kuhn_poker'?"),
        ({"game": "open-spiel:kuhn_poker", "knobs": {"cards": 3}}, "OpenSpiel does not load kuhn_poker"),
        ({"game": "open-spiel:tic_tac_toe", "players": 3}, "is for 2 players; got 3"),
        ({"game": "nobody:chess"}, "no library 'nobody'; installed: open-spiel"),
        ({"game": "open-spiel:solitaire"}, "solitaire is for one player"),
        ({"game": "open-spiel:kuhn_poker", "feedback": "nothing"}, "leave misperception and feedback out"),
    ],
)
def test_what_cannot_be_played_is_refused_in_words(game: dict[str, object], words: str) -> None:
    with pytest.raises(AssertionError, match="training") as refusal:
        played(agents("uniform", "uniform", "uniform"), game)
    assert words in str(refusal.value)
