"""The guard of contracts: each kind of breaking change is caught, each additive one passes."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from ethogram.events import Event
from ethogram.topology.compatibility import incompatibilities
from ethogram.topology.contracts import SCHEMAS, broken_contracts, check_contracts, export_contracts, schema_of

Schema = dict[str, Any]
OLD: Schema = {
    "$defs": {"Part": {"type": "object", "properties": {"size": {"type": "integer"}}, "required": ["size"]}},
    "type": "object",
    "properties": {
        "name": {"type": "string", "maxLength": 9, "pattern": "^a"},
        "mode": {"enum": ["strict", "auto"], "type": "string"},
        "only": {"const": "x", "type": "string"},
        "count": {"type": "integer", "minimum": 1, "maximum": 9},
        "maybe": {"anyOf": [{"$ref": "#/$defs/Part"}, {"type": "null"}]},
        "parts": {"type": "array", "items": {"$ref": "#/$defs/Part"}, "minItems": 1},
        "pair": {"type": "array", "prefixItems": [{"type": "number"}, {"type": "number"}]},
        "by_name": {"type": "object", "additionalProperties": {"type": "number"}},
    },
    "required": ["name", "count"],
}


def _at(schema: Schema, path: str) -> Schema:
    for part in path.split("/") if path else ():
        schema = schema[int(part)] if isinstance(schema, list) else schema[part]
    return schema


def put(path: str, **changes: Any) -> Callable[[Schema], None]:
    """Keywords set at a place."""
    return lambda schema: _at(schema, path).update(changes)


def changed(change: Callable[[Schema], None]) -> Schema:
    new = copy.deepcopy(OLD)
    change(new)
    return new


BREAKING: dict[str, tuple[Callable[[Schema], None], str]] = {
    "a type changes": (put("properties/count", type="string"), "count: type changed"),
    "a field becomes required": (put("", required=["name", "count", "mode"]), "mode: became required"),
    "a new field is required": (put("", required=["name", "count", "new"]), "new: became required"),
    "a field is no longer required": (put("", required=["name"]), "count: is no longer required"),
    "a value goes": (put("properties/mode", enum=["auto"]), "mode: value strict"),
    "the only value changes": (put("properties/only", const="y"), "only: value x"),
    "values become limited": (put("properties/name", enum=["a"]), "name: only a"),
    "a bound is tightened below": (put("properties/count", minimum=2), "count: minimum"),
    "a bound is tightened above": (put("properties/count", maximum=8), "count: maximum"),
    "a bound is added": (put("properties/parts", maxItems=3), "parts: maxItems"),
    "a text becomes shorter": (put("properties/name", maxLength=8), "name: maxLength"),
    "a pattern changes": (put("properties/name", pattern="^b"), "name: pattern"),
    "a nested field becomes required": (put("$defs/Part", required=["size", "by"]), "by: became required"),
    "a nested type changes": (put("$defs/Part/properties/size", type="string"), "size: type changed"),
    "an alternative goes": (put("properties/maybe", anyOf=[{"$ref": "#/$defs/Part"}]), "maybe: type changed"),
    "an item of a pair changes": (put("properties/pair/prefixItems/1", type="string"), "pair[1]: type changed"),
    "a map's values change": (
        put("properties/by_name", additionalProperties={"type": "string"}), "by_name.*: type changed",
    ),
    "a strict reader forgets a field": (
        lambda schema: (schema.update(additionalProperties=False), schema["properties"].pop("mode"))[0],
        "mode: is no longer known",
    ),
}  # fmt: skip
ADDITIVE: dict[str, Callable[[Schema], None]] = {
    "nothing": put(""),
    "an optional field": put("properties", new={"type": "string"}),
    "an optional nested field": put("$defs/Part/properties", new={"type": "string"}),
    "words": put("properties/name", description="Other words.", title="Name"),
    "an optional field goes, where readers pass over it": lambda schema: schema["properties"].pop("mode"),
}


@pytest.mark.parametrize(("change", "words"), BREAKING.values(), ids=BREAKING)
def test_a_breaking_change_is_named_with_its_field(change: Callable[[Schema], None], words: str) -> None:
    assert any(words in reason for reason in incompatibilities(OLD, changed(change)))


@pytest.mark.parametrize("change", ADDITIVE.values(), ids=ADDITIVE)
def test_an_additive_change_passes(change: Callable[[Schema], None]) -> None:
    assert incompatibilities(OLD, changed(change)) == []


@pytest.mark.parametrize("name", sorted(Event.BY_TYPE))
def test_every_required_field_of_every_event_is_guarded(name: str) -> None:
    today = schema_of(Event.BY_TYPE[name])
    assert incompatibilities(today, today) == []
    for field in today["properties"]:
        retyped = copy.deepcopy(today)
        retyped["properties"][field] = {"type": "null"}
        assert any(reason.startswith(f"{field}: type changed") for reason in incompatibilities(today, retyped))
    for field in today.get("required", ()):
        freed = {**today, "required": [one for one in today["required"] if one != field]}
        named = any(reason.startswith(f"{field}:") for reason in incompatibilities(today, freed))
        assert named != Event.BY_TYPE[name].COMMAND  # a command may be asked for with less than before


def test_recursive_schemas_end() -> None:
    tree: Schema = {"$ref": "#/$defs/T", "$defs": {"T": {
        "type": "object", "properties": {"sub": {"type": "array", "items": {"$ref": "#/$defs/T"}}},
    }}}  # fmt: skip
    assert incompatibilities(tree, tree) == []


def test_the_committed_contracts_are_those_of_the_code() -> None:
    assert check_contracts(SCHEMAS) == []


def test_the_check_sees_a_stale_file_an_orphan_and_a_broken_promise(tmp_path: Path) -> None:
    export_contracts(tmp_path)
    assert check_contracts(tmp_path) == []
    path = tmp_path / "ethogram.session.failed.v1.schema.json"
    kept = orjson.loads(path.read_bytes())
    kept["properties"]["reason"]["type"] = "integer"
    path.write_bytes(orjson.dumps(kept))
    (tmp_path / "ethogram.gone.v1.schema.json").write_text("{}", encoding="utf-8")
    found = " ".join(check_contracts(tmp_path))
    assert "session.failed.v1.schema.json: differs" in found and "gone.v1.schema.json: belongs to no event" in found
    assert any("reason: type changed" in reason for reason in broken_contracts(tmp_path))
