"""Dead letters by the command line: explained without a model, sent again by pattern and at a rate, discarded."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from ethogram.cli.app import app
from ethogram.runtime.settle import Settler
from tests.integration.runtime.conftest import raw_call
from tests.integration.runtime.toy import toy

Run = Callable[..., Any]


@pytest.fixture
def run(kafka_bootstrap: str, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line on the broker and the database of the tests."""
    monkeypatch.setenv("ETHOGRAM_HOME", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", kafka_bootstrap)

    def command(*words: str, code: int = 0) -> Any:
        done = CliRunner().invoke(app, [*words, "--json"])
        assert done.exit_code == code, done.output
        return json.loads(done.stdout) if done.stdout.startswith(("[", "{")) else done.output

    return command


def test_what_fits_a_pattern_is_sent_again_at_a_rate_and_the_rest_is_left(
    run: Run, engine: Engine, name: str, session_id: str
) -> None:
    kinds = ("refuse", "refuse", "burst", "refuse")
    Settler(toy(name, effects=False), engine).settle(
        [raw_call(session_id, turn, kind) for turn, kind in enumerate(kinds, 1)]
    )
    letters = run("dlq", "list", "--service", name)
    assert [letter["code"] for letter in reversed(letters)] == ["refused", "refused", "unforeseen", "refused"]
    said = run("dlq", "explain", *(str(letter["id"]) for letter in letters))
    patterns = {each["code"]: each["triage"]["pattern"] for each in said}
    assert patterns["refused"] != patterns["unforeseen"]
    assert "KIND:NAME" in run("dlq", "explain", "--model", "sage", code=2)
    nobody = ("--model", "openai-compatible:m", "--base-url", "http://127.0.0.1:9/v1")
    assert run("dlq", "explain", *(str(letter["id"]) for letter in letters), *nobody) == said
    assert all(each["triage"][part] for each in said for part in ("severity", "cause", "next_step", "confidence"))

    began = time.monotonic()
    done = run("dlq", "redrive", "--all", "--service", name, "--pattern", patterns["refused"], "--rate", "4")
    assert time.monotonic() - began >= 2 / 4
    assert len(done["sent"]) == 3 and done["refused"] == {}
    left = run("dlq", "list", "--service", name, "--status", "new")
    assert [letter["code"] for letter in left] == ["unforeseen"]

    only = str(left[0]["id"])
    assert "reason" in run("dlq", "discard", only, "--reason", " ", code=2)
    assert run("dlq", "discard", only, "--reason", "a test of ours")["discarded"] == [left[0]["id"]]
    assert run("dlq", "show", only)["reason"].endswith(": a test of ours")
    assert "discarded" in json.dumps(run("dlq", "redrive", only, code=1)["refused"])
