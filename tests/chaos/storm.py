"""Many sessions at once while processes are killed at random."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ethogram.events import Chance
from tests.chaos.field import Field
from tests.chaos.victims import NAMES, Victims
from tests.running import Running

Say = Callable[[str], None]


def storm(
    running: Running, *, kills: int, sessions: int, seed: int, pause_s: float = 3.0, say: Say = lambda words: None
) -> dict[str, Any]:
    """Play, kill, wait, check; what was found, with an empty list of `faults` if every promise was kept.

    `sessions` are under way before each kill. The seed chooses victims and pauses; the moments depend on the machine.
    """
    field, victims, chance = Field(running, sessions), Victims(running), Chance(seed, "storm")
    field.play_calmly()
    killed = 0
    while killed < kills:
        under_way = field.top_up()
        time.sleep(chance.uniform() * pause_s)
        victim = chance.choice(NAMES)
        if victims.is_ready(victim) and victims.kill(victim):  # who is not back yet is no new victim
            killed += 1
            say(f"{killed}: {victim}, {under_way} sessions were under way, {len(field.started)} in all")
    ready = victims.await_all()
    drained = field.settle()
    faults = field.faults() + ([] if ready else ["not every process came back"])
    return {
        "seed": seed, "kills": killed, **field.summary(), "recoveries": victims.summary(),
        "drained_s": drained, "faults": faults,
    }  # fmt: skip
