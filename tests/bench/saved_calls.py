"""`python -m tests.bench.saved_calls`: how many calls of a training that is played again come from the cache.

The director, the adapter with the provider's own SDK, and its caches are the real ones; the provider is a stand-in on
this machine that takes its time. No stack is needed.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ethogram.agents.seats import decided_purely, to_ask
from ethogram.events import DecisionMade, Event, ModelCallRecorded, ScenarioPresented, StartTraining
from ethogram.services.agent_runner import effects
from ethogram.services.scenario_generator.service import scenario_generator
from ethogram.topology import Deps, Driver, command_record
from tests.integration.models.stand_in import Say, StandIn

PROVIDER_S = 0.1
ROUNDS = 10
REPLY = Say('{"option": "C", "confidence": 0.8, "reasoning": "fair play"}', delay_s=PROVIDER_S)
OTHER = {"id": "other", "adapter": "builtin", "config": {"strategy": "tit-for-tat"}}


def training(url: str, seed: int, other: str = "tit-for-tat") -> StartTraining:
    """Two models and a strategy, each against each, with noise from the seed."""
    models = [
        {"id": name, "adapter": "openai-compatible", "config": {"model": f"stand-in-{name}", "base_url": f"{url}/v1"}}
        for name in ("ann", "bob")
    ]
    return StartTraining.model_validate({
        "session_id": "11111111-2222-4333-8444-555555555555", "name": "saved calls", "seed": seed,
        "agents": [*models, {**OTHER, "config": {"strategy": other}}],
        "games": [{"game": "prisoners-dilemma", "rounds": ROUNDS, "noise": 0.1}],
    })  # fmt: skip


async def played(command: StartTraining, home: Path) -> dict[str, Any]:
    """Play it with a runner that has just started, and count its calls."""
    deps = Deps(SimpleNamespace(home=home, models_urls=(), models_keys=()), time.monotonic)
    director, began = Driver(scenario_generator), time.perf_counter()
    waiting = [record.event for record in director.feed(command_record(command))]
    calls: list[ModelCallRecorded] = []
    while waiting:
        turns = [event for event in waiting if isinstance(event, ScenarioPresented)]
        said = [
            event for answers in await asyncio.gather(*(_answers(turn, deps) for turn in turns)) for event in answers
        ]
        calls += [event for event in said if isinstance(event, ModelCallRecorded)]
        decisions = [command_record(event) for event in said if isinstance(event, DecisionMade)]
        waiting = [record.event for decision in decisions for record in director.feed(decision)]
    await asyncio.gather(*(adapter.close() for adapter in effects._made.values()))
    effects._made.clear()  # the next runner has nothing in memory
    saved = sum(call.cached for call in calls)
    return {
        "calls": len(calls), "saved": saved, "share_saved": round(saved / len(calls), 3),
        "seconds": round(time.perf_counter() - began, 2),
    }  # fmt: skip


async def _answers(turn: ScenarioPresented, deps: Deps) -> list[Event]:
    asked = await asyncio.gather(*(effects.ask_seat(turn, task, deps) for task in to_ask(turn)))
    return [*decided_purely(turn), *(event for answers in asked for event in answers)]


async def figures(home: Path) -> dict[str, Any]:
    """A training, the same once more, and two that differ from it."""
    async with StandIn((REPLY,)) as provider:
        return {
            "first time": await played(training(provider.url, 1), home),
            "again, same seed": await played(training(provider.url, 1), home),
            "same seed, the strategy replaced": await played(training(provider.url, 1, "always-defect"), home),
            "another seed": await played(training(provider.url, 2), home),
            "asked of the provider": len(provider.asked),
        }


def main() -> None:
    """Print the figures as JSON."""
    with tempfile.TemporaryDirectory() as home:
        print(json.dumps(asyncio.run(figures(Path(home))), indent=2))


if __name__ == "__main__":
    main()
