"""Lock files of Python packages: complete, hashed, without any address."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[3]
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-axelrod.txt")
LINE = re.compile(r"[a-z0-9.-]+==[^ ]+( \\\n    --hash=sha256:[0-9a-f]{64})+")


def packages(*files: str) -> dict[str, str]:
    """Names and versions in lock files."""
    text = "\n".join((ROOT / file).read_text(encoding="utf-8") for file in files)
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", text, re.MULTILINE))


@pytest.mark.parametrize("file", LOCKS)
def test_a_lock_has_nothing_but_exact_versions_with_digests(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[a-z#])", text.strip())
    assert all(entry.startswith("#") or LINE.fullmatch(entry) for entry in entries)


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


EXTRAS = ("mcp", "langchain", "figures", "inspect")
UNLOCKED = {line for extra in EXTRAS for line in PROJECT["optional-dependencies"][extra]}
"""What nothing needs by default; its tests are skipped where it is missing."""


@pytest.mark.parametrize("extra", [None, *PROJECT["optional-dependencies"]])
def test_locks_satisfy_what_the_project_asks_for(extra: str | None) -> None:
    asked = PROJECT["optional-dependencies"][extra] if extra else PROJECT["dependencies"]
    wanted = [line for line in asked if line not in UNLOCKED]
    locked = packages(*LOCKS)
    for requirement in map(Requirement, wanted):
        if requirement.name != "ethogram":
            version = locked.get(requirement.name.lower().replace("_", "-"))
            assert version and requirement.specifier.contains(version), f"{requirement}: the lock has {version}"


def test_no_package_stands_in_two_locks() -> None:
    assert sum(len(packages(file)) for file in LOCKS) == len(packages(*LOCKS)) + len(_shared())


def _shared() -> set[str]:
    return set(packages("requirements-dev.txt")) & set(packages("requirements-axelrod.txt"))
