"""Named scenarios: one disturbance each, sessions before, during and after it, and every promise checked."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ethogram.events import Chance
from tests.chaos import disturbances as happen
from tests.chaos.field import Field
from tests.chaos.victims import Victims
from tests.running import running_stack


@dataclass(frozen=True)
class Scenario:
    """What happens, and what is needed for it."""

    disturb: Callable[[Field, Victims, Chance], None]
    lacking: Callable[[], str] = lambda: ""
    disk: str = ""
    """Whose data lie on a small disk of their own."""


SCENARIOS: dict[str, Scenario] = {
    "database-gone": Scenario(happen.gone("postgres")),
    "broker-gone": Scenario(happen.gone("kafka")),
    "broker-restarts": Scenario(happen.broker_restarts),
    "two-workers": Scenario(happen.two_workers),
    "zombies": Scenario(happen.zombies),
    "clock-jumps": Scenario(happen.clock_jumps, happen.needs_faketime),
    "duplicates": Scenario(happen.duplicates),
    "broker-disk-full": Scenario(happen.full_disk("kafka"), happen.needs_root, "kafka"),
    "database-disk-full": Scenario(happen.full_disk("postgres"), happen.needs_root, "postgres"),
}


def play(name: str, *, sessions: int, seed: int) -> dict[str, Any]:
    """Play one scenario on a stack of its own; what was found."""
    scenario = SCENARIOS[name]
    if reason := scenario.lacking():
        return {"scenario": name, "skipped": reason, "faults": []}
    with ExitStack() as stack:

        def prepare(home: Path) -> None:
            if scenario.disk:
                stack.enter_context(happen.small_disk(happen.disk_of(home, scenario.disk)))

        running = stack.enter_context(running_stack(prepare, agents_allow=("tests.chaos.*",)))
        field, victims = Field(running, sessions), Victims(running)
        field.play_calmly()
        field.top_up()
        time.sleep(3)
        began = time.monotonic()
        scenario.disturb(field, victims, Chance(seed, name))
        lasted = round(time.monotonic() - began, 1)
        field.top_up()
        ready = victims.await_all()
        drained = field.settle()
        faults = field.faults() + ([] if ready else ["not every process came back"])
        return {
            "scenario": name, "seed": seed, "disturbed_s": lasted, **field.summary(),
            "drained_s": drained, "faults": faults,
        }  # fmt: skip
