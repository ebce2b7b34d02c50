"""Compatibility: may records written under one version of a schema be read under another?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]


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
    if gone := set(map(str, old.get("enum", ()))) - set(map(str, new.get("enum", old.get("enum", ())))):
        yield f"{path}: value {', '.join(sorted(gone))} is no longer allowed"
    yield from _bounds(old, new, path)
    yield from _fields(old, new, old_defs, new_defs, path, met)
    if "items" in old and "items" in new:
        yield from _compare(old["items"], new["items"], old_defs, new_defs, f"{path}[]", met)


def _fields(
    old: Schema, new: Schema, old_defs: Schema, new_defs: Schema, path: str, met: frozenset[str]
) -> Iterator[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    for name in sorted(set(new.get("required", ())) - set(old.get("required", ()))):
        yield f"{path}.{name}".lstrip(".") + ": became required, records without it are already on the bus"
    for name in sorted(set(old.get("required", ())) - set(new.get("required", ()))):
        yield f"{path}.{name}".lstrip(".") + ": is no longer required, but older readers need it"
    for name in sorted(set(before) & set(after)):
        yield from _compare(before[name], after[name], old_defs, new_defs, f"{path}.{name}".lstrip("."), met)


def _bounds(old: Schema, new: Schema, path: str) -> Iterator[str]:
    for name, tighter in (("minimum", 1), ("minLength", 1), ("minItems", 1), ("maximum", -1), ("maxLength", -1)):
        before, after = old.get(name), new.get(name)
        if after is not None and (before is None or (after - before) * tighter > 0):
            yield f"{path}: {name} was tightened from {before} to {after}"


def _resolved(schema: Schema, defs: Schema) -> Schema:
    reference = schema.get("$ref")
    return defs[reference.rpartition("/")[2]] if reference else schema


def _kind(schema: Schema) -> str:
    options = [_kind(option) for option in schema.get("anyOf", ())]
    return " or ".join(sorted(options)) if options else str(schema.get("type", schema.get("$ref", "anything")))
