"""The little Markdown that the reference is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

GENERATED = "Generated from the code by `scripts/generate`."


def page(title: str, *parts: str) -> str:
    """A page under its title."""
    return "\n\n".join([f"# {title}", GENERATED, *filter(None, parts)]) + "\n"


def rows(columns: Sequence[str], cells: Iterable[Sequence[str]]) -> str:
    """A table; empty if there is nothing in it."""
    lines = [f"| {' | '.join(map(_cell, row))} |" for row in cells]
    rule = "|" + "---|" * len(columns)
    return "\n".join([f"| {' | '.join(columns)} |", rule, *lines]) if lines else ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
