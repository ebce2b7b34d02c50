"""Rules of the house that no reviewer should have to remember."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import ROOT

LONGEST = 500
OURS = ("libs", "services", "scripts")
MACHINE = re.compile(r"(?<![\w.~/}-])/(?:" + "root|work" + r")/")
UNFINISHED = re.compile(r"\b(?:" + "TO" + r"DO|FIX" + r"ME|X" + r"XX|NotImplemented" + r"Error)\b")


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a git checkout")
    paths = (ROOT / name for name in listed.stdout.splitlines())
    return [path for path in paths if path.is_file() and not path.is_symlink()]


def _matches(pattern: re.Pattern[str], folders: tuple[str, ...] = ()) -> list[str]:
    found = []
    for path in _tracked():
        place = path.relative_to(ROOT)
        if "vendor" in place.parts or (folders and place.parts[0] not in folders):
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        found += [f"{place}: {match[0]}" for match in pattern.finditer(text)]
    return found


def test_no_file_knows_the_machine_that_it_was_written_on() -> None:
    assert _matches(MACHINE) == []


def test_nothing_is_left_for_later() -> None:
    assert _matches(UNFINISHED, OURS) == []


def test_the_patterns_see_what_they_look_for() -> None:
    assert MACHINE.search("open('" + "/work" + "/main/x')") and not MACHINE.search("src/work/x")
    assert UNFINISHED.search("# TO" + "DO: later")


def test_no_file_is_longer_than_a_reader_bears() -> None:
    files = [path for path in _tracked() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in OURS]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert lengths and {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_imports_go_down_only() -> None:
    tool = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "3 kept, 0 broken" in done.stdout, done.stdout + done.stderr
