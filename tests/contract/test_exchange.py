"""Who reads whom decides what may change: facts are read by older releases too, commands only by a newer one."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ethogram.topology.compatibility import incompatibilities

Schema = dict[str, Any]
Change = Callable[[Schema], object]
FACT: Schema = {
    "$defs": {
        "Part": {"type": "object", "properties": {"size": {"type": "integer", "maximum": 9}}, "required": ["size"]},
        "Colour": {"type": "string", "enum": ["red", "blue"]},
    },
    "type": "object",
    "properties": {
        "mode": {"enum": ["strict", "auto"], "type": "string"},
        "name": {"type": "string", "pattern": "^a", "maxLength": 9},
        "count": {"type": "integer", "minimum": 1, "maximum": 9},
        "share": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
        "maybe": {"anyOf": [{"$ref": "#/$defs/Part"}, {"type": "null"}], "default": None},
        "either": {"anyOf": [{"$ref": "#/$defs/Part"}, {"$ref": "#/$defs/Colour"}]},
        "texts": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 3},
        "pair": {
            "type": "array",
            "prefixItems": [{"type": "number"}, {"type": "number"}],
            "minItems": 2,
            "maxItems": 2,
        },
        "map": {"type": "object", "additionalProperties": {"type": "integer"}},
        "free": {"type": "object", "additionalProperties": True},
        "whole": {"type": "integer"},
    },
    "required": ["count"],
}
SAMPLES: list[tuple[str, list[Any]]] = [
    ("mode", ["strict", "dry-run"]), ("name", ["a", "b", "aaaaaaaaaaaa"]), ("count", [0, 1, 9, 10]),
    ("share", [0, 0.5, 1]), ("maybe", [{"size": 1}, {"size": 10}, {"size": 1, "by": 1}, None, "x"]),
    ("either", [{"size": 1}, "red", "green"]), ("texts", [[], ["a"], ["a"] * 4, [1]]),
    ("pair", [[1, 2], [1, "x"], [1, 2, 3], [1]]), ("map", [{"a": 1}, {"a": 1.5}, {"a": "x"}]),
    ("free", [{"a": 1}, {"a": "x"}]), ("whole", [1, 1.5]),
]  # fmt: skip
"""Values of each field, so that what the guard says can be held against a validator."""


def at(schema: Schema, path: str) -> Any:
    for part in path.split("/") if path else ():
        schema = schema[int(part)] if isinstance(schema, list) else schema[part]
    return schema


def put(path: str, **changes: Any) -> Change:
    return lambda schema: at(schema, path).update(changes)


def drop(path: str, name: str) -> Change:
    return lambda schema: at(schema, path).pop(name)


def after(change: Change, old: Schema) -> Schema:
    new = copy.deepcopy(old)
    change(new)
    return new


def command() -> Schema:
    """The same body, read strictly."""
    strict = copy.deepcopy(FACT)
    strict["additionalProperties"] = strict["$defs"]["Part"]["additionalProperties"] = False
    return strict


WIDER: dict[str, tuple[Change, str]] = {
    "a value": (put("properties/mode", enum=["strict", "auto", "dry-run"]), "mode: value dry-run is new"),
    "values without limit": (drop("properties/mode", "enum"), "mode: older readers know only auto, strict"),
    "a value behind a reference": (put("$defs/Colour", enum=["red", "blue", "green"]), "either: value green is new"),
    "a lower minimum": (put("properties/count", minimum=0), "count: minimum was loosened"),
    "no maximum": (drop("properties/count", "maximum"), "count: maximum was loosened"),
    "an exclusive bound included": (
        lambda schema: (drop("properties/share", "exclusiveMaximum")(schema),
                        put("properties/share", maximum=1)(schema)), "share: maximum was loosened"),
    "a bound in an alternative": (put("$defs/Part/properties/size", maximum=10), "maybe.size: maximum was loosened"),
    "longer texts": (put("properties/name", maxLength=12), "name: maxLength was loosened"),
    "no pattern": (drop("properties/name", "pattern"), "name: pattern changed"),
    "more items": (put("properties/texts", maxItems=4), "texts: maxItems was loosened"),
    "fewer items": (put("properties/texts", minItems=0), "texts: minItems was loosened"),
    "a longer pair": (
        put("properties/pair", prefixItems=[{"type": "number"}] * 3, maxItems=3), "pair: maxItems was loosened"),
    "numbers, not integers": (put("properties/whole", type="number"), "whole: type changed from integer to number"),
    "wider values of a map": (put("properties/map", additionalProperties={"type": "number"}), "map.*: type changed"),
    "any values of a map": (put("properties/map", additionalProperties=True), "map.*: type changed"),
    "another alternative": (
        put("properties/maybe", anyOf=[{"$ref": "#/$defs/Part"}, {"type": "null"}, {"type": "string"}]),
        "maybe: type changed"),
    "a field that may be missing": (put("", required=[]), "count: is no longer required"),
}  # fmt: skip
NARROWER: dict[str, tuple[Change, str]] = {
    "a value behind a reference goes": (put("$defs/Colour", enum=["red"]), "either: value blue is no longer allowed"),
    "a bound in an alternative": (put("$defs/Part/properties/size", maximum=8), "maybe.size: maximum was tightened"),
    "a nested field of an alternative": (put("$defs/Part", required=["size", "by"]), "maybe.by: became required"),
    "an included bound excluded": (
        put("properties/count", exclusiveMinimum=1), "count: minimum was tightened"),
    "a tighter exclusive bound": (put("properties/share", exclusiveMaximum=0.5), "share: maximum was tightened"),
    "a maximum beside an exclusive one": (put("properties/share", maximum=0.5), "share: maximum was tightened"),
    "fewer items": (put("properties/texts", maxItems=2), "texts: maxItems was tightened"),
    "other items": (put("properties/texts/items", pattern="^a"), "texts[]: pattern changed"),
    "a pattern": (put("properties/name", pattern="^ab"), "name: pattern changed"),
    "an item of a pair": (put("properties/pair/prefixItems/1", type="string"), "pair[1]: type changed"),
    "a limited map": (put("properties/free", additionalProperties={"type": "integer"}), "free.*: type changed"),
    "no map": (put("properties/map", additionalProperties=False), "map: unknown fields are refused"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "words"), WIDER.values(), ids=WIDER)
def test_what_older_readers_would_refuse_breaks_a_fact_and_not_a_command(change: Change, words: str) -> None:
    found = incompatibilities(FACT, after(change, FACT))
    assert any(reason.startswith(words) for reason in found), found
    assert incompatibilities(command(), after(change, command())) == []


@pytest.mark.parametrize(("change", "words"), NARROWER.values(), ids=NARROWER)
@pytest.mark.parametrize("old", [FACT, command()], ids=["fact", "command"])
def test_what_a_new_reader_would_refuse_breaks_both(change: Change, words: str, old: Schema) -> None:
    found = incompatibilities(old, after(change, old))
    assert any(reason.startswith(words) for reason in found), found


def test_a_field_may_go_from_a_fact_and_not_from_a_command() -> None:
    for path, name in (("properties", "mode"), ("properties", "maybe")):
        assert incompatibilities(FACT, after(drop(path, name), FACT)) == []
        (reason,) = incompatibilities(command(), after(drop(path, name), command()))
        assert reason.startswith(f"{name}: is no longer known")


def test_a_nested_field_of_a_command_may_not_go_either() -> None:
    old = command()
    old["$defs"]["Part"]["properties"]["by"] = {"type": "string"}
    found = incompatibilities(old, after(drop("$defs/Part/properties", "by"), old))
    assert "maybe.by: is no longer known, and unknown fields are refused here" in found


def test_optional_fields_may_come_anywhere() -> None:
    for old in (FACT, command()):
        grown = after(put("properties", new={"type": "string"}), old)
        assert incompatibilities(old, after(put("$defs/Part/properties", by={"type": "string"}), grown)) == []


def test_a_renamed_definition_and_its_alternatives_in_another_order_change_nothing() -> None:
    new = copy.deepcopy(FACT)
    new["$defs"]["Piece"] = new["$defs"].pop("Part")
    new["properties"]["maybe"]["anyOf"] = [{"type": "null"}, {"$ref": "#/$defs/Piece"}]
    new["properties"]["either"]["anyOf"] = [{"$ref": "#/$defs/Colour"}, {"$ref": "#/$defs/Piece"}]
    assert incompatibilities(FACT, new) == []


def test_keywords_beside_a_reference_count() -> None:
    old = after(put("properties", one={"$ref": "#/$defs/Colour"}), FACT)
    assert incompatibilities(old, after(put("properties/one", maxLength=3, pattern="^r"), old))


@pytest.mark.parametrize("change", [change for change, _ in (*WIDER.values(), *NARROWER.values())])
def test_where_the_guard_is_silent_no_validator_disagrees(change: Change) -> None:
    for old in (FACT, command()):
        new = after(change, old)
        if incompatibilities(old, new):
            continue
        before, now = Draft202012Validator(old), Draft202012Validator(new)
        for field, values in SAMPLES:
            for body in ({"count": 1, field: value} for value in values):
                assert not before.is_valid(body) or now.is_valid(body), body
