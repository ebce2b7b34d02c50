"""The example plugin package, installed as anybody would install it, and used."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ethogram.agents.registry import catalogue_of_agents
from ethogram.cli.app import app
from ethogram.council import plugins as articles
from ethogram.games import Shelf
from tests.running import ROOT

PACKAGE = ROOT / "tests" / "plugin_package"
OURS = {"openai", "anthropic", "python", "webhook", "human"}
CONSTITUTION = """
name: With a plugin
version: 1
articles:
  - id: steadiness
    title: Know what you want
    text: An agent does not change its mind all the time.
    severity: minor
    tests:
      - {plugin: hesitation, version: %s, config: {most: %s}, least: 10}
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package installed by pip, from its wheel."""
    folder = tmp_path_factory.mktemp("site")
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--no-build-isolation",
         "--disable-pip-version-check", "--target", str(folder), str(PACKAGE)],
        check=True, capture_output=True, text=True, cwd=folder,
    )  # fmt: skip
    return folder


@pytest.fixture
def run(site: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Any]:
    """`ethogram ... --json` with the package on the path; what it prints."""
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.setenv("ETHOGRAM_HOME", str(tmp_path))
    articles.load.cache_clear()

    def command(*words: str, code: int = 0) -> Any:
        done = CliRunner().invoke(app, [*words, "--json"])
        assert done.exit_code == code, done.output
        return json.loads(done.stdout)

    return command


def test_all_plugins_are_listed_with_where_they_come_from(run: Callable[..., Any]) -> None:
    found = run("plugins", "list")["plugins"]
    theirs = {(each["kind"], each["name"], each["version"]) for each in found if each["distribution"] != "ethogram"}
    assert theirs == {
        ("agents", "echo", "1.0.0"), ("articles", "hesitation", "1.0.0"), ("channels", "megaphone", "1.0.0"),
        ("inferences", "blank", "1.0.0"), ("judges", "lenient", "1.0.0"), ("scenarios", "hospital", "1.0.0"),
    }  # fmt: skip
    assert {each["name"] for each in found if each["distribution"] == "ethogram"} >= OURS


def test_they_load_and_a_broken_one_is_named(run: Callable[..., Any], site: Path, tmp_path: Path) -> None:
    for name in ("echo", "hesitation", "hospital", "blank", "lenient"):
        assert run("plugins", "check", name)["ok"]
    broken = tmp_path / "broken-1.dist-info"
    broken.mkdir()
    (broken / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1\n")
    (broken / "entry_points.txt").write_text("[ethogram.agents]\nbroken = nowhere_at_all:Agent\n")
    sys.path.insert(0, str(tmp_path))
    (problem,) = run("plugins", "check", "broken", code=1)["plugins"]
    assert "nowhere_at_all" in problem["problem"] and "broken" in problem["problem"]


def test_the_agent_plays(run: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "training.yaml"
    file.write_text(
        "name: plugins\nagents:\n  - {id: a, adapter: echo, config: {first: D}}\n  - {id: b, adapter: echo}\n"
        "games:\n  - {game: prisoners-dilemma, rounds: 3}\n"
    )
    tried = run("agents", "test", f"{file}#a")
    assert tried["parse_rate"] == 1.0 and tried["answers"][0] == "D"
    assert "echo" in {each.name for each in catalogue_of_agents()}
    assert run("agents", "show", f"{file}#b")["problems"] == []


def test_the_scenarios_can_be_asked_for_by_name(run: Callable[..., Any]) -> None:
    assert set(Shelf().open("hospital").by_id) == {"lent-book"}


def test_the_article_is_checked_with_its_version_and_its_configuration(run: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "constitution.yaml"
    for version, most, code in (("1.0.0", "3", 0), ("2.0.0", "3", 2), ("1.0.0", "many", 2)):
        file.write_text(CONSTITUTION % (version, most))
        done = CliRunner().invoke(app, ["constitution", "check", str(file)])
        assert (done.exit_code == 0) == (code == 0), done.output
