"""The published JSON Schema of files of templates, for editors: what can be said without looking at other parts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import orjson

from ethogram.events.envelope import SCHEMA_BASE
from ethogram.games.templates import Collection
from ethogram.topology.contracts import DIALECT, SCHEMAS

TEMPLATES = SCHEMAS / "files" / "scenario-templates.schema.json"


def file_schemas() -> Mapping[Path, str]:
    """Generated files by path."""
    body = Collection.model_json_schema(mode="validation")
    document = {"$schema": DIALECT, "$id": f"{SCHEMA_BASE}files/{TEMPLATES.name}", **body}
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    return {TEMPLATES: orjson.dumps(document, option=options).decode()}
