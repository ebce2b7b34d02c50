"""An upgrade as people do it: sessions of an earlier release, one of them under way, are gone on with by this one.

Called by scripts/test-upgrade. Ends with 1 at the first thing that does not hold.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ethogram.devserver.ports import free_port
from tests.running import ROOT

LONG: dict[str, Any] = {
    "name": "under way", "seed": 9,
    "agents": [
        {"id": "tft", "adapter": "builtin", "config": {"strategy": "tit-for-tat"}},
        {"id": "grim", "adapter": "builtin", "config": {"strategy": "grim-trigger"}},
        {"id": "random", "adapter": "builtin", "config": {"strategy": "random"}},
    ],
    "games": [{"game": "prisoners-dilemma", "rounds": 1_000, "noise": 0.05}],
}  # fmt: skip
QUICK = "examples/training/quickstart.yaml"


@dataclass(frozen=True)
class Release:
    """A checkout with its own environment, and the data that it works on."""

    root: Path
    home: Path
    ports: dict[str, str]

    def run(self, *arguments: str) -> str:
        """Run its `ethogram`; what it prints. AssertionError if it does not end with 0."""
        done = subprocess.run(
            [self.root / ".venv/bin/ethogram", *arguments], cwd=self.root, capture_output=True, text=True, check=False,
            env={**os.environ, **self.ports, "ETHOGRAM_HOME": str(self.home)}, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, f"{arguments} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def json(self, *arguments: str) -> Any:
        """The same with --json, parsed."""
        return json.loads(self.run(*arguments, "--json"))

    def state(self, session: str) -> str:
        """The state of a session."""
        return next((str(one["state"]) for one in self.json("sessions") if one["session_id"] == session), "unknown")

    def await_state(self, session: str, wanted: str) -> None:
        """Wait until a session is in a state."""
        deadline = time.monotonic() + 120
        while (state := self.state(session)) != wanted:
            assert time.monotonic() < deadline and state not in ("failed", "rejected"), f"{session} is {state}"
            time.sleep(0.5)

    @contextmanager
    def up(self) -> Iterator[None]:
        """With its stack running."""
        self.run("up", "--detach")
        try:
            yield
        finally:
            self.run("down")


def main() -> int:
    """Play with the old one, go on with the new one, report."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("revision", help="of git: the release to come from")
    revision = given.parse_args().revision
    with tempfile.TemporaryDirectory(prefix="ethogram-upgrade-") as folder:
        Path(folder).chmod(0o755)  # started by root, PostgreSQL runs as nobody, who must be able to get there
        ports = {"ETHOGRAM_KAFKA_PORT": str(free_port()), "ETHOGRAM_API_PORT": str(free_port())}
        home = Path(folder) / "home"
        long = Path(folder) / "long.yaml"
        long.write_text(json.dumps(LONG), encoding="utf-8")  # JSON is YAML
        old = Release(checked_out(revision, Path(folder) / "old"), home, ports)
        with old.up():
            ended = old.json("start", QUICK, "--wait")["session_id"]
            under_way = old.json("start", str(long))["session_id"]
            old.await_state(under_way, "running")
            old.run("pause", under_way)
            old.await_state(under_way, "paused")
            told = old.json("report", ended)
        goes_on(Release(ROOT, home, ports), told, under_way)
    return 0


def checked_out(revision: str, folder: Path) -> Path:
    """That release with an environment of its own."""
    folder.mkdir()
    archive = subprocess.run(["git", "archive", revision], cwd=ROOT, capture_output=True, check=True).stdout
    subprocess.run(["tar", "--extract", "--directory", str(folder)], input=archive, check=True)
    subprocess.run(["scripts/environment", "requirements.txt"], cwd=folder, check=True)
    print(f"{revision}: installed", flush=True)
    return folder


def goes_on(new: Release, told: dict[str, Any], under_way: str) -> None:
    """What this release makes of the old one's data."""
    ended = str(told["session_id"])
    with new.up():
        now = new.json("report", ended)
        for part in ("games", "scenarios", "verdicts", "scores", "champion"):
            assert now[part] == told[part], f"{part} of the ended session: {now[part]}, before: {told[part]}"
        print("the session that had ended: the same games, scenarios, verdicts, scores and champion", flush=True)
        for session in (ended, under_way):
            if session == under_way:
                new.run("resume", under_way)
                new.await_state(under_way, "completed")
                assert new.json("report", under_way)["dead_letters"] == 0
                print("the session that was under way: resumed and completed, nothing set aside", flush=True)
            assert new.json("replay", session, "--verify")["verified"] is True
            new.run("audit", "verify", session)
            print("  its replay is identical, its log verifies", flush=True)
        fresh = new.json("start", QUICK, "--wait")["session_id"]
        assert new.json("replay", fresh, "--verify")["verified"] is True
        print("a new session: played and replayed", flush=True)


if __name__ == "__main__":
    sys.exit(main())
