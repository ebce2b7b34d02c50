"""`python -m tests.bench.scale`: the same games with one, two and four processes of each worker, as ratios.

Two kinds of work: scripted games, which cost processor time and can only become faster where there are processors to
spare, and games whose agents take their time, which become faster where a runner's limit of calls at once is reached.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.members import await_shared, joined
from tests.running import Running, running_stack

WORKERS = ("scenario-generator", "agent-runner", "action-tracker", "inference-worker", "judge")
SESSIONS, ROUNDS = 8, 40
CALLS_AT_ONCE = 4
"""A small limit for each agent-runner, so that it is reached by few sessions."""
SLOW = {"adapter": "python", "config": {"callable": "tests.chaos.agents:patient"}}


def training(slow: bool) -> dict[str, Any]:
    """One session."""
    strategies = ("tit-for-tat", "grim-trigger", "random", "alternator")
    agents = [{"id": name, "adapter": "builtin", "config": {"strategy": name}} for name in strategies]
    if slow:
        agents = [{"id": f"slow-{number}", **SLOW} for number in range(2)]
    return {"name": "scale", "seed": 3, "agents": agents, "games": [{"game": "prisoners-dilemma", "rounds": ROUNDS}]}


def seconds(running: Running, folder: Path, slow: bool) -> float:
    """From the first command to the last verdict of all sessions."""
    began = time.perf_counter()
    sessions = [running.start(training(slow), folder) for _ in range(SESSIONS)]
    for session in sessions:
        assert running.await_state(session, "completed", "failed", timeout_s=900) == "completed"
    return time.perf_counter() - began


def measured(processes: int, folder: Path) -> dict[str, float]:
    """With so many processes of each worker."""
    limit = str(CALLS_AT_ONCE)
    with (
        running_stack(effects_at_once=CALLS_AT_ONCE, agents_allow=("tests.*",)) as running,
        joined(running, dict.fromkeys(WORKERS, processes - 1), ETHOGRAM_EFFECTS_AT_ONCE=limit),
    ):
        for worker in WORKERS:
            await_shared(running.bootstrap, worker, processes, timeout_s=180)
        return {kind: round(seconds(running, folder, kind == "slow"), 1) for kind in ("scripted", "slow")}


def main() -> None:
    """Print the figures as JSON."""
    with tempfile.TemporaryDirectory() as scratch:
        found = {processes: measured(processes, Path(scratch)) for processes in (1, 2, 4)}
    faster = {
        processes: {kind: round(found[1][kind] / took, 2) for kind, took in each.items()}
        for processes, each in found.items()
    }
    cores = len(os.sched_getaffinity(0))
    print(json.dumps({"cores": cores, "sessions": SESSIONS, "seconds": found, "times_faster": faster}, indent=2))


if __name__ == "__main__":
    main()
