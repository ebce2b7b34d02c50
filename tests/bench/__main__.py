"""`python -m tests.bench`: figures of the whole system, as ratios against a yardstick measured in the same run."""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from ethogram.events import ScenarioPresented
from ethogram.runtime.history import session_records
from tests.bench.replaying import replay_speed
from tests.bench.round_trip import raw_round_trips
from tests.running import Running, running_stack

STRATEGIES = ("tit-for-tat", "grim-trigger", "random", "win-stay-lose-shift", "alternator", "always-cooperate")


def training(agents: int, rounds: int) -> dict[str, Any]:
    """A training of scripted agents only: what is measured is the platform."""
    return {
        "name": f"bench {agents} x {rounds}", "seed": 1,
        "agents": [
            {"id": f"a{number}", "adapter": "builtin", "config": {"strategy": STRATEGIES[number % len(STRATEGIES)]}}
            for number in range(agents)
        ],
        "games": [{"game": "prisoners-dilemma", "rounds": rounds, "noise": 0.02}],
    }  # fmt: skip


def quantile(values: list[float], share: float) -> float:
    """The value below which `share` of the values lie."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def latency(running: Running, folder: Path) -> dict[str, float]:
    """Milliseconds from one presented turn to the next, in one session at rest, against two raw round trips."""
    session = running.play(training(2, 200), folder)["session_id"]
    stamps = sorted(
        record.raw.timestamp
        for record in session_records(running.settings, session)
        if isinstance(record.event, ScenarioPresented) and record.raw
    )
    steps = [float(later - earlier) for earlier, later in pairwise(stamps)]
    raw = [2_000 * seconds for seconds in raw_round_trips(running.bootstrap)]
    return {
        "turn_p50_ms": quantile(steps, 0.5), "turn_p99_ms": quantile(steps, 0.99),
        "two_round_trips_p50_ms": round(quantile(raw, 0.5), 2), "two_round_trips_p99_ms": round(quantile(raw, 0.99), 2),
        "ratio_p50": round(quantile(steps, 0.5) / quantile(raw, 0.5), 1),
        "ratio_p99": round(quantile(steps, 0.99) / quantile(raw, 0.99), 1),
    }  # fmt: skip


def throughput(running: Running, folder: Path, agents: int = 20, rounds: int = 50) -> dict[str, float]:
    """Turns per second of one large session from its command to its verdict."""
    began = time.perf_counter()
    report = running.play(training(agents, rounds), folder)
    seconds = time.perf_counter() - began
    turns = sum(game["rounds"] for game in report["games"])
    return {"turns": turns, "seconds": round(seconds, 2), "turns_per_second": round(turns / seconds, 1)}


def memory(running: Running) -> dict[str, float]:
    """Proportional set size per process in MB, at rest."""
    status = running.stack.status()
    processes = {"kafka": status["kafka"], "postgres": status["postgres"], **status["services"]}
    return {name: _pss(process["pid"]) for name, process in processes.items() if process["pid"]}


def _pss(pid: int) -> float:
    children = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    own = next(
        int(line.split()[1]) for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines() if "Pss:" in line
    )
    return round(own / 1024 + sum(map(_pss, children)), 1)


def main() -> None:
    """Print the figures as JSON."""
    with running_stack() as running, tempfile.TemporaryDirectory() as scratch:
        figures = {
            "up_s": running.stack.status()["ready_after_s"],
            "memory_mb": memory(running),
            "latency": latency(running, Path(scratch)),
            "throughput": throughput(running, Path(scratch)),
            "replay": replay_speed(running),
        }
    figures["memory_mb"]["all"] = round(statistics.fsum(figures["memory_mb"].values()), 1)
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
