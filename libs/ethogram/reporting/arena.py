"""The arena as sections of the page: places, the story of its rounds, hearings with their transcripts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ethogram.reporting.markup import Markup, number, tag
from ethogram.reporting.parts import ROWS, pill, section, table

Row = Mapping[str, Any]
HEARINGS = 40
"""Hearings that are told in full."""


def arena_section(told: Row | None) -> Markup | None:
    """Everything about an arena; nothing where there was none."""
    if not told:
        return None
    rows = [
        [str(one["rank"]), tag("b", one["agent_id"]), number(one["points"]), str(one["rounds"]), one.get("out") or "–",
         str(one["upheld"]), str(one["dismissed"])]
        for one in told["places"]
    ]  # fmt: skip
    heads = ("rank", "agent", "points", "rounds", "left", "convicted", "accused in vain")
    words = "Points are payoffs less fines. Who left was convicted, or had fewest points when one had to go."
    story = [[str(one["round"]), number(one["pot"], 0), number(one["worth"], 0), ", ".join(one["order"]),
              one["told"] or one["narration"]] for one in told["rounds"][:ROWS]]  # fmt: skip
    return section(
        "The arena", tag("p", told["narration"], class_="lead") if told["narration"] else None,
        table(heads, rows, "places"), tag("p", words, class_="caption"),
        table(("round", "pot", "worth", "order of turns", "story"), story, "rounds"),
        [_hearing(one) for one in told["hearings"][:HEARINGS]],
    )  # fmt: skip


def _hearing(one: Row) -> Markup:
    by = ", ".join(one["accusers"]) or "the arena"
    title = f"Case {one['case']}, round {one['round']}: {by} against {one['accused']} "
    lines = [
        tag("p", tag("b", line["speaker"]), ": ", line["words"]) for line in one["transcript"]
    ]  # fmt: skip
    ruling = pill("reject" if one["finding"] == "upheld" else "approve", one.get("charge") or one["finding"])
    return tag("details", tag("summary", title, ruling), lines)
