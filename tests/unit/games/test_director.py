"""The director: same bytes whatever the interleaving, one truth in races, clear words for what it refuses."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ethogram.events import (
    CancelSession,
    DecisionMade,
    Event,
    InvalidRecord,
    PauseSession,
    ResumeSession,
    ScenarioPresented,
    SessionAdmitted,
    SessionCompleted,
    SessionFailed,
    SessionFinished,
    SessionJudged,
    SessionPaused,
    SessionRejected,
    SessionResumed,
    TurnResolved,
)
from ethogram.events.envelope import Record
from ethogram.games import Course, director
from ethogram.topology import Driver, command_record
from tests.unit.games.stage import DIRECTOR, SESSION, cast, decide, of, training

FULL = training(
    agents=cast("tit-for-tat", "grim-trigger", "always-defect"),
    games=[{"game": "prisoners-dilemma", "rounds": 3, "noise": 0.2, "repetitions": 2}],
    scenarios={"archetypes": ["loyalty", "time-pressure"], "count": 3},
)


FULL_TURNS = 6 * 3 + 3 * 3


def command(kind: type[Any], number: int = 1) -> Any:
    return kind(session_id=SESSION, command_id=f"{kind.__name__}-{number}", actor="ann", reason="because")


class Table:
    """A director whose state is stored and read between any two records, and the decisions that wait to reach it."""

    def __init__(self) -> None:
        self.driver = Driver(DIRECTOR)
        self.said: list[Event] = []
        self.waiting: list[DecisionMade] = []

    def give(self, event: Event) -> list[Event]:
        return self.give_record(command_record(event))

    def give_record(self, record: Record) -> list[Event]:
        made = [each.event for each in self.driver.feed(record)]
        kept = self.driver.kept[SESSION]
        stored = Course.model_validate_json(kept.state.model_dump_json())
        assert stored == kept.state
        shuffled = stored.model_copy(update={"games": dict(sorted(stored.games.items(), reverse=True))})
        self.driver.kept[SESSION] = type(kept)(shuffled, kept.seen, kept.sent)
        self.said += made
        self.waiting += [decide(event, seat.seat) for event in of(made, ScenarioPresented) for seat in event.seats]
        return made

    @property
    def course(self) -> Course:
        return self.driver.state(SESSION)

    def rejection(self) -> InvalidRecord:
        return self.driver.rejected[-1][1]

    def play_out(self) -> None:
        while self.waiting:
            self.give(self.waiting.pop(0))


def opened(start: Any = FULL) -> Table:
    table = Table()
    table.give(start)
    return table


def contents(said: Sequence[Event]) -> dict[str, list[bytes]]:
    """What each game was told, without the session-wide number of the turn."""
    games: dict[str, list[bytes]] = {}
    for event in said:
        if isinstance(event, TurnResolved):
            event = event.model_copy(update={"number": 0})
        if isinstance(event, TurnResolved | ScenarioPresented):
            games.setdefault(event.game_id, []).append(event.body())
    return games


@lru_cache(maxsize=1)
def in_order() -> Table:
    """The session played without any disturbance; only for looking at."""
    table = opened()
    table.play_out()
    return table


@settings(max_examples=25)
@given(data=st.data())
def test_any_interleaving_of_topics_gives_the_same_bytes(data: st.DataObject) -> None:
    """The decisions' topic keeps its order; the same start, again and again, may come between any two of them."""
    expected = in_order()
    table = opened()
    while table.waiting:
        if data.draw(st.booleans(), label="start again"):
            again = command_record(FULL, source=f"/again/{len(table.said)}")
            assert table.give_record(Record(**{**fields(again), "id": f"again-{len(table.said)}"})) == []
        table.give(table.waiting.pop(0))
    assert [event.body() for event in table.said] == [event.body() for event in expected.said]


@settings(max_examples=25)
@given(data=st.data())
def test_games_do_not_hang_on_the_order_in_which_seats_answer(data: st.DataObject) -> None:
    table = opened()
    while table.waiting:
        table.give(table.waiting.pop(data.draw(st.integers(0, len(table.waiting) - 1))))
    assert contents(table.said) == contents(in_order().said)
    assert [event.number for event in of(table.said, TurnResolved)] == list(range(1, FULL_TURNS + 1))
    assert of(table.said, SessionFinished) == of(in_order().said, SessionFinished)


