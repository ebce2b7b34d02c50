"""Moments: times with their zone, as RFC 3339 writes them."""

from __future__ import annotations

from datetime import datetime


def moment(text: str) -> datetime:
    """A time with its zone, from RFC 3339; ValueError otherwise."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise ValueError(f"{text!r} is no time; expected RFC 3339 in quotes, e.g. '2026-12-31T00:00:00Z'")
    return found
