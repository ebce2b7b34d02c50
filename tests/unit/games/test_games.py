"""Every game, played whole: what is announced is what is executed, nothing illegal is, and all of it ends."""

from __future__ import annotations

from collections import defaultdict
from itertools import product
from math import isclose

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ethogram.events import (
    BehaviourSnapshot,
    DecisionMade,
    GamePlan,
    GameRules,
    InvalidRecord,
    PrinciplesInferred,
    ScenarioPresented,
    SessionAdmitted,
    SessionRejected,
    TournamentConcluded,
    TurnResolved,
)
from ethogram.games import GAMES, rules_of
from ethogram.games.payments import FINED, PAYMENTS
from tests.unit.games.stage import of
from tests.unit.games.whole import agents, played, session

MATRIX = {
    "actions": [{"U": "up", "D": "down"}, {"L": "left", "M": "middle", "R": "right"}],
    "payoffs": {"UL": [1, 2], "UM": [0, 0], "UR": [3, 1], "DL": [2, 2], "DM": [1, 4], "DR": [0, 5]},
    "default": ["D", "R"],
}
KNOBS = {"noise": 0.1, "misperception": 0.1, "continuation": 0.9}


def plan(name: str, **more: object) -> dict[str, object]:
    return {"game": name, "rounds": 4, **({"matrix": MATRIX} if name == "mine" else {}), **more}


def field(name: str) -> list:
    return agents(*["uniform"] * rules_of(GamePlan.model_validate(plan(name))).players)


def turns_of(rules: GameRules, events) -> list[TurnResolved]:
    return of(events, TurnResolved, rules.game_id)


def rounds_of(rules: GameRules, turns: list[TurnResolved]) -> list[list[TurnResolved]]:
    stages = 1 + max((move.stage for move in rules.moves), default=0)
    assert len(turns) % stages == 0
    return [turns[first : first + stages] for first in range(0, len(turns), stages)]


def earned(turns: list[TurnResolved]) -> tuple[float, ...]:
    """What a round paid each seat, movers and bystanders alike."""
    totals: dict[int, float] = defaultdict(float)
    for turn in turns:
        for one in (*turn.actions, *turn.bystanders):
            totals[one.seat] += one.payoff
    return tuple(totals[seat] for seat in sorted(totals))


@pytest.mark.parametrize("name", [*GAMES, "mine"])
@pytest.mark.parametrize("knobs", [{}, KNOBS, {"feedback": "payoffs"}, {"feedback": "nothing", "misperception": 0.2}])
def test_what_is_announced_is_what_is_executed(name: str, knobs: dict[str, object]) -> None:
    events = played(field(name), plan(name, **knobs))
    (admitted,) = of(events, SessionAdmitted)
    for rules in admitted.games:
        turns = turns_of(rules, events)
        assert len(turns) == rules.turns and [turn.last for turn in turns] == [False] * (len(turns) - 1) + [True]
        stock = rules.knobs.get(PAYMENTS[rules.rule].stock, 0.0) if rules.rule else 0.0
        for one in rounds_of(rules, turns):
            stock = _check_round(rules, one, stock)


def _check_round(rules: GameRules, stages: list[TurnResolved], stock: float) -> float:
    for stage, turn in enumerate(stages):
        allowed = {seat: move.actions for move in rules.moves if move.stage == stage for seat in move.seats}
        for one in turn.actions:
            assert one.executed in allowed.get(one.seat, rules.actions), "an illegal action was applied"
            assert rules.noise or one.executed == one.intended
        assert {one.seat for one in turn.actions} == set(allowed or range(len(rules.players)))
    if rules.payoffs:
        joint = "".join(one.executed for turn in stages for one in turn.actions)
        assert earned(stages) == rules.payoffs[joint]
    else:
        offered = [{option.id: option for option in turn.options} for turn in stages]
        acts = [
            {one.seat: options[one.executed] for one in turn.actions}
            for turn, options in zip(stages, offered, strict=True)
        ]
        paid, stock = PAYMENTS[rules.rule].pay(rules.knobs, len(rules.players), acts, stock)
        assert earned(stages) == pytest.approx(paid)
    assert all(rules.span[0] - 1e-6 <= one <= rules.span[1] + 1e-6 for one in earned(stages))
    return stock


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**40), name=st.sampled_from(sorted(GAMES)), noise=st.sampled_from([0, 0.3]))
def test_payoffs_conserve_what_they_must(seed: int, name: str, noise: float) -> None:
    events = played(field(name), plan(name, noise=noise, continuation=0.8), seed=seed)
    (rules,) = of(events, SessionAdmitted)[0].games
    rounds = rounds_of(rules, turns_of(rules, events))
    totals = [sum(earned(one)) for one in rounds]
    if name in ("matching-pennies", "rock-paper-scissors"):
        assert set(totals) == {0}
    if name == "ultimatum":
        assert all(isclose(total, 0) or isclose(total, rules.knobs["pot"]) for total in totals)
    if name == "public-goods":
        low, high = (
            len(rules.players) * rules.knobs["endowment"] * factor for factor in (1, rules.knobs["multiplier"])
        )
        assert all(low - 1e-6 <= total <= high + 1e-6 for total in totals)
    if name == "commons":
        stock = rules.knobs["stock"]
        for total in totals:
            assert total <= stock + 1e-4, "more was taken than there was"
            stock = min(rules.knobs["capacity"], (stock - total) * rules.knobs["growth"])


