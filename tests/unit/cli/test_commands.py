"""Commands that need no server: help, files that are refused, a stack that is not there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ethogram.cli import main
from ethogram.cli.app import app

COMMANDS = (
    "demo", "up", "down", "status", "doctor", "start", "pause", "resume", "cancel", "play", "swap", "sessions", "watch",
    "report", "export", "champions", "replay", "topics list", "topics apply", "topics describe", "schemas export",
    "schemas check",
    "dlq list", "dlq show", "dlq redrive", "agents list", "agents show", "agents test", "agents register", "version",
    "judges agreement", "judges evaluate", "leaderboard",
    "constitution check", "constitution explain", "constitution diff",
    "constitution check", "constitution explain", "constitution diff", "judges agreement", "judges evaluate",
    "leaderboard", "people list", "people add", "approvals list", "approvals answer",
    "approvals check", "override", "overrule", "inject",
)  # fmt: skip


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Runs `ethogram ...` in this process, with an empty home."""
    for name in [name for name in os.environ if name.startswith(("ETHOGRAM", "KAFKA", "DATABASE"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ETHOGRAM_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "120")

    def command(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["ethogram", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        code = ended.value.code
        shown = capsys.readouterr()
        return Done(code if isinstance(code, int) else 0, shown.out, shown.err)

    return command


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    done = CliRunner().invoke(app, [*command.split(), "--help"], env={"COLUMNS": "120"})
    assert done.exit_code == 0 and "Usage:" in done.output


def test_everything_that_prints_can_print_json() -> None:
    for command in set(COMMANDS) - {"demo"}:
        done = CliRunner().invoke(app, [*command.split(), "--help"], env={"COLUMNS": "120", "NO_COLOR": "1"})
        assert "--json" in done.output, command


def test_help_imports_neither_kafka_nor_the_database_nor_pydantic() -> None:
    heavy = "{'confluent_kafka', 'sqlalchemy', 'pydantic', 'numpy', 'fastapi'}"
    code = f"import sys, ethogram.cli.app; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize(
    "command", ["report latest", "sessions", "watch latest", "dlq list", "topics list", "champions"]
)
def test_without_a_stack_the_exit_code_is_3_and_the_words_say_how_to_start_one(
    run: Callable[..., Done], command: str
) -> None:
    done = run(*command.split())
    assert done.code == 3
    assert "ethogram up" in done.err and "Traceback" not in done.err


def test_a_stopped_stack_is_said_to_be_stopped(run: Callable[..., Done]) -> None:
    done = run("status", "--json")
    assert done.code == 3 and json.loads(done.out)["state"] == "stopped"
    assert run("down").code == 0


@pytest.mark.parametrize(
    "arguments", [("start", "nowhere.yaml"), ("dlq", "redrive"), ("start",), ("nonsense",), ("report", "a", "b")]
)
def test_what_was_given_wrongly_is_exit_code_2(run: Callable[..., Done], arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.code == 2 and done.err and "Traceback" not in done.err


def test_a_training_file_with_mistakes_is_refused_with_line_and_field(run: Callable[..., Done], tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text("name: x\nagents:\n  - {id: a, adapter: builtin, config: {strategy: tit-for-tat}}\n"
                    "  - {id: a, adapter: builtin, config: {strategy: tit-for-tat}}\n"
                    "games:\n  - {game: prisoners-dilemma, rounds: 0}\n")  # fmt: skip
    done = run("start", str(file))
    assert done.code == 2, done.err
    assert "bad.yaml:6" in done.err and "rounds" in done.err


def test_a_wrong_setting_is_named(run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ETHOGRAM_API_PORT", "many")
    done = run("status")
    assert done.code == 2 and "ETHOGRAM_API_PORT" in done.err
