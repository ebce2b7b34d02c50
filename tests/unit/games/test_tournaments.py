"""Tournaments: who meets whom follows from results and the seed, whatever the order in which decisions come in."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ethogram.events import (
    Chance,
    DecisionMade,
    GameId,
    PauseSession,
    ResumeSession,
    SessionAdmitted,
    SessionFinished,
    TournamentConcluded,
    TournamentPaired,
    TurnResolved,
)
from ethogram.games import Course
from ethogram.topology import command_record
from tests.unit.games.stage import cast, of, training
from tests.unit.games.test_director import Table, command
from tests.unit.games.whole import agents, played

PAIRINGS = ("round-robin", "swiss", "single-elimination", "double-elimination", "king-of-the-hill", "moran")
MIXED = ("always-defect", "tit-for-tat", "always-cooperate", "grim-trigger", "alternator", "two-tits-for-tat")


def tournament(pairing: str, count: int = 6, seed: int = 7, **more):
    cast = agents(*(MIXED * 2)[:count])
    return played(cast, {"game": "prisoners-dilemma", "rounds": 5, "pairing": pairing, **more}, seed=seed)


def heats_of(events) -> list[list[tuple[str, ...]]]:
    """Pairs of each heat, repetitions left out."""
    first = of(events, SessionAdmitted)[0].games
    later = [event.games for event in of(events, TournamentPaired)]
    return [list(dict.fromkeys(tuple(sorted(game.players)) for game in games)) for games in (first, *later)]


def concluded(events) -> TournamentConcluded:
    (event,) = of(events, TournamentConcluded)
    return event


@pytest.mark.parametrize("pairing", PAIRINGS)
@pytest.mark.parametrize("count", [2, 5])
def test_every_tournament_ends_and_ranks_everybody(pairing: str, count: int) -> None:
    heats = {"heats": 2} if pairing == "moran" else {}
    events = tournament(pairing, count, repetitions=2, rounds=3, **heats)
    told = concluded(events)
    assert [one.rank for one in told.standings] == list(range(1, count + 1))
    assert {one.agent_id for one in told.standings} == set("abcdef"[:count])
    merits = [one.merit for one in told.standings]
    assert merits == sorted(merits, reverse=True)
    assert told.heats == len(heats_of(events))
    ids = [
        game.game_id
        for event in (of(events, SessionAdmitted)[0], *of(events, TournamentPaired))
        for game in event.games
    ]
    assert len(ids) == len(set(ids)) and {turn.game_id for turn in of(events, TurnResolved)} == set(ids)
    (finished,) = of(events, SessionFinished)
    seats = Counter(agent for turn in of(events, TurnResolved) for agent in {one.agent_id for one in turn.actions})
    assert finished.turns == len(of(events, TurnResolved)) and finished.turns_by_agent == {
        agent: seats[agent] for agent in finished.turns_by_agent
    }


@pytest.mark.parametrize("pairing", PAIRINGS)
def test_the_same_seed_makes_the_same_bytes_and_scores_are_what_was_earned(pairing: str) -> None:
    heats = {"heats": 2} if pairing == "moran" else {}
    noisy = {"noise": 0.2, "continuation": 0.8, "rounds": 6, **heats}
    first, second, other = (tournament(pairing, 4, seed=seed, **noisy) for seed in (7, 7, 8))
    assert [event.body() for event in first] == [event.body() for event in second]
    assert [event.body() for event in first] != [event.body() for event in other]
    earned: Counter[str] = Counter()
    for turn in of(first, TurnResolved):
        for one in turn.actions:
            earned[one.agent_id] += one.payoff
    assert {one.agent_id: one.score for one in concluded(first).standings} == pytest.approx(dict(earned))


def test_swiss_pairs_equals_and_nobody_twice() -> None:
    heats = heats_of(tournament("swiss", 6, heats=4))
    assert len(heats) == 4
    met = Counter(pair for pairs in heats for pair in pairs)
    assert set(met.values()) == {1}
    assert all(sorted(agent for pair in pairs for agent in pair) == list("abcdef") for pairs in heats)
    odd = tournament("swiss", 5, heats=5)
    byes = [bye for event in of(odd, TournamentPaired) for bye in event.byes]
    assert len(set(byes)) == len(byes) == 4, "everybody rests once before anybody rests twice"


def test_swiss_repeats_a_pair_only_where_there_is_no_other_way() -> None:
    heats = heats_of(tournament("swiss", 4, heats=4))
    assert len({pair for pairs in heats[:3] for pair in pairs}) == 6


@pytest.mark.parametrize(("pairing", "lives"), [("single-elimination", 1), ("double-elimination", 2)])
@pytest.mark.parametrize("count", [2, 3, 5, 8])
def test_who_lost_its_lives_is_out_and_one_is_left(pairing: str, lives: int, count: int) -> None:
    told = concluded(events := tournament(pairing, count)).standings
    assert [one.losses for one in told[1:]] == [lives] * (count - 1) and told[0].losses < lives
    assert not any(one.draws for one in told), "a draw has a winner here"
    lost: Counter[str] = Counter()
    for pairs in heats_of(events):
        assert not {agent for agent, losses in lost.items() if losses >= lives} & {a for pair in pairs for a in pair}
        lost.update(_losers(events, pairs) if lives == 1 else ())
    if count == 8 and lives == 1:
        assert [len(pairs) for pairs in heats_of(events)] == [4, 2, 1]


def _losers(events, pairs) -> list[str]:
    """Who does not appear again although it played."""
    later = heats_of(events)[heats_of(events).index(pairs) + 1 :]
    again = {agent for heat in later for pair in heat for agent in pair}
    return [agent for pair in pairs for agent in pair if agent not in again and later]


def test_the_king_stays_until_it_is_beaten() -> None:
    told = concluded(events := tournament("king-of-the-hill", 4, heats=6))
    kings = [set(pair) for (pair,) in heats_of(events)]
    assert all(one & other for one, other in pairwise(kings)), "somebody of each heat stays"
    assert told.standings[0].agent_id == "a", "always defect beats all of these"
    assert told.standings[0].merit == 6 and sum(one.merit for one in told.standings) == 6


def test_a_moran_process_copies_the_fit_and_ends_when_one_kind_is_left() -> None:
    events = tournament("moran", 3, heats=200)
    told = concluded(events)
    assert told.standings[0].merit == 3 and told.heats < 200
    population = Counter(agent for pair in _first_pairs(events) for agent in pair)
    assert population == Counter(a=2, b=2, c=2)


def _first_pairs(events) -> list[tuple[str, ...]]:
    return [game.players for game in of(events, SessionAdmitted)[0].games]


def test_no_winner_of_a_draw_is_favoured() -> None:
    """Two that always cooperate draw: each goes on about as often as the other."""
    winners = Counter()
    for seed in range(30):
        game = {"game": "prisoners-dilemma", "rounds": 1, "pairing": "single-elimination"}
        events = played(agents("always-cooperate", "always-cooperate"), game, seed=seed)
        winners[concluded(events).standings[0].agent_id] += 1
    assert min(winners.values()) > 6


@settings(max_examples=10, deadline=None)
@given(order=st.integers(0, 2**32), pairing=st.sampled_from(PAIRINGS))
def test_pairs_do_not_hang_on_the_order_of_decisions_nor_on_stops(order: int, pairing: str) -> None:
    """A director whose state is stored between any two records, and who is paused now and then."""
    straight, shuffled = _told(None, pairing), _told(order, pairing)
    assert straight == shuffled


def _told(order: int | None, pairing: str) -> list[bytes]:
    heats = {"heats": 3} if pairing in ("swiss", "king-of-the-hill", "moran") else {}
    table = Table()
    players = cast("always-defect", "tit-for-tat", "always-cooperate", "grim-trigger")
    game = {"game": "prisoners-dilemma", "rounds": 2, "noise": 0.2, "pairing": pairing, **heats}
    table.give(training(agents=players, games=[game]))
    chance, stops = Chance(order or 0, "order"), 0
    while table.waiting:
        place = chance.below(len(table.waiting)) if order is not None else 0
        table.give(table.waiting.pop(place))
        if order is not None and chance.flip(0.1):
            stops += 1
            if table.course.phase == "playing":
                table.give(command(PauseSession, stops))
            for waiting in list(table.waiting):
                table.waiting.remove(waiting)
                table.give(waiting)
            if table.course.paused:
                table.give(command(ResumeSession, stops))
    kinds = (TournamentPaired, TournamentConcluded, SessionFinished)
    assert isinstance(table.course, Course) and not table.driver.rejected
    return [event.body() for event in table.said if isinstance(event, kinds)]


def test_late_decisions_of_a_heat_that_is_over_change_nothing() -> None:
    table = Table()
    game = {"game": "prisoners-dilemma", "rounds": 1, "pairing": "single-elimination"}
    table.give(training(agents=cast("always-defect", "tit-for-tat", "grim-trigger"), games=[game]))
    first = list(table.waiting)
    table.play_out()
    before = table.course
    late = command_record(first[0].model_copy(update={"option": "C"}))
    table.give_record(replace(late, id="late"))
    assert not table.driver.rejected and table.course == before
    nowhere = command_record(first[0].model_copy(update={"game_id": GameId("g01.999.001")}))
    table.give_record(replace(nowhere, id="nowhere"))
    assert table.rejection().code == "unknown-game"


def test_tournaments_of_one_session_do_not_hang_on_each_other() -> None:
    """Matches and their noise are the same, whichever of two tournaments is faster."""
    game = {"game": "prisoners-dilemma", "rounds": 4, "noise": 0.2, "pairing": "swiss", "heats": 3}
    told = []
    for slow in (0, 1):
        table = Table()
        table.give(training(agents=cast(*["tit-for-tat"] * 4), games=[game, game]))
        while table.waiting:
            mine = [one for one in table.waiting if _entry(table, one) != slow]
            table.waiting.remove(one := (mine or table.waiting)[0])
            table.give(one)
        told.append(sorted(event.body() for event in table.said if isinstance(event, TournamentPaired)))
    assert told[0] == told[1]


def _entry(table: Table, decision: DecisionMade) -> int | None:
    return table.course.games[decision.game_id].rules


def test_every_pair_of_a_round_robin_is_there() -> None:
    assert heats_of(tournament("round-robin", 6))[0] == [tuple(pair) for pair in combinations("abcdef", 2)]
