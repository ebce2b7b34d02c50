"""`python -m tests.bench.costs`: what one turn costs: processor time by process, bytes on topics and in tables.

The capacity model (docs/how-to/capacity.md) is these figures times the turns that are wanted. Processor time is what a
process used, so other work on the machine changes it little.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import psutil
from sqlalchemy import create_engine, text

from ethogram.devserver.folders import Folders
from tests.bench.__main__ import training
from tests.running import Running, running_stack

AGENTS, ROUNDS, SESSIONS = 8, 50, 4
TABLES = "SELECT relname, pg_total_relation_size(relid) FROM pg_stat_user_tables"


def processor_s(running: Running) -> dict[str, float]:
    """Seconds of processor time so far, of each process with its children."""
    status = running.stack.status()
    parts = {"kafka": status["kafka"], "postgres": status["postgres"], **status["services"]}
    return {name: used_s(part["pid"]) for name, part in parts.items()}


def used_s(pid: int) -> float:
    """Seconds of processor time of a process with its children."""
    process = psutil.Process(pid)
    times = [each.cpu_times() for each in (process, *process.children(recursive=True))]
    return sum(each.user + each.system for each in times) + times[0].children_user + times[0].children_system


def topic_bytes(running: Running) -> int:
    """What stands in the logs of all topics of ours."""
    logs = Folders.at(running.home).kafka.glob("log/ethogram.*/*.log")
    return sum(path.stat().st_blocks * 512 for path in logs)


def table_bytes(running: Running) -> dict[str, int]:
    """What tables take with their indexes."""
    engine = create_engine(running.settings.database_url)
    with engine.connect() as connection:
        found = {name: int(size) for name, size in connection.execute(text(TABLES))}
    engine.dispose()
    return found


def main() -> None:
    """Print the figures as JSON."""
    with running_stack() as running, tempfile.TemporaryDirectory() as scratch:
        running.play(training(2, 10), Path(scratch))  # what only the first session costs is not counted
        before = processor_s(running), topic_bytes(running), table_bytes(running)
        reports = [running.play(training(AGENTS, ROUNDS), Path(scratch)) for _ in range(SESSIONS)]
        after = processor_s(running), topic_bytes(running), table_bytes(running)
    turns = sum(game["rounds"] for report in reports for game in report["games"])
    tables = {name: (size - before[2].get(name, 0)) / turns for name, size in after[2].items()}
    used = {name: (spent - before[0][name]) / turns * 1e3 for name, spent in after[0].items()}
    rounded = {name: round(each, 2) for name, each in used.items()}
    print(json.dumps({
        "turns": turns,
        "processor_ms_per_turn": {**rounded, "all": round(sum(used.values()), 2)},
        "topic_bytes_per_turn": round((after[1] - before[1]) / turns),
        "table_bytes_per_turn": {
            **{name: round(each) for name, each in sorted(tables.items(), key=lambda item: -item[1]) if each >= 1},
            "all": round(sum(tables.values())),
        },
    }, indent=2))  # fmt: skip


if __name__ == "__main__":
    main()
