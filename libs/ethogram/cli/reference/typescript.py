"""Declarations of the TypeScript client: one per schema of the OpenAPI document."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

HEAD = "// Generated from schemas/openapi.json by scripts/generate.\n"
SIMPLE = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}

Schema = Mapping[str, Any]


def declarations(document: Schema) -> str:
    """`types.d.ts` of a document: an interface per object, a type for anything else."""
    schemas = document["components"]["schemas"]
    return "\n".join([HEAD, *(_declared(name, schema) for name, schema in sorted(schemas.items()))])


def _declared(name: str, schema: Schema) -> str:
    if "properties" not in schema:
        return f"{_comment(schema, '')}export type {name} = {type_of(schema)};\n"
    needed = set(schema.get("required", ()))
    lines = [_field(each, told, each in needed) for each, told in sorted(schema["properties"].items())]
    return f"{_comment(schema, '')}export interface {name} {{\n" + "".join(lines) + "}\n"


def _field(name: str, schema: Schema, needed: bool) -> str:
    key = name if re.fullmatch(r"[A-Za-z_]\w*", name) else json.dumps(name)
    return f"{_comment(schema, '  ')}  {key}{'' if needed else '?'}: {type_of(schema)};\n"


def _comment(schema: Schema, indent: str) -> str:
    words = " ".join(str(schema.get("description", "")).split()).replace("*/", "*\\/")
    return f"{indent}/** {words} */\n" if words else ""


def type_of(schema: Schema) -> str:
    """A schema as an expression of TypeScript."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema or "const" in schema:
        return " | ".join(json.dumps(value) for value in schema.get("enum", [schema.get("const")]))
    if "anyOf" in schema or "oneOf" in schema:
        return " | ".join(dict.fromkeys(map(type_of, schema.get("anyOf") or schema["oneOf"])))
    if schema.get("type") == "array":
        if "prefixItems" in schema:
            return f"[{', '.join(map(type_of, schema['prefixItems']))}]"
        return f"Array<{type_of(schema.get('items', {}))}>"
    if schema.get("type") == "object":
        values = schema.get("additionalProperties", True)
        return f"Record<string, {type_of(values) if isinstance(values, Mapping) else 'unknown'}>"
    return SIMPLE.get(str(schema.get("type")), "unknown")
