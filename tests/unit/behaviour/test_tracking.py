"""The tracker says one thing per turn, counts in constant time and speaks its last word once."""

from __future__ import annotations

from collections.abc import Sequence
from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethogram.behaviour import Standing, Tracking, observe_turn, shannon
from ethogram.events import (
    AgentId,
    BehaviourObserved,
    BehaviourSnapshot,
    Event,
    EventId,
    GameId,
    InvalidRecord,
    Option,
    Played,
    SessionFinished,
    SessionId,
    Situation,
    TurnResolved,
)
from ethogram.services.action_tracker.service import action_tracker
from ethogram.topology import Driver, command_record, drive

SESSION = SessionId("s")


def played(seat: int, agent: str, move: str, payoff: float = 0.0, outcome: str = "chosen") -> Played:
    return Played.model_validate(
        {"seat": seat, "agent_id": agent, "decision_id": f"d-{agent}", "outcome": outcome, "intended": move,
         "executed": move, "payoff": payoff}
    )  # fmt: skip


def game_turn(number: int, moves: str, before: str = "", turn: int | None = None, **fields: object) -> TurnResolved:
    actions = tuple(played(seat, agent, move) for seat, (agent, move) in enumerate(zip("abcdef", moves, strict=False)))
    return TurnResolved.model_validate(
        {"session_id": SESSION, "game_id": "g001", "turn": turn or number, "kind": "game", "presented_id": "p",
         "number": number, "actions": actions, "before": before, "last": False, **fields}
    )  # fmt: skip


def scenario_turn(number: int, option: str, before: str) -> TurnResolved:
    return TurnResolved(
        session_id=SESSION, game_id=GameId("s-a"), turn=1, kind="scenario", presented_id=EventId("p"), number=number,
        actions=(played(0, "a", option),), before=before, last=False,
        options=(Option(id="keep", text="", leaning="C"), Option(id="sell", text="", leaning="D")),
        situation=Situation(archetype="loyalty", template="t", stress=0.3, contexts={}, counterpart="Mira"),
    )  # fmt: skip


def told(events: Sequence[Event]) -> BehaviourObserved:
    (found,) = (event for event in events if isinstance(event, BehaviourObserved))
    return found


def test_each_agent_sees_the_turn_before_from_its_own_side() -> None:
    _, events = observe_turn(Tracking(), game_turn(2, "CD", before="DC"))
    first, second = told(events).acts
    assert (first.before, first.others, first.counterpart) == ("DC", "D", "b")
    assert (second.before, second.others, second.counterpart) == ("CD", "C", "a")


def test_with_three_players_the_others_keep_their_order() -> None:
    _, events = observe_turn(Tracking(), game_turn(2, "CDD", before="DCD"))
    assert [(act.before, act.others, act.counterpart) for act in told(events).acts] == [
        ("DCD", "DD", "b,c"), ("CDD", "CD", "a,c"), ("DDC", "CD", "a,b"),
    ]  # fmt: skip


def test_a_scenario_names_its_counterpart_and_its_conduct() -> None:
    state, events = observe_turn(Tracking(), scenario_turn(1, "keep", before="D"))
    (act,) = told(events).acts
    assert (act.before, act.others, act.counterpart) == ("", "D", "Mira")
    assert state.standings[AgentId("a")].choices == {"loyalty": {"C": 1}}


def test_acts_are_numbered_per_agent() -> None:
    driver = drive(action_tracker, [command_record(game_turn(n, "CC", before="CC")) for n in (1, 2, 3)])
    numbers = [[act.number for act in told([record.event]).acts] for record in driver.emitted]
    assert numbers == [[1, 1], [2, 2], [3, 3]]


def test_an_option_that_was_not_offered_is_refused_in_words() -> None:
    with pytest.raises(InvalidRecord, match="'lie' was not offered; offered: keep, sell"):
        observe_turn(Tracking(), scenario_turn(1, "lie", before="C"))


def test_a_history_without_a_symbol_for_a_seat_is_refused() -> None:
    with pytest.raises(InvalidRecord, match="no symbol for seat 1"):
        observe_turn(Tracking(), game_turn(2, "CC", before="C"))


def test_acts_without_a_choice_count_as_acts_but_not_as_choices() -> None:
    turn = game_turn(1, "CC").model_copy(update={"actions": (played(0, "a", "D", outcome="timed-out"),)})
    profile = observe_turn(Tracking(), turn)[0].standings[AgentId("a")].profile()
    assert (profile.acts, profile.cooperations, profile.entropy) == (1, 0, 0.0)
    assert profile.outcomes == {"timed-out": 1}


@given(st.lists(st.sampled_from("CD"), min_size=1, max_size=60))
def test_incremental_entropy_is_the_entropy_of_all_choices(moves: list[str]) -> None:
    state = Tracking()
    for number, move in enumerate(moves, 1):
        state, _ = observe_turn(state, game_turn(number, move + "C", before="CC" if number > 1 else ""))
    shares = [moves.count(symbol) / len(moves) for symbol in set(moves)]
    expected = -sum(share * log2(share) for share in shares)
    assert state.standings[AgentId("a")].profile().entropy == pytest.approx(expected, abs=1e-5)


def test_entropy_of_nothing_and_of_a_fair_coin() -> None:
    assert shannon([]) == 0.0
    assert shannon([500, 500]) == pytest.approx(1.0)
    assert Standing().profile().acts == 0


def test_a_snapshot_every_fifty_turns() -> None:
    driver = drive(action_tracker, [command_record(game_turn(n, "CD")) for n in range(1, 121)])
    snapshots = [record.event for record in driver.emitted if isinstance(record.event, BehaviourSnapshot)]
    assert [(snapshot.turns, snapshot.closing) for snapshot in snapshots] == [(50, False), (100, False)]
    assert snapshots[-1].profiles[AgentId("b")].acts == 100


@given(turns=st.integers(0, 55), position=st.integers(0, 55))
def test_the_end_may_arrive_before_or_after_any_turn(turns: int, position: int) -> None:
    records = [command_record(game_turn(n, "CD", turn=n)) for n in range(1, turns + 1)]
    end = command_record(SessionFinished(session_id=SESSION, turns=turns))
    shuffled = [*records[:position], end, *records[position:]]
    in_order = drive(action_tracker, [*records, end])
    interleaved = drive(action_tracker, shuffled)
    assert [record.event.body() for record in interleaved.emitted] == [r.event.body() for r in in_order.emitted]
    closing = interleaved.emitted[-1].event
    assert isinstance(closing, BehaviourSnapshot) and closing.closing and closing.turns == turns
    assert sum(isinstance(r.event, BehaviourSnapshot) and r.event.closing for r in interleaved.emitted) == 1


def test_the_state_survives_json() -> None:
    driver: Driver[Tracking] = drive(action_tracker, [command_record(game_turn(n, "CD")) for n in (1, 2)])
    state = driver.state(SESSION)
    assert Tracking.model_validate_json(state.model_dump_json()) == state
