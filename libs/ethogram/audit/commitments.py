"""Commitments: what stands in a salted leaf for a field, so that the field can be withheld and the leaf still verified.

A commitment is SHA-256 over the field's salt and its RFC 8785 JSON. The salt keeps guessers away: a C or a D would be
found at once. A field's salt is SHA-256 over the record's salt and the field's name, so that who learns the salts of
some fields learns nothing about the others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import rfc8785

from ethogram.events import Event

WHOLE = ""
"""Stands for the name of a field where the whole value is committed to: of records in another form than ours."""


class Withheld(Event):
    """Stands for an event some fields of which were withheld: what is left proves its place in the log, no more."""

    leaf: str
    """Its leaf: the commitments of all its fields."""
    line: str
    """How it stands in its bundle."""


class WithheldCommand(Withheld):
    """The same of a command, which is known by its writer and its id."""

    COMMAND = True


def field_salt(salt: bytes, name: str) -> bytes:
    """The salt of one field of a record."""
    return hashlib.sha256(salt + name.encode()).digest()


def field_salts(salt: bytes, names: Iterable[str]) -> dict[str, bytes]:
    """The salts of fields of a record."""
    return {name: field_salt(salt, name) for name in names}


def commitment(salt: bytes, value: bytes) -> str:
    """What stands for a value."""
    return hashlib.sha256(salt + value).hexdigest()


def commitments(
    data: Mapping[str, Any], salts: Mapping[str, bytes], write: Callable[[Any], bytes] = rfc8785.dumps
) -> dict[str, str]:
    """What stands for each field of `data`; `write` may be a faster writer of the same bytes."""
    return {name: commitment(salts[name], write(value)) for name, value in data.items()}
