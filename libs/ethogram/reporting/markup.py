"""Elements from plain values. Text is always escaped: nothing that an agent says is ever read as HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, marks that turn the direction of text around, and halves of characters."""
LONGEST = 600
"""Characters of one text; the record itself has all of it."""


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Child = Markup | str | float | None | Iterable["Child"]
"""What an element may hold; text is escaped, nothing is left out but None."""


def plain(value: object, longest: int = LONGEST) -> str:
    """Text from elsewhere, made harmless and of bounded length."""
    text = _CONTROL.sub("\ufffd", "–" if value is None else str(value))
    return text if len(text) <= longest else f"{text[:longest]} … ({len(text)} characters)"


def tag(name: str, *children: Child, **attributes: object) -> Markup:
    """An element. `class_` and `for_` lose their underscore, others become hyphens; None leaves an attribute out."""
    told = "".join(_attribute(key, value) for key, value in attributes.items() if value is not None)
    return Markup(f"<{name}{told}>{join(children)}</{name}>")


def _attribute(key: str, value: object) -> str:
    text = value if isinstance(value, Markup) else plain(value)
    return f' {key.rstrip("_").replace("_", "-")}="{html.escape(text, quote=True)}"'


def join(children: Iterable[Child]) -> Markup:
    """Children one after the other."""
    return Markup("".join(map(_child, children)))


def _child(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Markup):
        return child
    if isinstance(child, str | int | float):
        return html.escape(plain(child), quote=False)
    return join(child)


def number(value: float | None, digits: int = 2) -> str:
    """A number for people; a dash for none."""
    return "–" if value is None else f"{value:.{digits}f}"
