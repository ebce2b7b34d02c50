"""The published JSON Schema of files of templates, for editors: what can be said without looking at other parts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ethogram.games.templates import Collection
from ethogram.topology.contracts import SCHEMAS, schema_of_file

TEMPLATES = SCHEMAS / "files" / "scenario-templates.schema.json"


def file_schemas() -> Mapping[Path, str]:
    """Generated files by path."""
    return {TEMPLATES: schema_of_file(Collection, TEMPLATES)}
