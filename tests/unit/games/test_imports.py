"""A log of recorded games becomes one finished session, however it is cut into parts; what does not fit is refused."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ethogram.client.imports import imports_of
from ethogram.events import (
    CancelSession,
    Event,
    ImportGames,
    InvalidRecord,
    PauseSession,
    RecordedGame,
    RecordedSubject,
    Recording,
    SessionAdmitted,
    SessionFailed,
    SessionFinished,
    SessionRejected,
    TurnResolved,
)
from ethogram.games import Course, director, imports
from ethogram.principles.recorded import read_log
from ethogram.topology import Driver, Service, command_record, drive

from .stage import DIRECTOR, SESSION

TAKER = Service(
    name="scenario-generator", initial=Course(),
    decides={**DIRECTOR.decides, ImportGames: partial(imports.take, constitution="c0", dictionary="d0")},
    refuses={ImportGames: director.reject}, emits=DIRECTOR.emits,
)  # fmt: skip
OWN = {"a": ["CCDC", "DD"], "b": ["CDCDCDC"]}
OTHER = {"a": ["CDDC", "CD"], "b": ["DDDCCCC"]}


def part(number: int, parts: int, games: list[RecordedGame], choices: int = 13) -> ImportGames:
    subjects = tuple(RecordedSubject.model_validate({"id": name, "subject": name}) for name in "ab")
    return ImportGames(
        session_id=SESSION, name="log", part=number, subjects=subjects if number == 1 else (), games=tuple(games),
        recording=Recording(log="log.csv", digest="0" * 64, choices=choices, parts=parts),
    )  # fmt: skip


def pieces(cuts: set[int]) -> list[list[RecordedGame]]:
    """The log, cut into parts after these choices."""
    made: list[list[RecordedGame]] = [[]]
    told = 0
    for agent in "ab":
        for number, own in enumerate(OWN[agent]):
            first = 0
            for row in range(len(own)):
                told += 1
                last = row == len(own) - 1
                if last or told in cuts:
                    made[-1].append(RecordedGame.model_validate({
                        "agent_id": agent, "name": str(number), "own": list(own[first : row + 1]), "ended": last,
                        "other": list(OTHER[agent][number][first : row + 1]), "continues": first > 0,
                        "counterpart": "robot", "condition": "treatment=low",
                        "payoffs": [float(told)] * (row + 1 - first),
                    }))  # fmt: skip
                    first = row + 1
                if told in cuts:
                    made.append([])
    return [games for games in made if games]


def run(commands: list[Event]) -> Driver[Course]:
    return drive(TAKER, [command_record(command) for command in commands])


@settings(max_examples=40)
@given(st.sets(st.integers(1, 12)))
def test_however_a_log_is_cut_its_turns_are_the_same(cuts: set[int]) -> None:
    told = pieces(cuts)
    driver = run([part(number, len(told), games) for number, games in enumerate(told, 1)])
    assert not driver.rejected
    events = [record.event for record in driver.emitted]
    turns = [event for event in events if isinstance(event, TurnResolved)]
    assert isinstance(events[0], SessionAdmitted) and isinstance(events[-1], SessionFinished)
    assert [turn.number for turn in turns] == list(range(1, 14))
    assert "".join(turn.actions[0].executed for turn in turns) == "CCDCDDCDCDCDC"
    assert "".join(str(turn.actions[0].faced) for turn in turns) == "CDDCCDDDDCCCC"
    assert [turn.before for turn in turns[:7]] == ["", "CC", "CD", "DD", "", "DC", ""]
    assert [turn.turn for turn in turns] == [1, 2, 3, 4, 1, 2, 1, 2, 3, 4, 5, 6, 7]
    assert [turn.game_id for turn in turns[::6]] == ["r000001:0", "r000003:0", "r000003:0"]
    assert [turn.number for turn in turns if turn.last] == [4, 6, 13]
    assert all(turn.actions[0].decision_id == turn.id for turn in turns)
    assert events[-1].turns == 13 and events[-1].turns_by_agent == {"a": 6, "b": 7}
    assert turns[0].actions[0].counterpart == "robot" and turns[0].actions[0].condition == "treatment=low"


def test_a_part_that_comes_again_changes_nothing_and_a_missing_one_fails_the_session() -> None:
    one, two, three = (part(number, 3, games) for number, games in enumerate(pieces({4, 8}), 1))
    again = run([one, one, two, one, three, two])
    assert not again.rejected
    assert sum(isinstance(record.event, TurnResolved) for record in again.emitted) == 13
    broken = run([one, three, two])
    (failed,) = [record.event for record in broken.emitted if isinstance(record.event, SessionFailed)]
    assert "part: is 3, but part 2 has not come" in failed.reason
    assert sum(isinstance(record.event, TurnResolved) for record in broken.emitted) == 4


@pytest.mark.parametrize(
    ("games", "choices", "words"),
    [
        ([{"agent_id": "z", "own": ["C"], "other": ["C"]}], 1, "'z' is none of the subjects"),
        ([{"agent_id": "a", "own": ["C", "D"], "other": ["C"]}], 2, "tell 2, 1 and 0 rounds"),
        ([{"agent_id": "a", "own": ["C"], "other": ["C"], "continues": True}], 1, "the game before has ended"),
        ([{"agent_id": "a", "own": ["C"], "other": ["C"], "ended": False}], 1, "last part has not ended"),
        ([{"agent_id": "a", "own": ["C"], "other": ["C"]}], 2, "2 are announced, 1 were told"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(games: list[dict[str, object]], choices: int, words: str) -> None:
    command = part(1, 1, [RecordedGame.model_validate(game) for game in games], choices)
    driver = run([command])
    assert [type(record.event) for record in driver.emitted] == [SessionRejected]
    assert words in str(driver.rejected[0])


def test_an_import_cannot_be_paused_but_cancelled() -> None:
    one, two = (part(number, 2, games) for number, games in enumerate(pieces({4}), 1))
    driver = run([one, PauseSession(session_id=SESSION, command_id="p"),
                  CancelSession(session_id=SESSION, command_id="c", actor="x"), two])  # fmt: skip
    assert "nobody is asked in it" in str(driver.rejected[0])
    finished = driver.emitted[-1].event
    assert isinstance(finished, SessionFinished) and finished.cancelled and finished.turns == 4


def test_a_file_becomes_parts_that_the_director_takes(tmp_path: Path) -> None:
    rows = [f"P {who},{game},{turn},{'CD'[turn % 3 == 0]},{'CD'[turn % 2]},{turn / 2},low,bob" for who in (1, 2)
            for game in (1, 2) for turn in range(1, 701)]  # fmt: skip
    path = tmp_path / "log.csv"
    path.write_text("subject,game,round,choice,other_choice,payoff,treatment,counterpart\n" + "\n".join(rows))
    commands = imports_of(read_log(path), SESSION, name="x", digest="0" * 64)
    assert [command.part for command in commands] == [1, 2, 3] and commands[0].recording.choices == 2800
    assert [subject.id for subject in commands[0].subjects] == ["P-1", "P-2"]
    driver = run(list(commands))
    assert not driver.rejected
    turns = [record.event for record in driver.emitted if isinstance(record.event, TurnResolved)]
    assert len(turns) == 2800 and [turn.number for turn in turns if turn.last] == [700, 1400, 2100, 2800]
    acting = turns[-1].actions[0]
    assert (acting.payoff, acting.condition, acting.counterpart) == (350.0, "treatment=low", "bob")


def test_names_that_are_no_ids_become_distinct_ones(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("subject,game,round,choice,other_choice\n" + "".join(
        f"{who},1,1,C,C\n" for who in ("Ä b", "- b", "b", "§", "x" * 150)
    ))  # fmt: skip
    (command,) = imports_of(read_log(path), SESSION, name="x", digest="0" * 64)
    assert [subject.id for subject in command.subjects] == ["b", "b-2", "b-3", "subject", "x" * 50]
    path.write_text("subject,game,round,choice,other_choice\n" + f"{'x' * 300},1,1,C,C\n")
    with pytest.raises(InvalidRecord, match="more than 200 characters"):
        imports_of(read_log(path), SESSION, name="x", digest="0" * 64)
