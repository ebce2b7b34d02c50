"""Axelrod's tournament, small: played by his library and by our services, match for match. The whole of it, over a real
bus, is `python -m tests.bench.axelrod_tournament`."""

from __future__ import annotations

from collections import defaultdict

import pytest

from ethogram.agents import observe
from ethogram.agents.adapter import Request
from ethogram.agents.axelrod_library import _question
from ethogram.agents.axelrod_process import Table
from ethogram.agents.builtin import lean
from ethogram.agents.observation import Answer
from ethogram.agents.seats import decision, seat_of
from ethogram.events import Event, ScenarioPresented, StartTraining, TournamentConcluded, TurnResolved
from ethogram.topology import Bus
from tests.bench.axelrod_tournament import STRATEGIES, of_library, training
from tests.unit.games.stage import SESSION, of
from tests.unit.games.whole import SERVICES

axelrod = pytest.importorskip("axelrod")
FEW, TURNS = (2, 4, 9, 10, 14, 17), 20


def played(names: tuple[str, ...], turns: int) -> list[Event]:
    """The session in memory; the library's players sit where its process would."""
    table = Table(axelrod)

    def answer(event: ScenarioPresented, task: str) -> tuple[Event, ...]:
        seat = seat_of(event, task)
        seen = observe(event, seat)
        request = Request(event.session_id, event.game_id, seat.seat, seat.agent_id, seat.config, seen)
        return (decision(event, seat, Answer(option=lean(table.act(_question(request)), seen))),)

    command = StartTraining.model_validate({"session_id": SESSION, **training(names, turns)})
    return [record.event for record in Bus(SERVICES[:2], {ScenarioPresented: answer}).play(command)]


def test_scores_and_ranking_are_those_of_the_library() -> None:
    names = tuple(STRATEGIES[place] for place in FEW)
    theirs, their_ranking = of_library(names, TURNS)
    events, totals = played(names, TURNS), defaultdict(lambda: defaultdict(float))
    for turn in of(events, TurnResolved):
        for one in turn.actions:
            totals[turn.game_id][one.agent_id] += one.payoff
    assert {tuple(scores): tuple(scores.values()) for scores in totals.values()} == theirs
    (told,) = of(events, TournamentConcluded)
    assert [one.agent_id for one in told.standings] == their_ranking
