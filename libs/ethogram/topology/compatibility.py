"""Compatibility: may records written under one version of a schema be read under another?

Facts are read by everybody, by releases older and newer than the writer: an old reader must accept what is written
under the new schema, and a new reader what stands on the bus. So neither may allow a value that the other refuses; only
fields that older readers pass over may come, and only fields that nobody requires may go. Commands are read strictly
and by one reader, which is upgraded before its writers: it must accept all that was ever valid, and may accept more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

Schema = Mapping[str, Any]

SIZES: Mapping[str, int] = {
    "minLength": 1, "minItems": 1, "minProperties": 1, "maxLength": -1, "maxItems": -1, "maxProperties": -1,
}  # fmt: skip
"""Keywords with the direction in which they become tighter."""
EXACT = ("pattern", "format", "multipleOf", "uniqueItems")
"""Keywords of which one value cannot be told to be wider than another."""
ALTERNATIVES = ("anyOf", "oneOf")


class Way(NamedTuple):
    """Who reads what: the schemas' definitions, and which of the two is the older."""

    written: Schema
    reading: Schema
    forward: bool
    """Whether an older reader meets what is written under the newer schema."""

    def changed(self, written: object, reading: object) -> str:
        """From the older to the newer, in words."""
        return f"from {reading} to {written}" if self.forward else f"from {written} to {reading}"

    def verdict(self, backward: str, forward: str) -> str:
        """The words for this direction."""
        return forward if self.forward else backward


def incompatibilities(old: Schema, new: Schema) -> list[str]:
    """Why `new` must not replace `old`, as words with the field; empty if it may."""
    before, after = old.get("$defs", {}), new.get("$defs", {})
    found = list(_refused(old, new, Way(before, after, forward=False), "", frozenset()))
    if not _strict(new):
        found += _refused(new, old, Way(after, before, forward=True), "", frozenset())
    return list(dict.fromkeys(found))


def _strict(schema: Schema) -> bool:
    return schema.get("additionalProperties") is False


def _refused(written: Schema, reading: Schema, way: Way, path: str, met: frozenset[tuple[str, str]]) -> Iterator[str]:
    """Why a reader of `reading` may refuse what is written under `written`."""
    here = (str(written.get("$ref")), str(reading.get("$ref")))
    if here in met:
        return  # a schema that contains itself: this pair is being compared further out
    met = met if here == ("None", "None") else met | {here}
    readings = _alternatives(reading, way.reading)
    for option in _alternatives(written, way.written):
        yield from _unread(option, readings, way, path, met)


def _unread(
    option: Schema, readings: list[Schema], way: Way, path: str, met: frozenset[tuple[str, str]]
) -> Iterator[str]:
    """Nothing if one of `readings` accepts all of `option`; else why the one that comes nearest does not."""
    kin = [reading for reading in readings if _kind_fits(option, reading)]
    if not kin:
        kinds = " or ".join(sorted(map(_kind, readings)))
        yield f"{path or 'the body'}: type changed {way.changed(_kind(option), kinds)}"
        return
    yield from min((list(_within(option, reading, way, path, met)) for reading in kin), key=len)


def _within(written: Schema, reading: Schema, way: Way, path: str, met: frozenset[tuple[str, str]]) -> Iterator[str]:
    yield from _values(written, reading, way, path)
    yield from _bounds(written, reading, way, path)
    yield from _fields(written, reading, way, path)
    for place, part, other in (*_shared(written, reading), *_items(written, reading)):
        yield from _refused(part, other, way, f"{path}{place}".lstrip("."), met)


def _values(written: Schema, reading: Schema, way: Way, path: str) -> Iterator[str]:
    before, after = _allowed(written), _allowed(reading)
    if after and not before:
        known = ", ".join(sorted(after))
        yield f"{path}: " + way.verdict(f"only {known} are allowed now", f"older readers know only {known}")
    elif after and before - after:
        values = ", ".join(sorted(before - after))
        yield f"{path}: value {values} " + way.verdict("is no longer allowed", "is new, older readers refuse it")


def _allowed(schema: Schema) -> set[str]:
    """A literal of one value is a `const`, of several an `enum`; nothing where any value is."""
    return set(map(str, schema.get("enum", [schema["const"]] if "const" in schema else ())))


