"""Where settings come from: every combination of sources, and what `ethogram config show` says of it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ethogram.cli.app import app
from ethogram.events import SettingsError
from ethogram.runtime.origins import MASK, origins
from ethogram.runtime.settings import as_environment, load
from ethogram.runtime.sources import PROFILES, on_command_line, profile_files

Set = Callable[[Path, pytest.MonkeyPatch], Any]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, and nothing in the environment."""
    for name in [name for name in os.environ if name.startswith(("ETHOGRAM", "KAFKA", "DATABASE"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _dotenv(folder: Path, patch: pytest.MonkeyPatch) -> None:
    (folder / ".env").write_text("ETHOGRAM_DATABASE_URL=postgres://dotenv/x\n")


def _profile(folder: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("ETHOGRAM_PROFILE", "testing")
    (folder / "profiles").mkdir()
    (folder / "profiles" / "testing.yaml").write_text("database_url: postgres://profile/x\n")


def _file(folder: Path, patch: pytest.MonkeyPatch) -> None:
    (folder / "secret").write_text("postgres://file/x\n")
    patch.setenv("DATABASE_URL_FILE", str(folder / "secret"))


def _variable(folder: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("DATABASE_URL", "postgres://variable/x")


SOURCES: tuple[tuple[str, str, Set | None], ...] = (
    ("dotenv", ".env", _dotenv),
    ("profile", "profiles/testing.yaml", _profile),
    ("file", "DATABASE_URL_FILE", _file),
    ("variable", "DATABASE_URL", _variable),
    ("line", "command line", None),
)
"""Each wins over those before it: its host, how its origin is told, what sets it."""


@pytest.mark.parametrize("present", [*product((False, True), repeat=len(SOURCES))])
def test_every_combination_of_sources_gives_the_value_of_the_one_that_wins(
    present: tuple[bool, ...], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = [source for source, given in zip(SOURCES, present, strict=True) if given]
    for _, _, set_it in there:
        if set_it:
            set_it(folder, monkeypatch)
    with on_command_line({"database_url": "postgres://line/x"} if present[-1] else {}):
        value, origin = load().database_url, {each.name: each.origin for each in origins()}["database_url"]
    host, place, _ = there[-1] if there else ("ethogram@127.0.0.1:5432", "default", None)
    assert value == f"postgresql+psycopg://{host}/{'x' if there else 'ethogram'}"
    assert origin == place


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_of_the_release_is_valid_and_reaches_the_processes_of_the_stack(profile: str) -> None:
    assert all(path.is_file() for path in profile_files(profile))
    settings = load(profile=profile)
    assert settings.profile == profile and as_environment(settings)["ETHOGRAM_PROFILE"] == profile
    assert any(each.origin == f"profile {profile}" for each in _origins_of(profile))


def test_a_production_profile_lets_no_function_play_and_asks_for_a_login() -> None:
    settings = load(profile="production")
    assert settings.agents_allow == () and settings.kafka_security_protocol == "SASL_SSL"
    assert settings.deployment == "production"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("api_prot: 3\n", "api_port"),
        ("- 1\n", "setting: value"),
        ("a: [", "testing.yaml"),
        ("api_port: x\n", "API_PORT"),
    ],
)
def test_a_profile_with_a_mistake_is_named(text: str, words: str, folder: Path) -> None:
    (folder / "profiles").mkdir()
    (folder / "profiles" / "testing.yaml").write_text(text)
    with pytest.raises(SettingsError, match=words):
        load(profile="testing")


def test_an_unknown_profile_and_an_unknown_setting_are_refused_with_what_would_be_valid() -> None:
    done = CliRunner().invoke(app, ["--profile", "tesing", "config", "show"])
    assert isinstance(done.exception, SettingsError) and "testing" in str(done.exception)
    done = CliRunner().invoke(app, ["--set", "api_prot=3", "config", "show"], env={"COLUMNS": "200"})
    assert done.exit_code == 2 and "api_port" in done.output


def test_secrets_are_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://ann:hidden-1@db/x")
    monkeypatch.setenv("ETHOGRAM_MODELS_REDIS", "redis://:hidden-2@cache:6379/0")
    monkeypatch.setenv("ETHOGRAM_KAFKA_PASSWORD", "hidden-3")
    done = CliRunner().invoke(app, ["config", "show", "--json"])
    assert "hidden" not in done.output and done.output.count(MASK) == 3
    assert "ann" in done.output and "cache:6379" in done.output


def test_the_command_line_holds_for_one_command_only() -> None:
    done = CliRunner().invoke(app, ["--set", "api_port=4711", "config", "show", "--json"])
    shown = {each["name"]: each for each in json.loads(done.stdout)["settings"]}
    assert (shown["api_port"]["value"], shown["api_port"]["origin"]) == (4711, "command line")
    assert load().api_port == 8700


def test_a_dry_run_of_up_starts_and_writes_nothing(folder: Path) -> None:
    home = folder / "home"
    done = CliRunner().invoke(app, ["--set", f"home={home}", "up", "--dry-run", "--json"])
    plan = json.loads(done.stdout)
    assert plan["would"] == "start it" and "gateway" in plan["services"] and plan["home"] == str(home)
    assert not home.exists()


def test_a_new_project_is_whole_and_is_never_written_over(folder: Path) -> None:
    run = CliRunner().invoke
    planned = json.loads(run(app, ["init", "mine", "--dry-run", "--json"]).stdout)
    assert not planned["written"] and not (folder / "mine").exists()
    written = json.loads(run(app, ["init", "mine", "--json"]).stdout)
    assert written["files"] == planned["files"] == sorted(
        path.relative_to("mine").as_posix() for path in Path("mine").rglob("*") if path.is_file()
    )  # fmt: skip
    (folder / "mine" / "training.yaml").write_text("kept")
    assert run(app, ["init", "mine"]).exit_code != 0
    assert (folder / "mine" / "training.yaml").read_text() == "kept"


def _origins_of(profile: str) -> list[Any]:
    with on_command_line({"profile": profile}):
        return origins()