def test_a_game_of_three_seats_everybody_and_pays_everybody() -> None:
    cast = agents("always-cooperate", "always-defect", "conditional-contributor", "tit-for-tat")
    events = played(cast, {"game": "public-goods", "rounds": 3, "players": 4, "knobs": {"multiplier": 2}})
    actions = [tuple(one.executed for one in turn.actions) for turn in of(events, TurnResolved)]
    assert actions[0] == ("5", "0", "5", "5"), "all give but the free rider"
    assert actions[1] == ("5", "0", "3", "5"), "two thirds of all on average; a majority that gives"
    assert earned(of(events, TurnResolved)[:1]) == (15 / 2 * 2 - 0.0 - 0.0, 25, 15, 15)


def test_a_punisher_gives_all_and_takes_from_who_gave_least() -> None:
    cast = agents("always-defect", "altruistic-punisher", "always-cooperate")
    events = played(cast, {"game": "public-goods-with-punishment", "rounds": 2})
    given, taken, *_ = [tuple(one.executed for one in turn.actions) for turn in of(events, TurnResolved)]
    assert (given[:2], taken[1]) == (("0", "5"), FINED[0])
    assert earned(of(events, TurnResolved)[:2])[:2] == pytest.approx((10 + 20 * 1.6 / 3 - 3, 20 * 1.6 / 3 - 1))


def test_a_player_of_a_later_stage_knows_the_earlier_one_and_who_did_not_move_is_paid() -> None:
    cast = agents({"strategy": "fixed", "action": "1"}, "conditional-contributor")
    events = played(cast, {"game": "trust", "rounds": 2})
    first, second, *_ = of(events, TurnResolved)
    assert ([one.seat for one in first.actions], [one.seat for one in second.actions]) == ([0], [1])
    assert second.actions[0].executed == "1", "as much as was sent, in proportion"
    assert (second.bystanders[0].payoff, round(second.actions[0].payoff, 5)) == (9.2, 4.8)
    presented = of(events, ScenarioPresented)
    assert [event.history for event in presented][:3] == [("", ""), ("1", "-"), ("1-", "-1")]
    profiles = next(event for event in of(events, BehaviourSnapshot) if event.closing).profiles
    assert profiles["a"].payoff == pytest.approx(2 * (10 - 2 + 1.2)) and profiles["a"].acts == 2


def test_unknown_length_is_drawn_by_the_seed_and_told_to_nobody() -> None:
    lengths = []
    for seed in range(40):
        events = played(agents("uniform", "uniform"), plan("chicken", rounds=50, continuation=0.8), seed=seed)
        (rules,) = of(events, SessionAdmitted)[0].games
        assert {event.turns for event in of(events, ScenarioPresented)} == {0}
        assert not any(f"of {rules.rounds}" in event.text for event in of(events, ScenarioPresented))
        lengths.append(rules.rounds)
    assert len(set(lengths)) > 5 and 3 < sum(lengths) / 40 < 8, "1 / (1 - 0.8) = 5 on average"


def test_a_misperceived_move_is_seen_so_by_one_and_executed_as_it_was() -> None:
    events = session(agents("tit-for-tat", "always-cooperate"), plan("prisoners-dilemma", rounds=60, misperception=0.2))
    turns = of(events, TurnResolved)
    misled = [turn for turn in turns if turn.actions[0].saw]
    assert 4 < len(misled) < 24
    assert all(turn.actions[0].saw == turn.before[0] + "D" for turn in misled)
    assert [turn.actions[0].executed for turn in turns] == ["D" if turn in misled else "C" for turn in turns]
    ethograms = {event.agent_id: event for event in of(events, PrinciplesInferred) if event.closing}
    kept = {one.name: one.strength for one in ethograms["a"].principles}
    assert kept["reciprocity"] > 0.9, "it answers what it saw"


@pytest.mark.parametrize("feedback", ["payoffs", "nothing"])
def test_what_is_not_fed_back_is_not_seen(feedback: str) -> None:
    events = played(agents("uniform", "uniform"), plan("prisoners-dilemma", feedback=feedback))
    for event in of(events, ScenarioPresented):
        for seat in event.seats:
            assert set(seat.history[1 - seat.seat]) <= {"?"}
            assert bool(seat.text) == (feedback == "payoffs" and event.turn > 1)


