"""Arenas in memory: the director, the runner and the council as they are, without what is only inferred."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ethogram.events import Event, ScenarioPresented, StartTraining
from ethogram.services.agent_runner.service import agent_runner
from ethogram.services.judge.service import judge
from ethogram.services.scenario_generator.service import scenario_generator
from ethogram.topology import Bus, Service
from tests.unit.games.stage import SESSION
from tests.unit.games.whole import agents

PLAYED = (scenario_generator, agent_runner, judge)
HONEST = "arena-honest"


def cheat(how: str, **more: Any) -> dict[str, Any]:
    """Configuration of a cheat."""
    return {"strategy": "arena-cheat", "cheat": how, **more}


def arena(*cast: Any, seed: int = 7, services: Sequence[Service[Any]] = PLAYED, **plan: Any) -> list[Event]:
    """All events of a session with an arena; nothing in it went to the dead letters."""
    body = {"session_id": SESSION, "name": "arena", "seed": seed, "agents": agents(*cast), "arena": plan}
    bus = Bus(services, {ScenarioPresented: lambda event, task: ()})
    events = [record.event for record in bus.play(StartTraining.model_validate(body))]
    for driver in bus.drivers.values():
        assert not driver.rejected, driver.rejected[0][1]
    return events
