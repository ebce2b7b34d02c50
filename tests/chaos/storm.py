"""Many sessions at once while processes are killed at random. `python -m tests.chaos.storm --kills 200 --seed 7`.

Checked of every session afterwards: it ended, no turn is lost or doubled, its log and its replay verify, and what was
concluded is what an undisturbed session with the same seed concluded. The seed is printed: it chooses victims and
pauses (the moments themselves depend on the machine).
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from ethogram.audit import attest
from ethogram.cli.replaying import services
from ethogram.client import new_session_id, publish
from ethogram.devserver.supervisor import SERVICES
from ethogram.events import (
    Chance,
    ScenarioPresented,
    ScoreUpdated,
    SessionCompleted,
    StartTraining,
    TurnResolved,
    VerdictIssued,
)
from ethogram.events.envelope import Record
from ethogram.runtime.history import session_histories
from ethogram.runtime.keys import trusted_keys
from tests.running import Running, running_stack

VICTIMS = (*(name for name in SERVICES if name != "gateway"), "kafka", "postgres")
STRATEGIES = ("tit-for-tat", "grim-trigger", "random")
ROUNDS = 20
KINDS = 3
"""Different trainings; each is played undisturbed once."""
PATIENCE_S = 300.0


def training(kind: int) -> StartTraining:
    """One of the trainings, under a session id of its own."""
    body = {
        "name": f"storm {kind}", "seed": 100 + kind,
        "agents": [{"id": name, "adapter": "builtin", "config": {"strategy": name}} for name in STRATEGIES],
        "games": [{"game": "prisoners-dilemma", "rounds": ROUNDS, "noise": 0.05}],
    }  # fmt: skip
    return StartTraining.model_validate({**body, "session_id": new_session_id()})


def storm(running: Running, *, kills: int, sessions: int, seed: int, pause_s: float = 3.0) -> dict[str, Any]:
    """Play, kill, wait, check; what was found, with an empty list of `faults` if every promise was kept."""
    calm = {kind: _play(running, [training(kind)])[0] for kind in range(KINDS)}
    chance = Chance(seed, "storm")
    commands = [training(number % KINDS) for number in range(sessions)]
    killed: Counter[str] = Counter()
    recoveries = []
    for turn in range(kills):
        for command in commands[turn * sessions // kills : (turn + 1) * sessions // kills]:
            publish(command, running.bootstrap)  # a few before each kill: it strikes sessions that run
        time.sleep(chance.uniform() * pause_s)
        victim = chance.choice(VICTIMS)
        if (took := _kill(running, victim)) is not None:
            killed[victim] += 1
            recoveries.append(took)
    told = _await(running, [command.session_id for command in commands])
    faults = [
        f"{command.session_id} (training {number % KINDS}): {fault}"
        for number, command in enumerate(commands)
        for fault in _faults(running, told[command.session_id], calm[number % KINDS])
    ]
    return {
        "seed": seed, "sessions": sessions, "kills": dict(killed), "faults": faults,
        "recovery_s": {"median": sorted(recoveries)[len(recoveries) // 2], "longest": max(recoveries)}
        if recoveries else {},
    }  # fmt: skip


def _play(running: Running, commands: Sequence[StartTraining]) -> list[list[Record]]:
    for command in commands:
        publish(command, running.bootstrap)
    told = _await(running, [command.session_id for command in commands])
    return [told[command.session_id] for command in commands]


def _await(running: Running, ids: Sequence[str]) -> dict[str, list[Record]]:
    """Histories of sessions, once each has its closing checkpoint or patience is over."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        told = {name: history.records for name, history in session_histories(running.settings, ids).items()}
        if all(map(_closed, told.values())) or time.monotonic() > deadline:
            return told
        time.sleep(2)


def _closed(records: Sequence[Record]) -> bool:
    return any(getattr(record.event, "closing", False) for record in records if "checkpoint" in record.event.TYPE)


def _faults(running: Running, records: Sequence[Record], calm: Sequence[Record]) -> list[str]:
    if not any(isinstance(record.event, SessionCompleted) for record in records):
        return ["it did not end"]
    faults = []
    events = [record.event for record in {record.id: record for record in records}.values()]
    for kind in (ScenarioPresented, TurnResolved):
        turns = Counter((event.game_id, event.turn) for event in events if isinstance(event, kind))
        if len(turns) != len(STRATEGIES) * ROUNDS or turns.total() != len(turns):
            faults.append(f"{kind.__name__}: {len(turns)} turns, {turns.total()} events")
    found = attest(records, trusted_keys(running.settings), services())
    if not found.verified:
        first = found.replay.first.summary if found.replay and found.replay.first else ""
        faults.append(f"not verified: {found.log.summary} {first}")
    if _conclusions(records) != _conclusions(calm):
        faults.append("it concluded something else than the undisturbed session")
    return faults


def _conclusions(records: Sequence[Record]) -> list[tuple[Any, ...]]:
    """Verdicts with every vote and scores, without ids (they derive from the session's)."""
    said: set[tuple[Any, ...]] = set()
    for event in (record.event for record in records):
        if isinstance(event, VerdictIssued):
            votes = tuple((vote.judge, vote.vote, vote.reasons, vote.articles) for vote in event.votes)
            said.add((event.agent_id, event.verdict, event.conditions, votes))
        elif isinstance(event, ScoreUpdated):
            said.add((event.agent_id, event.total, event.rank, tuple(sorted(event.metrics.items()))))
    return sorted(said, key=repr)


def _kill(running: Running, victim: str) -> float | None:
    """Kill one process and wait until another one stands in its place; seconds, None if there was none to kill."""
    before = _pid(running, victim)
    if before is None:
        return None
    with suppress(ProcessLookupError):
        os.kill(before, signal.SIGKILL)
    began = time.monotonic()
    while _pid(running, victim) in (None, before) and time.monotonic() - began < 60:
        time.sleep(0.1)
    return round(time.monotonic() - began, 1)


def _pid(running: Running, victim: str) -> int | None:
    known = running.stack.status()
    part = known[victim] if victim in ("kafka", "postgres") else known["services"][victim]
    pid = part.get("pid")
    return pid if isinstance(pid, int) else None


def main() -> int:
    """Exit code 1 if a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--sessions", type=int, default=50)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**6)
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)
    with running_stack() as running:
        found = storm(running, kills=given.kills, sessions=given.sessions, seed=given.seed)
    print(json.dumps(found, indent=1))
    return int(bool(found["faults"]))


if __name__ == "__main__":
    raise SystemExit(main())
