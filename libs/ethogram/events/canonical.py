"""Canonical JSON (RFC 8785) of the restricted values that we put on the bus, and digests over it.

orjson with sorted keys writes the same bytes as RFC 8785 as long as numbers keep three rules: no float with an integral
value, none below 1e-5 in magnitude (the two differ in where the exponent starts), integers below 2**53. `Real` keeps
the first two for every float of an event.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

import orjson
from pydantic import AfterValidator, PlainSerializer

DECIMALS = 5


def quantise(value: float) -> float:
    """Round to five decimals, so that no digest and no threshold depends on the last bits of a float."""
    return round(value, DECIMALS) + 0.0  # + 0.0 turns -0.0 into 0.0


def _plain(value: float) -> int | float:
    return int(value) if value.is_integer() else value


Real = Annotated[float, AfterValidator(quantise), PlainSerializer(_plain, return_type=int | float)]
"""A float on the bus: finite, five decimals, written without a fraction when it has none."""


def plain(value: Any) -> Any:
    """`value` with only what JSON and a digest can carry; ValueError says what it cannot."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int):
        if abs(value) >= 2**53:
            raise ValueError(f"{value} does not fit into 53 bits; write it as a string")
        return value
    if isinstance(value, float):
        return _plain(quantise(value))
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict) and all(isinstance(name, str) for name in value):
        return {name: plain(item) for name, item in value.items()}
    raise ValueError(f"{type(value).__name__} is no JSON value with text keys")


Plain = Annotated[dict[str, Any], AfterValidator(plain)]
"""An object of JSON values that somebody else chose (an adapter's configuration, a model's request)."""


def canonical(value: Any) -> bytes:
    """Canonical JSON bytes of plain values (dict, list, str, int, float, bool, None)."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
