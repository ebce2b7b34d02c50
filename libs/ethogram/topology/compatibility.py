"""Compatibility: may records written under one version of a schema be read under another?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

BOUNDS: Mapping[str, int] = {
    "minimum": 1, "exclusiveMinimum": 1, "minLength": 1, "minItems": 1, "minProperties": 1,
    "maximum": -1, "exclusiveMaximum": -1, "maxLength": -1, "maxItems": -1, "maxProperties": -1,
}  # fmt: skip
"""Keywords with the direction in which they become tighter."""


def incompatibilities(old: Schema, new: Schema) -> list[str]:
    """Why records written under `old` and `new` cannot be exchanged, as words with the field; empty if they can.

    A new reader must accept old records, and an old reader, which passes over what it does not know, new ones.
    """
    return list(_compare(old, new, old.get("$defs", {}), new.get("$defs", {}), "", frozenset()))


def _compare(
    old: Schema, new: Schema, old_defs: Schema, new_defs: Schema, path: str, met: frozenset[str]
) -> Iterator[str]:
    reference = old.get("$ref")
    if reference in met:
        return
    met = met | {reference} if reference else met
    old, new = _resolved(old, old_defs), _resolved(new, new_defs)
    if _kind(old) != _kind(new):
        yield f"{path or 'the body'}: type changed from {_kind(old)} to {_kind(new)}"
        return
    yield from _values(old, new, path)
    yield from _bounds(old, new, path)
    yield from _fields(old, new, old_defs, new_defs, path, met)
    before, after = dict(_parts(old)), dict(_parts(new))
    for part in before:
        if part in after:
            yield from _compare(before[part], after[part], old_defs, new_defs, f"{path}{part[0]}", met)


def _fields(
    old: Schema, new: Schema, old_defs: Schema, new_defs: Schema, path: str, met: frozenset[str]
) -> Iterator[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    for name in sorted(set(new.get("required", ())) - set(old.get("required", ()))):
        yield f"{path}.{name}".lstrip(".") + ": became required, records without it are already on the bus"
    for name in sorted(set(old.get("required", ())) - set(new.get("required", ()))):
        yield f"{path}.{name}".lstrip(".") + ": is no longer required, but older readers need it"
    if new.get("additionalProperties") is False:
        for name in sorted(set(before) - set(after)):
            yield f"{path}.{name}".lstrip(".") + ": is no longer known, and unknown fields are refused here"
    for name in sorted(set(before) & set(after)):
        yield from _compare(before[name], after[name], old_defs, new_defs, f"{path}.{name}".lstrip("."), met)


def _values(old: Schema, new: Schema, path: str) -> Iterator[str]:
    before, after = _allowed(old), _allowed(new)
    if after and not before:
        yield f"{path}: only {', '.join(sorted(after))} are allowed now"
    elif after and before - after:
        yield f"{path}: value {', '.join(sorted(before - after))} is no longer allowed"


def _allowed(schema: Schema) -> set[str]:
    """A literal of one value is a `const`, of several an `enum`; nothing where any value is."""
    return set(map(str, schema.get("enum", [schema["const"]] if "const" in schema else ())))


def _parts(schema: Schema) -> Iterator[tuple[tuple[str, str], Schema]]:
    """What stands inside a schema beside its fields: items, values of a map, alternatives; by place and kind."""
    for option in schema.get("anyOf", ()):
        yield ("", _kind(option)), option
    for place, item in enumerate(schema.get("prefixItems", ())):
        yield (f"[{place}]", ""), item
    if isinstance(schema.get("items"), Mapping):
        yield ("[]", ""), schema["items"]
    if isinstance(schema.get("additionalProperties"), Mapping):
        yield (".*", ""), schema["additionalProperties"]


def _bounds(old: Schema, new: Schema, path: str) -> Iterator[str]:
    for name, tighter in BOUNDS.items():
        before, after = old.get(name), new.get(name)
        if after is not None and (before is None or (after - before) * tighter > 0):
            yield f"{path}: {name} was tightened from {before} to {after}"
    if new.get("pattern") not in (None, old.get("pattern")):
        yield f"{path}: pattern changed from {old.get('pattern')} to {new['pattern']}"


def _resolved(schema: Schema, defs: Schema) -> Schema:
    reference = schema.get("$ref")
    return defs[reference.rpartition("/")[2]] if reference else schema


def _kind(schema: Schema) -> str:
    options = [_kind(option) for option in schema.get("anyOf", ())]
    return " or ".join(sorted(options)) if options else str(schema.get("type", schema.get("$ref", "anything")))
