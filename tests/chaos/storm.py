"""Many sessions at once while processes are killed at random, and a table of what came of it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from typing import Any

from ethogram.events import Chance
from tests.chaos.field import Field
from tests.chaos.victims import NAMES, Victims
from tests.running import Running

Say = Callable[[str], None]


def storm(
    running: Running, *, kills: int, sessions: int, seed: int, minutes: float = 18, pause_s: float = 3.0,
    say: Say = lambda words: None,
) -> dict[str, Any]:  # fmt: skip
    """Play, kill, wait, check; what was found, with an empty list of `faults` if every promise was kept.

    `sessions` are under way before each kill; after `minutes` there is no further one. The seed chooses victims and
    pauses; the moments depend on the machine.
    """
    field, victims, chance = Field(running, sessions + sessions // 4), Victims(running), Chance(seed, "storm")
    field.play_calmly()
    say(f"{len(field.calm)} trainings played undisturbed; now {sessions} sessions at once")
    began, at_once = time.monotonic(), list[int]()
    while (killed := len(at_once)) < kills and time.monotonic() - began < 60 * minutes:
        field.top_up()
        time.sleep(chance.uniform() * pause_s)
        victim = chance.choice(NAMES)
        under_way = field.under_way()
        if under_way < sessions or not victims.is_ready(victim):  # who is not back yet is no new victim
            continue
        if victims.kill(victim):
            at_once.append(under_way)
            say(f"{killed + 1}: {victim}, {under_way} sessions were under way, {len(field.started)} in all")
    struck = round(time.monotonic() - began)
    ready = victims.await_all()
    drained = field.settle()
    say(f"all sessions came to an end {drained} s after the last kill; now every one of them is checked")
    faults = field.faults() + ([] if ready else ["not every process came back"])
    return {
        "seed": seed, "kills": killed, "struck_s": struck, **field.summary(), "at_once": [min(at_once), max(at_once)],
        "recoveries": victims.summary(),
        "load": [round(each, 1) for each in os.getloadavg()], "drained_s": drained, "faults": faults,
    }  # fmt: skip


def table(found: Mapping[str, Any]) -> str:
    """What a storm found, as docs/explanation/nothing-lost.md has it."""
    least, most = found["at_once"]
    kept = "no fault" if not found["faults"] else f"**{len(found['faults'])} faults**"
    head = [
        "| run | kills | sessions | what was found |", "|---|---|---|---|",
        f"| seed {found['seed']} | {found['kills']} in {found['struck_s']} s | {found['sessions']}, {least} to {most} "
        f"under way at each | {kept}: {found['turns']:,} turns, drained {found['drained_s']} s "
        f"after the last kill; load {found['load'][-1]} |",
        "", "| killed | times | back after, median | longest | 10 s or more | of these: broker or database away |",
        "|---|---|---|---|---|---|",
    ]  # fmt: skip
    rows = [
        f"| {name} | {each['kills']} | {each['median_s']} s | {each['longest_s']} s | {each['late']} | "
        f"{each['waited']} |"
        for name, each in found["recoveries"].items()
    ]
    return "\n".join([*head, *rows])