MOVES = st.tuples(st.sampled_from([None, None, None, PauseSession, ResumeSession, CancelSession]), st.integers(0, 11))


@settings(max_examples=40)
@given(moves=st.lists(MOVES, max_size=30))
def test_races_with_people_end_in_one_consistent_session(moves: list[tuple[type[Event] | None, int]]) -> None:
    table = opened()
    for number, (kind, place) in enumerate(moves):
        if kind:
            table.give(command(kind, number))
        elif table.waiting:
            table.give(table.waiting.pop(place % len(table.waiting)))
    if table.course.phase == "playing":
        table.give(command(ResumeSession, len(moves)))
    table.play_out()
    assert_consistent(table)


def assert_consistent(table: Table) -> None:
    (finished,) = of(table.said, SessionFinished)
    end = table.said.index(finished)
    assert end == len(table.said) - 1, "nothing is told after the end of play"
    resolved = of(table.said, TurnResolved)
    assert finished.turns == len(resolved)
    assert sum(finished.turns_by_agent.values()) == sum(len(turn.actions) for turn in resolved)
    assert finished.cancelled or finished.turns == FULL_TURNS
    paused = False
    for event in table.said:
        if isinstance(event, SessionPaused | SessionResumed):
            assert paused is isinstance(event, SessionResumed)
            paused = isinstance(event, SessionPaused)
        assert not (paused and isinstance(event, ScenarioPresented)), "presented while paused"
    expected = contents(in_order().said)
    for game_id, told in contents(table.said).items():
        assert told == expected[game_id][: len(told)], "what was played is what would have been"


def fields(record: Record) -> dict[str, Any]:
    return {name: getattr(record, name) for name in Record.__slots__}


def test_pause_holds_new_turns_and_resume_presents_each_once() -> None:
    table = opened()
    assert [type(event) for event in table.give(command(PauseSession))] == [SessionPaused]
    answers, table.waiting = table.waiting, []
    made = [event for answer in answers for event in table.give(answer)]
    assert {type(event) for event in made} == {TurnResolved}
    resumed, *presented = table.give(command(ResumeSession))
    assert isinstance(resumed, SessionResumed) and resumed.turns == len(made) == len(presented)
    assert [event.game_id for event in presented] == sorted(event.game_id for event in presented)
    assert table.give(command(ResumeSession, 2)) == []


def test_cancel_ends_at_once_and_late_decisions_change_nothing() -> None:
    table = opened()
    table.give(table.waiting.pop(0))
    (finished,) = table.give(command(CancelSession))
    assert (finished.cancelled, finished.turns, finished.actor, finished.reason) == (True, 0, "ann", "because")
    assert finished.turns_by_agent == {"a": 0, "b": 0, "c": 0}
    before = table.course
    table.play_out()
    assert table.course.games.items() == before.games.items()
    assert table.said[-1] is finished
    assert not table.driver.rejected
    (completed,) = table.give(SessionJudged(session_id=SESSION, verdicts=3))
    assert completed == SessionCompleted(session_id=SESSION, cancelled=True)
    assert table.give(command(CancelSession, 2)) == []


@pytest.mark.parametrize("kind", [PauseSession, ResumeSession, CancelSession])
def test_who_never_started_cannot_be_steered(kind: type[Event]) -> None:
    table = Table()
    assert table.give(command(kind)) == []
    assert table.rejection().code == "unknown-session"


@pytest.mark.parametrize("kind", [PauseSession, ResumeSession, CancelSession])
def test_what_is_over_cannot_be_steered(kind: type[Event]) -> None:
    table = opened()
    table.play_out()
    assert table.give(command(kind)) == []
    assert table.rejection().code == "session-over"
    assert "judging" in table.rejection().message


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"game_id": "g099"}, "unknown-game"),
        ({"turn": 2}, "unknown-turn"),
        ({"turn": 0}, "unknown-turn"),
        ({"seat": 2}, "unknown-seat"),
        ({"seat": -1}, "unknown-seat"),
        ({"agent_id": "c"}, "seat-taken"),
        ({"presented_id": "elsewhere"}, "presented-id"),
    ],
)
def test_decisions_that_nobody_asked_for_are_refused(change: dict[str, Any], code: str) -> None:
    table = opened()
    before = table.course
    assert table.give(table.waiting[0].model_copy(update=change)) == []
    assert table.rejection().code == code
    assert table.course.games == before.games


