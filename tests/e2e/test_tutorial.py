"""The tutorial, followed word for word in an empty folder."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ethogram.cli.app import app
from tests.contract.documented import BLOCK, commands_of
from tests.running import ROOT, Running

PAGE = ROOT / "docs" / "tutorial" / "first-session.md"
WRITTEN = re.compile(r"^```(?:python|yaml)\n# (\S+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
STACK = frozenset({"up", "down", "init"})
"""The stack of this test run stands already; the project is written where it looks for agents."""


def test_the_tutorial_can_be_followed(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ETHOGRAM_HOME", str(running.home))
    monkeypatch.setenv("ETHOGRAM_API_PORT", str(running.settings.api_port))
    text = PAGE.read_text(encoding="utf-8")
    _run(("init", str(running.project)))
    monkeypatch.chdir(running.project)
    for path, content in WRITTEN.findall(text):
        Path(path).write_text(content, encoding="utf-8")
    typed = [words for block in BLOCK.findall(text) for line in block.splitlines() for words in commands_of(line)]
    assert {words[0] for words in typed} >= {"start", "report", "replay", "agents", "scenarios", *STACK}
    for words in typed:
        if words[0] not in STACK:
            _run(words)
    found = json.loads(_run(("report", "latest", "--json")))
    assert found["name"] == "duel" and {each["agent_id"] for each in found["agents"]} == {"patient", "impatient"}


def _run(words: tuple[str, ...]) -> str:
    done = CliRunner().invoke(app, list(words), env={"COLUMNS": "160"})
    assert done.exit_code == 0, f"ethogram {' '.join(words)}: {done.output}\n{done.exception!r}"
    return done.stdout
