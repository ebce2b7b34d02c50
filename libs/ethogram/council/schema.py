"""The published JSON Schema of constitution files, for editors and for other programs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ethogram.council.constitution import Constitution
from ethogram.topology.contracts import SCHEMAS, schema_of_file

CONSTITUTION = SCHEMAS / "files" / "constitution.schema.json"


def file_schemas() -> Mapping[Path, str]:
    """Generated files by path."""
    return {CONSTITUTION: schema_of_file(Constitution, CONSTITUTION)}
