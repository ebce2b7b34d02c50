"""The documentation is true: its commands exist, those that need no stack run, its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ethogram.cli.app import app
from ethogram.cli.examples import EXAMPLES
from ethogram.cli.reference import REFERENCE
from ethogram.cli.reference import pages as reference_pages
from ethogram.cli.reference.commands import commands
from ethogram.runtime.settings import Settings
from tests.contract.documented import named, pages, trouble
from tests.running import ROOT

OFFLINE = (
    "agents list", "agents show", "agents test", "config", "constitution", "judges evaluate", "plans check", "plugins",
    "scenarios",
    "schemas check",
    "version",
)  # fmt: skip
"""Commands that need no stack."""
LINK = re.compile(r"\]\((?!https?://|mailto:)([^)#\s]+)(?:#[^)]*)?\)")


def test_every_command_that_is_named_exists_with_these_options() -> None:
    found = named()
    assert len(found) > 80
    assert [f"{one.told}: {why}" for one in found if (why := trouble(one.words, whole=one.whole))] == []


def test_every_example_that_help_brings_is_of_a_command_that_exists() -> None:
    assert {f"ethogram {name}" for name in EXAMPLES} <= {path for path, _ in commands()}


def test_a_command_that_does_not_exist_is_found() -> None:
    assert trouble(("sessions", "--lmit", "3"), whole=False) and trouble(("dlq", "redriv"), whole=False)
    assert trouble(("start",), whole=True) and not trouble(("start",), whole=False)
    assert not trouble(("replay", "latest", "--verify"), whole=True)


def test_what_needs_no_stack_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ETHOGRAM_HOME", str(tmp_path))
    monkeypatch.chdir(ROOT)
    wanted = {one.words for one in named() if one.whole and _runs(one.words)}
    assert len(wanted) >= 5
    for words in sorted(wanted):
        done = CliRunner().invoke(app, list(words), env={"COLUMNS": "160"})
        assert done.exit_code == 0, f"ethogram {' '.join(words)}: {done.output}"


def test_every_link_leads_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages()
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []


def test_the_reference_is_that_of_the_code_and_nothing_else() -> None:
    written = reference_pages()
    assert set(REFERENCE.glob("*.md")) == set(written)
    stale = [page.name for page, text in written.items() if page.read_text(encoding="utf-8") != text]
    assert stale == [], "run scripts/generate"


def test_the_reference_names_every_command_and_every_setting() -> None:
    cli = (REFERENCE / "cli.md").read_text(encoding="utf-8")
    assert [path for path, _ in commands() if f"\n## {path}\n" not in cli] == []
    told = (REFERENCE / "configuration.md").read_text(encoding="utf-8")
    assert [name for name in Settings.model_fields if f"ETHOGRAM_{name.upper()}`" not in told] == []


def _runs(words: tuple[str, ...]) -> bool:
    files = [word.partition("#")[0] for word in words if "/" in word or "." in word]
    return " ".join(words).startswith(OFFLINE) and all((ROOT / file).exists() for file in files)
