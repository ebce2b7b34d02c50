"""Migrations stand in one line, each named after its number."""

from __future__ import annotations

import re
from pathlib import Path

from ethogram.runtime.store import migrations

VERSIONS = Path(migrations.__file__).parent / "versions"


def test_each_migration_follows_the_one_before() -> None:
    files = sorted(VERSIONS.glob("[0-9]*.py"))
    numbers = [path.name[:4] for path in files]
    assert numbers == [f"{number:04}" for number in range(1, len(files) + 1)]
    for path, before in zip(files, [None, *numbers], strict=False):
        text = path.read_text(encoding="utf-8")
        assert re.findall(r'^revision = "(\d+)"', text, re.M) == [path.name[:4]], path.name
        assert re.findall(r'^down_revision = "(\d+)"', text, re.M) == ([before] if before else []), path.name
