"""What sections of the page are made of."""

from __future__ import annotations

from collections.abc import Sequence

from ethogram.reporting.markup import Child, Markup, tag

ROWS = 250
"""Rows of one table; the exports have them all."""


def section(title: str, *children: Child, class_: str | None = None) -> Markup:
    """A part of the page under a heading."""
    return tag("section", tag("h2", title), children, class_=class_)


def table(heads: Sequence[str], rows: Sequence[Sequence[Child]], about: str) -> Markup:
    """A table that scrolls by itself when it is too wide."""
    head = tag("thead", tag("tr", [tag("th", name, scope="col") for name in heads]))
    body = tag("tbody", [tag("tr", [tag("td", cell) for cell in row]) for row in rows])
    return tag("div", tag("table", head, body), class_="scroll", tabindex=0, role="region", aria_label=about)


def pill(word: str, shown: str = "") -> Markup:
    """A ruling or an outcome, coloured; `shown` stands in its place."""
    return tag("span", shown or word, class_=f"pill {word.split('-')[0]}")