def test_a_decision_for_an_unknown_session_is_refused() -> None:
    table = Table()
    table.give(opened().waiting[0])
    assert table.rejection().code == "unknown-session"


@pytest.mark.parametrize("game_id", ["g001", "s-a"])
@pytest.mark.parametrize("option", ["flee", None])
def test_an_option_that_was_not_offered_counts_as_illegal_not_as_chosen(game_id: str, option: str | None) -> None:
    table = opened()
    first, *others = [decision for decision in table.waiting if decision.game_id == game_id]
    made = table.give(first.model_copy(update={"option": option}))
    for other in others:
        made += table.give(other)
    (turn,) = of(made, TurnResolved)
    assert turn.actions[0].outcome == "illegal"
    shown = of(table.said, ScenarioPresented, game_id)[0]
    assert turn.actions[0].intended in {offered.id for offered in shown.options}


def test_the_same_training_under_the_same_id_is_ignored_another_one_refused() -> None:
    table = opened()
    again = command_record(FULL)
    assert table.give_record(Record(**{**fields(again), "id": "again"})) == []
    assert not table.driver.rejected
    other = command_record(training(name="other"))
    assert table.give_record(Record(**{**fields(other), "id": "other"})) == [], "a session that lives is not rejected"
    assert table.rejection().code == "session-exists"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"agents": [{"id": "x", "adapter": "bultin"}, *cast("silent")]},
            "agents[0].adapter: unknown adapter 'bultin'; did you mean 'builtin'? valid: builtin",
        ),
        (
            {"agents": cast("silent", "tat-for-tit")},
            "agents[1].config: strategy: unknown 'tat-for-tit'; valid: always-cooperate,",
        ),
        ({"games": [{"game": "prisoners-dilemma", "repetitions": 1_000}] * 6}, "games: 6,000 matches"),
        ({"games": [{"game": "prisoners-dilemma", "rounds": 10_000, "repetitions": 500}]}, "5,000,000 turns"),
    ],
)
def test_a_training_that_cannot_be_played_is_rejected_in_clear_words(change: dict[str, Any], words: str) -> None:
    table = Table()
    (rejected,) = table.give(training(**change))
    assert isinstance(rejected, SessionRejected)
    assert words in rejected.reason == table.rejection().message
    assert table.course.phase == "unknown"
    (admitted, *_) = table.give_record(Record(**{**fields(command_record(training())), "id": "corrected"}))
    assert isinstance(admitted, SessionAdmitted), "corrected, the same id may start"


def test_judgement_before_the_end_of_play_is_refused() -> None:
    table = opened()
    assert table.give(SessionJudged(session_id=SESSION, verdicts=3)) == []
    assert table.rejection().code == "not-finished"


def test_a_session_never_mixes_two_sets_of_templates() -> None:
    table = opened()
    kept = table.driver.kept[SESSION]
    pinned = kept.state.model_copy(update={"templates": "f" * 64})
    table.driver.kept[SESSION] = type(kept)(pinned, kept.seen, kept.sent)
    (failed,) = table.give(next(decision for decision in table.waiting if decision.game_id == "s-a"))
    assert isinstance(failed, SessionFailed)
    assert "templates ffffffffffff, and this release has others by now" in failed.reason
    table.play_out()
    assert table.said[-1] is failed


def test_games_that_a_decision_does_not_touch_are_shared() -> None:
    course, _ = director.begin(Course(), FULL, adapters={"builtin": lambda config: []}, constitution="", dictionary="")
    first = opened().waiting[0]
    moved, _ = director.hear(course, first)
    assert moved.games["g001"] is not course.games["g001"]
    assert all(moved.games[game] is course.games[game] for game in course.games if game != "g001")
    assert moved.rulesets is course.rulesets and moved.agents is course.agents
