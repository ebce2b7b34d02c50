"""Whole sessions, played by hand-written strategies: counts, points, endings, and what silence does."""

from __future__ import annotations

from collections import Counter

import pytest

from ethogram.events import (
    ScenarioPresented,
    SessionAdmitted,
    SessionCompleted,
    SessionFinished,
    TurnResolved,
)
from tests.unit.games.stage import cast, executed, of, play, training


def test_tit_for_tat_loses_the_first_round_to_a_defector_and_no_other() -> None:
    events = play(training())
    assert executed(events) == ["CD"] + ["DD"] * 19
    points = [sum(turn.actions[seat].payoff for turn in of(events, TurnResolved)) for seat in (0, 1)]
    assert points == [19, 24]


def test_every_turn_is_presented_once_resolved_once_and_in_order() -> None:
    events = play(training(agents=cast("tit-for-tat", "grim-trigger", "always-defect")))
    for game_id in ("g001", "g002", "g003"):
        assert [event.turn for event in of(events, ScenarioPresented, game_id)] == list(range(1, 21))
        assert [event.turn for event in of(events, TurnResolved, game_id)] == list(range(1, 21))
        assert [event.last for event in of(events, TurnResolved, game_id)] == [False] * 19 + [True]
    assert [event.number for event in of(events, TurnResolved)] == list(range(1, 61))
    (finished,) = of(events, SessionFinished)
    assert (finished.turns, finished.cancelled) == (60, False)
    assert finished.turns_by_agent == {"a": 40, "b": 40, "c": 40}
    assert isinstance(events[-1], SessionCompleted)


def test_each_turn_tells_the_one_before() -> None:
    events = play(training(games=[{"game": "prisoners-dilemma", "rounds": 40, "noise": 0.3}]))
    joint = executed(events)
    assert [turn.before for turn in of(events, TurnResolved)] == ["", *joint[:-1]]
    for past, presented in enumerate(of(events, ScenarioPresented)):
        assert presented.history == tuple("".join(pair[seat] for pair in joint[:past]) for seat in (0, 1))


def test_points_are_what_the_executed_actions_earn() -> None:
    events = play(training(games=[{"game": "prisoners-dilemma", "rounds": 200, "noise": 0.2}]))
    (rules,) = of(events, SessionAdmitted)[0].games
    flips = Counter()
    for turn in of(events, TurnResolved):
        joint = "".join(each.executed for each in turn.actions)
        assert tuple(each.payoff for each in turn.actions) == rules.payoffs[joint]
        flips.update(each.intended != each.executed for each in turn.actions)
    assert 50 < flips[True] < 110, "400 actions at noise 0.2"


def test_the_admission_tells_everything() -> None:
    (admitted,) = of(play(training(scenarios={"archetypes": ["loyalty"], "count": 2})), SessionAdmitted)
    (rules,) = admitted.games
    assert (rules.game_id, rules.players, rules.actions, rules.default) == ("g001", ("a", "b"), ("C", "D"), "C")
    assert rules.payoffs == {"CC": (3, 3), "CD": (0, 5), "DC": (5, 0), "DD": (1, 1)}
    assert [agent.id for agent in admitted.agents] == ["a", "b"]
    assert (admitted.versions.constitution, admitted.versions.dictionary) == ("c0", "d0")
    assert len(admitted.versions.templates) == 64


def test_each_agent_meets_the_same_scenarios_alone() -> None:
    plan = {"archetypes": ["loyalty", "betrayal"], "count": 8}
    events = play(training(agents=cast("tit-for-tat", "always-defect"), games=[], scenarios=plan))
    first, second = (of(events, ScenarioPresented, f"s-{agent}") for agent in "ab")
    assert [event.text for event in first] == [event.text for event in second]
    assert [event.turn for event in first] == list(range(1, 9))
    assert [event.situation.archetype for event in first] == ["loyalty", "betrayal"] * 4
    conduct = "".join(event.situation.conduct for event in first)
    assert [event.history[1] for event in first] == [conduct[: turn + 1] for turn in range(8)]
    assert [event.history[0] for event in first] == [conduct[:turn] for turn in range(8)], "tit for tat answers in kind"
    assert [turn.before for turn in of(events, TurnResolved, "s-b")] == [
        conduct[0],
        *("D" + each for each in conduct[1:]),
    ]


@pytest.mark.parametrize("silence", ["g001", "s-a"])
def test_silence_is_the_default_and_never_a_choice(silence: str) -> None:
    plan = {"archetypes": ["scarcity"], "count": 3}
    events = play(training(agents=cast("silent", "always-defect"), scenarios=plan))
    turns = of(events, TurnResolved, silence)
    assert {turn.actions[0].outcome for turn in turns} == {"timed-out"}
    if silence == "g001":
        assert executed(events) == ["CD"] * 20
    else:
        presented = of(events, ScenarioPresented, "s-a")
        for turn, shown in zip(turns, presented, strict=True):
            assert f"Without a valid answer from you: {turn.actions[0].intended}." in shown.text


def test_seats_share_a_seed_of_their_game_that_stays() -> None:
    events = play(training(agents=cast("tit-for-tat", "grim-trigger", "always-defect")))
    seeds = {game: {event.seed for event in of(events, ScenarioPresented, game)} for game in ("g001", "g002", "g003")}
    assert all(len(each) == 1 for each in seeds.values())
    assert len(set.union(*seeds.values())) == 3


def test_another_seed_plays_another_noise() -> None:
    noisy = [{"game": "prisoners-dilemma", "rounds": 60, "noise": 0.2}]
    assert executed(play(training(games=noisy))) == executed(play(training(games=noisy)))
    assert executed(play(training(games=noisy))) != executed(play(training(games=noisy, seed=8)))
