"""Planted faults: each is put into a copy of the tree, and the tests named with it must fail there.

`python -m tests.mutants [NAME...]` ends with 1 if a fault goes unnoticed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
RUNTIME = "libs/ethogram/runtime"
INBOX = f"{RUNTIME}/store/inbox.py"
FIRST_TABLES = f"{RUNTIME}/store/migrations/versions/0001_initial_tables.py"
INBOX_KEY = '        sa.PrimaryKeyConstraint("service", "event_id"),\n'
HEARING = "libs/ethogram/council/hearing.py"
SETTLE = "tests/integration/runtime/test_settle.py"
TRIMMING = "tests/integration/runtime/test_trimming.py"
PROCESS = "tests/integration/runtime/test_process.py::test_a_process_whose_place_another_one_took_ends"
SIMULATION = "tests/integration/runtime/test_simulation.py"
REPLAY = "tests/replay/test_histories.py"
ORDERED = "tests/unit/audit/test_people_in_replay.py::test_verdicts_come_in_the_order_of_names_and_of_no_set"
SEEDS = ("0", "1", "2", "3")
"""Of PYTHONHASHSEED: the order of a set is another one with each."""


@dataclass(frozen=True)
class Change:
    """One place in one file; it must be there exactly once."""

    file: str
    old: str
    new: str


@dataclass(frozen=True)
class Mutant:
    """A fault, and the tests that must notice it."""

    name: str
    changes: tuple[Change, ...]
    tests: tuple[str, ...]
    seeds: tuple[str, ...] = ("0",)


MUTANTS = (
    Mutant("the inbox is not asked", (
        Change(INBOX, "scalars())\n    conflicting =", "scalars()) | set(ids)\n    conflicting ="),
    ), (SIMULATION, SETTLE)),
    Mutant("the inbox has no unique key", (
        Change(FIRST_TABLES, INBOX_KEY, ""),
    ), (SIMULATION, SETTLE)),
    Mutant("offsets move without compare-and-set", (
        Change(f"{RUNTIME}/store/offsets.py", "\n        AND mine.epoch = new.epoch\n", "\n"),
    ), (SETTLE,)),
    Mutant("an answer counts without its lease", (
        Change(f"{RUNTIME}/store/tasks.py", "tasks.token = mine.token AND ", ""),
    ), (SETTLE,)),
    Mutant("an answer counts for another lease of its task", (
        Change(f"{RUNTIME}/answers.py", "if entry.held in mine]", "if entry.held[:2] in {each[:2] for each in mine}]"),
    ), (SIMULATION,)),
    Mutant("what another process left unsent of a session is overtaken", (
        Change(f"{RUNTIME}/store/outbox.py",
               "return [_posted(row) for row in connection.exec_driver_sql(_OLDER, given)]", "return []"),
    ), (SIMULATION, SETTLE)),
    Mutant("what a killed process left is never sent", (
        Change(f"{RUNTIME}/producer.py", "return _relay_all(connection, outlet, service)", "return 0"),
    ), (SIMULATION,)),
    Mutant("a member of a group that was replaced stays and is deaf", (
        Change(f"{RUNTIME}/consumer.py", " or error.code() == KafkaError._FATAL", ""),
    ), (PROCESS,)),
    Mutant("the inbox forgets who was redriven", (
        Change(INBOX, "SET failed = false, numbered = false", "SET failed = false"),
    ), (TRIMMING,)),
    Mutant("the inbox forgets what has no number", (
        Change(INBOX, "AND numbered AND NOT failed", "AND NOT failed"),
    ), (TRIMMING,)),
    Mutant("a redriven record enters again and again", (
        Change(INBOX, "ANY(%(ids)b::text[]) AND failed RETURNING", "ANY(%(ids)b::text[]) RETURNING"),
        Change(INBOX, "if row.failed and row.event_id in redriven", "if row.event_id in redriven"),
    ), (SETTLE,)),
    Mutant("a gap is let through", (
        Change("libs/ethogram/topology/machine.py", "if number > last + 1 + between:", "if False:"),
    ), ("tests/unit/topology/test_step.py",)),
    Mutant("everybody waits for a dead letter", (
        Change("libs/ethogram/topology/machine.py",
               "    return _passed(kept, stream, last, tuple(sorted((*aside, number))[-ASIDE:]))", "    return kept"),
    ), ("tests/unit/topology/test_step.py",)),
    Mutant("a rule looks at the clock", (
        Change("libs/ethogram/behaviour/profiles.py", "            payoff=self.payoff,",
               "            payoff=self.payoff + __import__(\"time\").time() % 1,"),
    ), (REPLAY,)),
    Mutant("a rule draws lots of its own", (
        Change(HEARING, " competence(conduct,", " __import__(\"random\").random() * competence(conduct,"),
    ), ("tests/unit/council", REPLAY)),
    Mutant("a rule goes by the order of a set", (
        Change(HEARING, "tuple(sorted(event.profiles))", "tuple(set(event.profiles))"),
    ), (ORDERED,), SEEDS),
    Mutant("sums of floats are not quantised", (
        Change("libs/ethogram/events/canonical.py", "return round(value, DECIMALS) + 0.0", "return value + 0.0"),
    ), (REPLAY, "tests/unit/events")),
)  # fmt: skip


def planted(mutant: Mutant, tree: Path) -> None:
    """Put a fault into a tree; AssertionError if its place is not there exactly once."""
    for change in mutant.changes:
        path = tree / change.file
        text = path.read_text(encoding="utf-8")
        assert text.count(change.old) == 1, f"{mutant.name}: {text.count(change.old)} places in {change.file}"
        path.write_text(text.replace(change.old, change.new), encoding="utf-8")


def noticed(mutant: Mutant) -> str:
    """The test that fails because of a fault; empty if none does."""
    with tempfile.TemporaryDirectory(prefix="ethogram-mutant-") as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(ROOT, tree, symlinks=True, ignore=shutil.ignore_patterns(".git", ".venv", ".*_cache"))
        planted(mutant, tree)
        for seed in mutant.seeds:
            environment = {
                **os.environ, "PYTHONPATH": f"{tree / 'libs'}{os.pathsep}{tree}", "PYTHONHASHSEED": seed,
                "ETHOGRAM_SEQUENCES": "10",
            }  # fmt: skip
            done = subprocess.run(
                [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *mutant.tests],
                cwd=tree, env=environment, capture_output=True, text=True, check=False,
            )  # fmt: skip
            if done.returncode == 1:
                failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
                return failed[0].partition(" - ")[0].removeprefix("FAILED ") if failed else "?"
            assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-2_000:]
    return ""


def main(names: Sequence[str]) -> int:
    """Plant each fault and tell which test notices it."""
    unnoticed = 0
    for mutant in MUTANTS:
        if names and mutant.name not in names:
            continue
        test = noticed(mutant)
        unnoticed += not test
        print(f"{mutant.name}: {test or 'UNNOTICED'}", flush=True)
    return int(unnoticed > 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
