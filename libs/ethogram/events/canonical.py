"""Canonical JSON (RFC 8785) of the restricted values that we put on the bus, and digests over it.

orjson with sorted keys writes the same bytes as RFC 8785 as long as numbers keep three rules: no float with an integral
value, none below 1e-5 in magnitude (the two differ in where the exponent starts), integers below 2**53. `Real` keeps
them for every float of an event. Keys are sorted by code point here and by UTF-16 unit there: the two part only at
characters beyond the basic plane, and where a key has one, `canonical` takes the slow way.
"""

from __future__ import annotations

import hashlib
import re
from typing import Annotated, Any

import orjson
import rfc8785
from pydantic import AfterValidator, PlainSerializer

DECIMALS = 5
LARGEST = 2**53
"""Numbers of this magnitude and beyond are not exact in every reader of JSON."""
_FAR = re.compile(rb"[\xf0-\xf4]")
"""First byte of a character beyond the basic plane in UTF-8."""


def quantise(value: float) -> float:
    """Round to five decimals, so that no digest and no threshold depends on the last bits of a float."""
    return round(value, DECIMALS) + 0.0  # + 0.0 turns -0.0 into 0.0


def _exact(value: float) -> float:
    if not abs(value) < LARGEST:
        raise ValueError(f"{value} is not a finite number below 2**53 in magnitude")
    return quantise(value)


def _plain(value: float) -> int | float:
    return int(value) if value.is_integer() else value


EXACT = AfterValidator(_exact)
PLAINLY = PlainSerializer(_plain, return_type=int | float)
Real = Annotated[float, EXACT, PLAINLY]
"""A float on the bus: below 2**53, five decimals, written without a fraction when it has none.

One with bounds is `Annotated[float, Field(ge=0, le=1), EXACT, PLAINLY]`, the bounds before the rest: pydantic knows a
float with bounds and says so in the JSON Schema, but not a bound around a function.
"""


def plain(value: Any) -> Any:
    """`value` with only what JSON and a digest can carry; ValueError says what it cannot."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        if abs(value) >= LARGEST:
            raise ValueError(f"{value} does not fit into 53 bits; write it as a string")
        return value
    if isinstance(value, float):
        return _plain(_exact(value))
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict) and all(isinstance(name, str) for name in value):
        return {_text(name): plain(item) for name, item in value.items()}
    raise ValueError(f"{type(value).__name__} is no JSON value with text keys")


def _text(value: str) -> str:
    if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError(f"{value!r} has half a surrogate pair, which UTF-8 cannot carry")
    return value


Plain = Annotated[dict[str, Any], AfterValidator(plain)]
"""An object of JSON values that somebody else chose (an adapter's configuration, a model's request)."""


def canonical(value: Any) -> bytes:
    """Canonical JSON bytes of plain values (dict, list, str, int, float, bool, None)."""
    data = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    if data.isascii() or not _FAR.search(data) or not _has_far_key(value):
        return data
    return rfc8785.dumps(value)


def _has_far_key(value: Any) -> bool:
    if isinstance(value, dict):
        return any(max(name, default="") > "\uffff" or _has_far_key(item) for name, item in value.items())
    return isinstance(value, list | tuple) and any(map(_has_far_key, value))


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
