"""Planted faults (tests/mutants.py) still have the places that they are put into."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.mutants import MUTANTS, ROOT, Mutant, planted


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_fault_can_be_planted_and_its_tests_are_there(mutant: Mutant, tmp_path: Path) -> None:
    for change in mutant.changes:
        (tmp_path / change.file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / change.file, tmp_path / change.file)
    planted(mutant, tmp_path)
    assert all((ROOT / test.partition("::")[0]).exists() for test in mutant.tests)
