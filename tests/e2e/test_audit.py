"""The evidence of a session, by the command line: proved, exported, withheld in part, published, listed."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ethogram.cli.app import app
from ethogram.events import LADDER, AuditCheckpoint, DecisionMade, LadderMoved, StartTraining, TitleHeld
from ethogram.runtime.history import session_records
from tests.running import Running
from tests.unit.audit.second_verifier import second_opinion

TRAINING: dict[str, Any] = {
    "name": "evidence", "seed": 4,
    "agents": [
        {"id": "tft", "adapter": "builtin", "config": {"strategy": "tit-for-tat"}},
        {"id": "mine", "adapter": "python", "config": {"callable": "examples.agents:cautious"}},
    ],
    "games": [{"game": "prisoners-dilemma", "rounds": 4}],
}  # fmt: skip
Command = Callable[..., Any]


@pytest.fixture
def command(running: Running, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command line on the running stack, in this process: a process of its own takes a second each time."""
    monkeypatch.setenv("ETHOGRAM_HOME", str(running.home))

    def run(*words: str, code: int = 0) -> Any:
        done = CliRunner().invoke(app, list(words))
        assert done.exit_code == code, done.output
        return json.loads(done.stdout) if done.stdout.startswith(("[", "{")) else done.output

    return run


@pytest.fixture(scope="module")
def session(running: Running, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A short session."""
    return str(running.play(TRAINING, tmp_path_factory.mktemp("evidence"))["session_id"])


def test_any_event_is_proved_also_those_of_no_session(running: Running, session: str, command: Command) -> None:
    decision = next(each for each in session_records(running.settings, session) if isinstance(each.event, DecisionMade))
    proof = command("audit", "prove", decision.id, "--json")
    assert proof["holds"] and (proof["session_id"], proof["event_id"]) == (session, decision.id)
    assert command("audit", "consistency", session, "--json")["holds"]
    deadline = time.monotonic() + 60
    ladder = session_records(running.settings, LADDER)
    while not {LadderMoved, TitleHeld, AuditCheckpoint} <= {type(each.event) for each in ladder}:
        assert time.monotonic() < deadline, "the ladder has not moved"
        time.sleep(0.2)
        ladder = session_records(running.settings, LADDER)
    moved = next(each for each in ladder if isinstance(each.event, LadderMoved))
    assert command("audit", "prove", moved.id, "--json")["holds"]
    open_log = command("audit", "verify", LADDER, "--json", code=1)
    assert open_log["log"]["status"] == "open" and open_log["log"]["place"] is None


def test_a_bundle_is_verified_by_the_key_alone_and_tells_nothing_that_was_withheld(
    session: str, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, part, keys = (tmp_path / name for name in ("whole.zip", "part.zip", "keys.jwks"))
    keys.write_text(json.dumps(command("audit", "keys", "export")))
    command("audit", "export", session, "--out", str(whole))
    told = command("audit", "export", session, "--out", str(part), "--redact", "decision.made.option", "--json")
    assert told["withheld"] > 0
    monkeypatch.setenv("ETHOGRAM_HOME", str(tmp_path / "elsewhere"))  # no stack, no key
    found = command("audit", "verify", str(whole), "--key", str(keys), "--json")
    assert found["verified"] and found["replay"]["differences"] == []
    assert command("audit", "verify", str(part), "--key", str(keys), "--json")["withheld"] == told["withheld"]
    jwks = json.loads(keys.read_text())
    assert second_opinion(whole.read_bytes(), jwks) == second_opinion(part.read_bytes(), jwks) == "verified"
    unsigned = command("audit", "verify", str(whole), "--json", code=1)
    assert unsigned["summary"] == "consistent, signer unknown"


@pytest.mark.skipif(not (shutil.which("git") and shutil.which("ssh-keygen")), reason="needs git and ssh-keygen")
def test_checkpoints_are_published_as_commits_that_git_verifies(
    session: str, command: Command, tmp_path: Path
) -> None:
    trail = tmp_path / "trail"
    told = command("audit", "publish", "--git", str(trail), session, "--json")
    assert len(told["commits"]) == told["checkpoints"] > 0
    subprocess.run(["git", "-C", str(trail), "verify-commit", *told["commits"]], check=True, capture_output=True)
    assert command("audit", "publish", "--git", str(trail), session, "--json")["commits"] == []


def test_the_audit_log_says_who_did_what_when_and_the_verdict(session: str, command: Command) -> None:
    lines = command("audit", "log", session, "--json")
    started = next(line for line in lines if line["what"] == StartTraining.TYPE)
    assert started["said"] == "accepted" and started["who"] and started["when"]
    assert {"approve", "approve-with-conditions", "reject", "escalate"} & {
        str(line["said"]).partition(":")[0] for line in lines
    }
    decided = command("audit", "log", session, "--decisions", "--limit", "500", "--json")
    assert {"tft", "mine"} <= {str(line["what"]).rpartition(" ")[2] for line in decided}


def test_sessions_of_a_span_of_time_are_replayed_together(running: Running, session: str, command: Command) -> None:
    report = running.json("report", session)
    began = datetime.fromisoformat(report["started_at"]).replace(microsecond=0, tzinfo=None)
    span = ("--from", began.isoformat(), "--to", (began + timedelta(seconds=1)).isoformat())
    found = {each["session_id"]: each for each in command("replay", *span, "--json")["sessions"]}
    assert found[session]["verified"] and found[session]["digests"]["verdicts"] == report["audit"]["verdicts"]
    assert command("replay", "--from", "2000-01-01", "--to", "2001-01-01", "--json") == {
        "verified": True, "sessions": [],
    }  # fmt: skip
    assert "--all" in command("replay", session, "--all", code=2)