def test_what_is_no_dilemma_has_choices_and_entropy_and_says_that_principles_cannot_be_told() -> None:
    events = session(agents("uniform", {"strategy": "fixed", "action": "R"}), plan("rock-paper-scissors", rounds=60))
    profiles = next(event for event in of(events, BehaviourSnapshot) if event.closing).profiles
    assert profiles["b"].choices == {"rock-paper-scissors": {"R": 60}} and profiles["b"].entropy == 0
    assert set(profiles["a"].choices["rock-paper-scissors"]) == set("RPS") and profiles["a"].entropy > 1.4
    assert (profiles["a"].cooperations, profiles["b"].cooperations) == (0, 0)
    for event in of(events, PrinciplesInferred):
        assert event.principles and not any(principle.identifiable for principle in event.principles)


def test_best_reply_and_fictitious_play_find_what_pays() -> None:
    rock = {"strategy": "fixed", "action": "R"}
    for learner in ("best-reply", "fictitious-play"):
        events = played(agents(learner, rock), plan("rock-paper-scissors", rounds=10))
        assert {turn.actions[0].executed for turn in of(events, TurnResolved)[1:]} == {"P"}
        events = played(agents({"strategy": "fixed", "action": "0"}, learner), {"game": "ultimatum", "rounds": 2})
        assert of(events, TurnResolved)[-1].actions[0].executed == "A", "of equals the first"


def test_a_strategy_of_dilemmas_says_where_it_does_not_fit_and_the_default_is_played() -> None:
    events = played(agents("tit-for-tat", "uniform"), plan("matching-pennies"))
    decisions = [decision for decision in of(events, DecisionMade) if decision.agent_id == "a"]
    assert {decision.outcome for decision in decisions} == {"failed"}
    assert "know C and D" in decisions[0].error
    assert {turn.actions[0].executed for turn in of(events, TurnResolved)} == {"H"}


def test_two_levels_are_a_dilemma_of_many() -> None:
    cast = agents("always-cooperate", "always-cooperate", "tit-for-tat")
    events = session(cast, {"game": "public-goods", "rounds": 12, "knobs": {"levels": 2}})
    (rules,) = of(events, SessionAdmitted)[0].games
    assert set(rules.payoffs) == {"".join(joint) for joint in product("CD", repeat=3)}
    closing = [event for event in of(events, PrinciplesInferred) if event.closing]
    assert all({one.name: one.identifiable for one in event.principles}["cooperation"] for event in closing)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"game": "prisoner-dilemma"}, "unknown game 'prisoner-dilemma'; did you mean 'prisoners-dilemma'?"),
        ({"game": "public-goods", "players": 4}, "games[0].game: public-goods needs 4 agents, there are 3"),
        ({"game": "chicken", "players": 3}, "games[0].players: chicken is for 2 players; got 3"),
        ({"game": "chicken", "knobs": {"reward": 9}}, "games[0].knobs: chicken needs temptation > reward"),
        ({"game": "chicken", "knobs": {"rewrad": 9}}, "games[0].knobs.rewrad: unknown knob; did you mean 'reward'?"),
        ({"game": "public-goods", "pairing": "swiss"}, "games[0].pairing: 'swiss' is for games of 2"),
        ({"game": "chicken", "heats": 3}, "games[0].heats: 'round-robin' has as many heats as it needs"),
        ({"game": "trust", "knobs": {"levels": 2.5}}, "games[0].knobs: trust needs whole levels"),
        ({"game": "chicken", "matrix": MATRIX}, "games[0].game: 'chicken' is a game that we know"),
        (plan("mine", matrix={**MATRIX, "default": ["X"]}), "games[0].matrix: default: 'X' is no action of seat 0"),
        (plan("mine", matrix={**MATRIX, "payoffs": {"UL": [1, 2]}}), "payoffs: DL, DM, DR, UM, UR missing"),
        (plan("mine", matrix={**MATRIX, "actions": [{"up": "u", "D": "d"}]}), "a symbol is one letter or digit"),
    ],
)  # fmt: skip
def test_a_game_that_cannot_be_played_is_refused_in_clear_words(change: dict[str, object], words: str) -> None:
    with pytest.raises(AssertionError) as refusal:
        played(agents("uniform", "uniform", "uniform"), change)
    assert isinstance(refusal.value.args[0], InvalidRecord) or words in str(refusal.value)
    assert words in str(refusal.value)


def test_one_session_may_play_several_games() -> None:
    events = session(agents("uniform", "uniform", "uniform"), plan("chicken"), plan("commons"), plan("mine"))
    assert not of(events, SessionRejected)
    assert [event.game for event in of(events, TournamentConcluded)] == ["chicken", "commons", "mine"]
    assert {turn.game for turn in of(events, TurnResolved)} == {"chicken", "commons", "mine"}
