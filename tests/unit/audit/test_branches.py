"""Branches: where a fork begins, and what is told of both."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ethogram.audit.branches import compared, turns_before
from ethogram.events import DecisionMade, EthogramError, ScenarioPresented, TurnResolved, VerdictIssued
from ethogram.events.envelope import Record

from .toys import START, Race

LOG = Race(4).play(START)
TURNS = {record.event.number: record for record in LOG if isinstance(record.event, TurnResolved)}


def otherwise(record: Record, choice: str) -> Record:
    """A turn in which everybody did something else."""
    turn = record.event
    assert isinstance(turn, TurnResolved)
    actions = tuple(action.model_copy(update={"executed": choice, "intended": choice}) for action in turn.actions)
    return replace(record, event=turn.model_copy(update={"actions": actions}), raw=None)


@pytest.mark.parametrize("number", sorted(TURNS))
def test_a_fork_begins_after_the_turn_that_is_named(number: int) -> None:
    assert turns_before(LOG, TURNS[number].id) == number


def test_before_a_decision_counts_what_its_game_had_come_to() -> None:
    for record in LOG:
        if isinstance(record.event, DecisionMade | ScenarioPresented):
            place = (record.event.game_id, record.event.turn - 1)
            before = [number for number, one in TURNS.items() if (one.event.game_id, one.event.turn) == place]
            assert turns_before(LOG, record.id) == (before[0] if before else 0)


def test_other_events_are_no_place_to_fork_at() -> None:
    verdict = next(record for record in LOG if isinstance(record.event, VerdictIssued))
    for event_id in (verdict.id, "nothing"):
        with pytest.raises(EthogramError, match="fork at a turn"):
            turns_before(LOG, event_id)


def test_a_session_beside_itself_shows_no_difference() -> None:
    found = compared(LOG, LOG, 4)
    assert found.turns == 4 and not found.differing and not found.parted
    assert all(each.origin == each.fork for each in found.agents)


def test_the_first_turn_played_otherwise_is_told_and_one_before_the_fork_is_a_fault() -> None:
    changed = [otherwise(record, "X") if record is TURNS[3] else record for record in LOG]
    turn = TURNS[3].event
    assert isinstance(turn, TurnResolved)
    place = f"{turn.game_id}/{turn.turn}"
    assert compared(LOG, changed, 2).parted == place and compared(LOG, changed, 2).differing == ()
    assert compared(LOG, changed, 3).differing == (place,)
