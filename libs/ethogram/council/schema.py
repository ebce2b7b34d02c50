"""The published JSON Schema of constitution files, for editors and for other programs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import orjson

from ethogram.council.constitution import Constitution
from ethogram.events.envelope import SCHEMA_BASE
from ethogram.topology.contracts import DIALECT, SCHEMAS

CONSTITUTION = SCHEMAS / "files" / "constitution.schema.json"


def file_schemas() -> Mapping[Path, str]:
    """Generated files by path."""
    body = Constitution.model_json_schema(mode="validation")
    document = {"$schema": DIALECT, "$id": f"{SCHEMA_BASE}files/{CONSTITUTION.name}", **body}
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    return {CONSTITUTION: orjson.dumps(document, option=options).decode()}
