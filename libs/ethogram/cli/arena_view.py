"""The arena of a session, for a terminal: places, rounds in words, hearings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from ethogram.cli.output import number, safe, table


def arena_parts(told: Mapping[str, Any]) -> Iterator[RenderableType]:
    """Tables of an arena, as a report has it."""
    if told["places"]:
        yield _places(told)
    rounds = table("Rounds of the arena", "round>", "pot>", "worth>", "story")
    for one in told["rounds"]:
        story = safe(one["told"] or one["narration"])
        rounds.add_row(str(one["round"]), number(one["pot"], 0), number(one["worth"], 0), story)
    yield rounds
    if told["hearings"]:
        yield _hearings(told)


def _places(told: Mapping[str, Any]) -> RenderableType:
    rows = table(f"The arena: {told['title']}", "rank>", "agent", "points>", "rounds>", "left", "convicted>")
    for one in told["places"]:
        name = safe(one["agent_id"], "bold green" if one["agent_id"] == told["champion"] else "bold")
        out = safe(one.get("out") or "–", "red" if one.get("out") == "convicted" else "")
        rows.add_row(str(one["rank"]), name, number(one["points"]), str(one["rounds"]), out, str(one["upheld"]))
    return rows


def _hearings(told: Mapping[str, Any]) -> RenderableType:
    rows = table("Hearings", "case>", "round>", "accused", "by", "finding", "charge", "votes")
    for one in told["hearings"]:
        style = "red" if one["finding"] == "upheld" else "green"
        votes = ", ".join(f"{vote['judge']} {vote['vote']}" for vote in one["votes"])
        by = ", ".join(one["accusers"]) or "the arena"
        cells: tuple[Text, ...] = (
            safe(one["accused"]), safe(by), safe(one["finding"], style), safe(one.get("charge") or "–"), safe(votes),
        )  # fmt: skip
        rows.add_row(str(one["case"]), str(one["round"]), *cells)
    return rows
