"""Words of models: what of them can be kept, and the JSON in them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

LONGEST_READ = 200_000
"""Characters of a reply that are looked through."""
MOST_OBJECTS = 50
LONGEST_WORDS = 20_000


def storable(text: str) -> str:
    """Text as it can be kept: not endless, no half characters, and without NUL, which no database column takes."""
    return text[:LONGEST_WORDS].replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()


def objects(text: str, member: str) -> Iterator[dict[str, Any]]:
    """JSON objects with this member, from the outside in and from left to right."""
    text = text[:LONGEST_READ]
    decoder, at = json.JSONDecoder(), text.find("{")
    for _ in range(MOST_OBJECTS):
        if at < 0:
            return
        try:
            found, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            found, end = None, at + 1
        if isinstance(found, dict) and member in found:
            yield found
        at = text.find("{", end)
