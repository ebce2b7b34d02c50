"""Whole sessions in memory, with the services as they are: director, runner, tracker, inference, judge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ethogram.events import Event, ScenarioPresented, SessionCompleted, SessionFinished, StartTraining
from ethogram.services.action_tracker.service import action_tracker
from ethogram.services.agent_runner.service import agent_runner
from ethogram.services.inference_worker.service import inference_worker
from ethogram.services.judge.service import judge
from ethogram.services.scenario_generator.service import scenario_generator
from ethogram.topology import Bus, Service
from tests.unit.games.stage import SESSION

PLAY = (scenario_generator, agent_runner, action_tracker)
SERVICES = (*PLAY, inference_worker, judge)


def agents(*strategies: str | dict[str, str]) -> list[dict[str, Any]]:
    """One built-in agent per strategy, called a, b, ..."""
    return [
        {"id": chr(97 + place), "adapter": "builtin", "config": {"strategy": one} if isinstance(one, str) else one}
        for place, one in enumerate(strategies)
    ]


def played(cast: list[dict[str, Any]], *games: dict[str, Any], seed: int = 7) -> list[Event]:
    """The play of a session, without what is inferred from it and judged; nothing went to the dead letters."""
    events = _told(PLAY, cast, games, seed)
    assert any(isinstance(event, SessionFinished) for event in events)
    return events


def session(cast: list[dict[str, Any]], *games: dict[str, Any], seed: int = 7) -> list[Event]:
    """All events of a session; it was judged, and nothing in it went to the dead letters."""
    events = _told(SERVICES, cast, games, seed)
    assert any(isinstance(event, SessionCompleted) for event in events)
    return events


def _told(services: Sequence[Service[Any]], cast: list[dict[str, Any]], games: Sequence[Any], seed: int) -> list[Event]:
    body = {"session_id": SESSION, "name": "whole", "seed": seed, "agents": cast, "games": list(games)}
    bus = Bus(services, {ScenarioPresented: lambda event, task: ()})  # no seat has to be asked
    events = [record.event for record in bus.play(StartTraining.model_validate(body))]
    for driver in bus.drivers.values():
        assert not driver.rejected, driver.rejected[0][1]
    return events
