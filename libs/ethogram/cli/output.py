"""Printing: JSON for programs, tables for people, and words of agents made harmless for a terminal."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters (but newline and tab) and marks that turn the direction of text around."""
PIPE_WIDTH = 160
SHORT = 8
"""Characters of an id that tables show."""


def clean(text: str) -> str:
    """`text` without anything that a terminal would obey."""
    return _CONTROL.sub("\ufffd", text)


def safe(value: object, style: str = "") -> Text:
    """A value as text that is neither markup nor a terminal command."""
    from rich.text import Text

    return Text("–" if value is None else clean(str(value)), style=style)


def console() -> Console:
    """Where people read; a pipe or a file has room for whole lines."""
    from rich.console import Console

    screen = Console(highlight=False)
    if not screen.is_terminal and "COLUMNS" not in os.environ:
        screen.width = PIPE_WIDTH
    return screen


def show_json(value: Any) -> None:
    """Write one JSON document to standard output."""
    import orjson

    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str).decode() + "\n")
    sys.stdout.flush()


def show_json_with(value: Mapping[str, Any], name: str, items: Iterable[Any]) -> None:
    """Write one JSON document whose last field is a list, item by item as they come."""
    import orjson

    head = orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str).decode().removesuffix("\n}")
    sys.stdout.write(f'{head},\n  "{name}": [')
    for number, item in enumerate(items):
        told = orjson.dumps(item, option=orjson.OPT_INDENT_2, default=str).decode()
        sys.stdout.write(("," if number else "") + "\n    " + told.replace("\n", "\n    "))
    sys.stdout.write("\n  ]\n}\n")
    sys.stdout.flush()


def show_json_line(value: Any) -> None:
    """Write one JSON document on one line, for streams."""
    import orjson

    sys.stdout.write(orjson.dumps(value, default=str).decode() + "\n")
    sys.stdout.flush()


def table(title: str, *columns: str) -> Table:
    """An empty table in the style of the house; columns that end in `>` are set flush right."""
    from rich import box
    from rich.table import Table

    made = Table(title=title or None, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        made.add_column(column.rstrip(">"), justify="right" if column.endswith(">") else "left", overflow="fold")
    return made


def short(session_id: str) -> str:
    """The beginning of an id, enough to name a session by."""
    return session_id[:SHORT]


def number(value: float | None, digits: int = 2) -> str:
    """A number for people; a dash for none."""
    return "–" if value is None else f"{value:.{digits}f}"
