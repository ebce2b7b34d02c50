"""Validation errors in words: where, what is wrong, and what would be valid."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

Location = tuple[int | str, ...]

MEANT = re.compile(r"([a-z_]+(?:\[\d+\])?(?:\.[a-z_]+)*): ")

LONGEST = 80
"""Characters of a wrong value that are shown."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a document."""

    location: Location
    """Path of keys and indices to the value, or to the key that should not be there."""
    message: str
    """What is wrong and what would be valid."""

    def __str__(self) -> str:
        path = path_text(self.location)
        return f"{path}: {self.message}" if path else self.message


def problems(error: ValidationError, model: type[BaseModel]) -> list[Problem]:
    """Each problem of a document that should have been a `model`."""
    found = error.errors(include_url=False)
    places = [tuple(one["loc"]) for one in found]
    return [
        _placed(place, _message(one, model))
        for one, place in zip(found, places, strict=True)
        if not (one["type"] == "too_short" and _inside(place, places))  # pydantic counts only the items that are right
    ]


def explain(error: ValidationError, model: type[BaseModel]) -> str:
    """A validation error in one line."""
    return "; ".join(map(str, problems(error, model)))


def path_text(location: Sequence[int | str]) -> str:
    """`agents[0].id` for ("agents", 0, "id")."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).removeprefix(".")


def suggestion(given: str, valid: Iterable[str]) -> str:
    """`; did you mean 'x'? valid: x, y`: the names that would be valid, the likeliest first."""
    known = sorted(valid)
    near = get_close_matches(given, known, n=1)
    meant = f"; did you mean {near[0]!r}?" if near else ";"
    return f"{meant} valid: {', '.join(known)}" if known else ""


def _placed(location: Location, message: str) -> Problem:
    """A validator over a whole model can only raise words: `agents[1].id: ...` tells where it means."""
    match = None if location else MEANT.match(message)
    if not match:
        return Problem(location, message)
    parts = (int(part) if part.isdecimal() else part for part in re.findall(r"\w+", match[1]))
    return Problem(tuple(parts), message[match.end() :])


def _inside(outer: Location, places: Iterable[Location]) -> bool:
    return any(len(place) > len(outer) and place[: len(outer)] == outer for place in places)


def _message(found: Mapping[str, Any], model: type[BaseModel]) -> str:
    location: Location = tuple(found["loc"])
    kind = found["type"]
    if kind == "extra_forbidden":
        parent = _model_at(model, location[:-1])
        return f"unknown key{suggestion(str(location[-1]), parent.model_fields) if parent else ''}"
    about = _about(model, location)
    if kind == "missing":
        return f"is missing{about}"
    text = f"{found['msg'].removeprefix('Value error, ')}{_got(found)}"
    if kind == "literal_error":
        return f"{text}{_nearest(found)}"
    if kind == "string_type" and isinstance(found.get("input"), bool | int | float):
        return f"{text}; in YAML write it in quotes"
    return f"{text}{about}" if kind == "string_pattern_mismatch" else text


def _nearest(found: Mapping[str, Any]) -> str:
    valid = [part.strip("' ") for part in str(found["ctx"]["expected"]).replace(" or ", ", ").split(",")]
    near = get_close_matches(str(found.get("input")), valid, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _got(found: Mapping[str, Any]) -> str:
    shown = found.get("input")
    if not isinstance(shown, str | int | float | bool):
        return ""
    text = repr(shown)
    return f" (got {text if len(text) <= LONGEST else text[:LONGEST] + '…'})"


def _about(model: type[BaseModel], location: Location) -> str:
    parent = _model_at(model, location[:-1])
    field = parent.model_fields.get(str(location[-1])) if parent and location else None
    return f"; expected: {field.description}" if isinstance(field, FieldInfo) and field.description else ""


def _model_at(model: type[BaseModel], location: Location) -> type[BaseModel] | None:
    """The model of the object at `location`; None where the document holds no model there."""
    found: type[BaseModel] | None = model
    for part in location:
        if isinstance(part, int):
            continue  # an item of a list: the field's annotation already told its model
        field = found.model_fields.get(part) if found else None
        found = _model_in(field.annotation) if field else None
    return found


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)