def _bounds(written: Schema, reading: Schema, way: Way, path: str) -> Iterator[str]:
    moved = way.verdict("was tightened", "was loosened, older readers refuse more:")
    for name, tighter in SIZES.items():
        before, after = written.get(name), reading.get(name)
        if after is not None and (before is None or (after - before) * tighter > 0):
            yield f"{path}: {name} {moved} {way.changed(before, after)}"
    for name, side in (("minimum", 1), ("maximum", -1)):
        if _limit(reading, name, side) > _limit(written, name, side):
            yield f"{path}: {name} {moved} {way.changed(_shown(written, name), _shown(reading, name))}"
    for name in EXACT:
        if reading.get(name) not in (None, False, written.get(name)):
            yield f"{path}: {name} changed {way.changed(written.get(name), reading[name])}"


def _limit(schema: Schema, name: str, side: int) -> tuple[float, bool]:
    """How tight a bound is; an exclusive one is a little tighter than the same number included."""
    ends = [(schema[key] * side, key != name) for key in (name, _exclusive(name)) if key in schema]
    return max(ends, default=(float("-inf"), False))


def _shown(schema: Schema, name: str) -> str:
    ends = [f"{schema[name]}"] if name in schema else []
    ends += [f"{schema[_exclusive(name)]} (exclusive)"] if _exclusive(name) in schema else []
    return " and ".join(ends) or "None"


def _exclusive(name: str) -> str:
    return f"exclusive{name.capitalize()}"


def _fields(written: Schema, reading: Schema, way: Way, path: str) -> Iterator[str]:
    for name in sorted(set(reading.get("required", ())) - set(written.get("required", ()))):
        now, before = "became required, records without it are already on the bus", "is no longer required"
        words = way.verdict(now, f"{before}, but older readers need it")
        yield f"{path}.{name}".lstrip(".") + f": {words}"
    if not _strict(reading) or "object" not in (written.get("type"), reading.get("type")):
        return
    for name in sorted(set(written.get("properties", {})) - set(reading.get("properties", {}))):
        words = way.verdict(
            "is no longer known, and unknown fields are refused here", "is new, older readers refuse it"
        )
        yield f"{path}.{name}".lstrip(".") + f": {words}"
    if not _strict(written):
        yield f"{path or 'the body'}: unknown fields are refused " + way.verdict("now", "by older readers")


def _shared(written: Schema, reading: Schema) -> Iterator[tuple[str, Schema, Schema]]:
    """Fields that both name, and those that one names and the other takes as values of a map."""
    before, after = written.get("properties", {}), reading.get("properties", {})
    for name in sorted(set(before) & set(after)):
        yield f".{name}", before[name], after[name]
    rest, other = written.get("additionalProperties"), reading.get("additionalProperties")
    if isinstance(other, Mapping):
        for name in sorted(set(before) - set(after)):
            yield f".{name}", before[name], other
        if rest is not False:
            yield ".*", rest if isinstance(rest, Mapping) else {}, other
    if isinstance(rest, Mapping):
        for name in sorted(set(after) - set(before)):
            yield f".{name}", rest, after[name]


def _items(written: Schema, reading: Schema) -> Iterator[tuple[str, Schema, Schema]]:
    """Items place by place as far as either names places, then those after them."""
    named = max(len(written.get("prefixItems", ())), len(reading.get("prefixItems", ())))
    for place in range(min(named, written.get("maxItems", named))):
        yield f"[{place}]", _item(written, place), _item(reading, place)
    if isinstance(reading.get("items"), Mapping) and written.get("maxItems", named + 1) > named:
        yield "[]", _item(written, named), _item(reading, named)


def _item(schema: Schema, place: int) -> Schema:
    named, rest = schema.get("prefixItems", ()), schema.get("items")
    if place < len(named):
        return named[place] if isinstance(named[place], Mapping) else {}
    return rest if isinstance(rest, Mapping) else {}


def _alternatives(schema: Schema, defs: Schema) -> list[Schema]:
    """What a schema may stand for: itself, or each of its alternatives, with references followed."""
    schema = _resolved(schema, defs)
    found = [option for keyword in ALTERNATIVES for option in schema.get(keyword, ())]
    beside = {name: value for name, value in schema.items() if name not in ALTERNATIVES}
    return [one for option in found for one in _alternatives({**beside, **option}, defs)] if found else [schema]


def _resolved(schema: Schema, defs: Schema) -> Schema:
    """The schema with what its reference stands for; keywords beside the reference hold as well."""
    while "$ref" in schema:
        beside = {name: value for name, value in schema.items() if name != "$ref"}
        schema = {**defs[schema["$ref"].rpartition("/")[2]], **beside}
    return schema


def _kind(schema: Schema) -> str:
    return str(schema.get("type", "anything"))


def _kind_fits(written: Schema, reading: Schema) -> bool:
    return _kind(reading) in (_kind(written), "anything") or (_kind(written), _kind(reading)) == ("integer", "number")
