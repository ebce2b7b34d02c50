"""Disturb a running stack and check what is left. Seeds are printed; the exit code is 1 if a promise was broken."""

from __future__ import annotations

import argparse
import json
import time
from typing import Any

from tests.chaos.scenarios import SCENARIOS, play
from tests.chaos.storm import storm, table
from tests.running import running_stack


def main() -> int:
    """Run the storm."""
    parser = argparse.ArgumentParser(prog="scripts/chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="kill -9 of a random process, so many times")
    parser.add_argument("--sessions", type=int, default=50, help="sessions under way before each kill")
    parser.add_argument("--minutes", type=float, default=18, help="after which nothing more is killed")
    parser.add_argument("--scenario", choices=[*SCENARIOS, "all"], help="one disturbance instead of random kills")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**6)
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)
    if given.scenario:
        names = list(SCENARIOS) if given.scenario == "all" else [given.scenario]
        return max(_told(play(name, sessions=given.sessions, seed=given.seed)) for name in names)
    with running_stack(agents_allow=("tests.chaos.*",)) as running:
        found = storm(
            running, kills=given.kills, sessions=given.sessions, seed=given.seed, minutes=given.minutes, say=_say
        )
    _say(table(found))
    return _told(found)


def _told(found: dict[str, Any]) -> int:
    _say(json.dumps(found, indent=1))
    return int(bool(found["faults"]))


def _say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
