"""The same seed says the same twice: on fresh data, with services restarted in between, byte for byte.

Called by scripts/test-same-seed. Ends with 1 at the first record that differs.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections import defaultdict
from typing import Any

from confluent_kafka import Producer

from ethogram.devserver.supervisor import SERVICES
from ethogram.events import AuditCheckpoint, EventId, StartTraining
from ethogram.events.envelope import Record, encode
from ethogram.runtime.history import session_records
from ethogram.topology import catalogue
from tests.running import Running, running_stack

STRATEGIES = ("tit-for-tat", "grim-trigger", "random", "always-cooperate")
AGENTS = [{"id": name, "adapter": "builtin", "config": {"strategy": name}} for name in STRATEGIES]
DUEL = {"game": "prisoners-dilemma", "rounds": 60, "noise": 0.1}
TRAININGS: dict[str, dict[str, Any]] = {
    "11111111-0000-4000-8000-000000000001": {
        "name": "same", "seed": 7, "agents": AGENTS,
        "scenarios": {"archetypes": ["loyalty", "betrayal", "scarcity"], "count": 40},
        "games": [{**DUEL, "rounds": 300}, {**DUEL, "pairing": "swiss"}, {**DUEL, "pairing": "single-elimination"}],
    },
    "11111111-0000-4000-8000-000000000002": {
        "name": "same arena", "seed": 7, "arena": {"rounds": 8, "cull": 3},
        "agents": [
            *({"id": f"honest-{number}", "adapter": "builtin", "config": {"strategy": "arena-honest"}}
              for number in range(5)),
            {"id": "cheat", "adapter": "builtin", "config": {"strategy": "arena-cheat", "cheat": "lie"}},
        ],
    },
}  # fmt: skip
"""What is played, by the id of its session: all scripted, for only what answers in time says the same every time."""

Said = dict[tuple[str, str], set[tuple[bytes, bytes, Any]]]
"""Key, value and headers of what was written, by topic and session."""


def main() -> int:
    """Play twice, compare, report."""
    first, second = played(restarting=False), played(restarting=True)
    for place in sorted(first.keys() | second.keys()):
        once, again = first[place], second[place]
        if once != again:
            print(f"{place[0]} of {place[1]}: {len(once - again)} records only without restarts, "
                  f"{len(again - once)} only with them, of {len(once)}, e.g.\n{min(once ^ again)}")  # fmt: skip
            return 1
    print(f"{sum(map(len, first.values()))} records on {len({topic for topic, _ in first})} topics: the same twice")
    return 0


def played(*, restarting: bool) -> Said:
    """What a fresh stack says of the trainings."""
    with running_stack() as running:
        producer = Producer({"bootstrap.servers": running.bootstrap, "partitioner": "murmur2_random", "log_level": 0})
        for session_id, training in TRAININGS.items():
            command = StartTraining.model_validate({**training, "session_id": session_id})
            asked = Record(command, EventId(command.id), "/test", "2026-01-01T00:00:00Z", session_id)
            key, value, headers = encode(asked)
            producer.produce(catalogue().topic_of(StartTraining).name, value, key, headers=list(headers))
        producer.flush(30)
        if restarting:
            restart_all(running)
        said: Said = defaultdict(set)
        for session_id in TRAININGS:
            running.await_state(session_id, "completed")
            running.run("replay", session_id, "--verify")  # once its log is closed, nothing of it is still to come
            for record in session_records(running.settings, session_id):
                if not isinstance(record.event, AuditCheckpoint):  # signed by a key of that stack alone
                    topic = catalogue().topic_of(type(record.event)).name
                    said[topic, session_id].add(encode(record))
        return said


def restart_all(running: Running) -> None:
    """Every service once, half of them without a warning, as soon as a session plays."""
    running.await_state(next(iter(TRAININGS)), "running")
    for number, name in enumerate(SERVICES):
        pid = running.stack.status()["services"][name]["pid"]
        assert running.state(next(iter(TRAININGS))) == "running", f"it was over before {name} was restarted"
        os.kill(pid, signal.SIGKILL if number % 2 else signal.SIGTERM)
        time.sleep(0.5)


if __name__ == "__main__":
    sys.exit(main())
