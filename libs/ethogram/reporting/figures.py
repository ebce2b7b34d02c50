"""Figures for papers: one plot of a report as an SVG file that stands for itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from ethogram.reporting.markup import Markup, plain, tag
from ethogram.reporting.plots import Point, cross, fingerprint
from ethogram.reporting.wheels import courses, lineages, radar

Row = Mapping[str, Any]
Courses = Mapping[str, Mapping[str, Sequence[Point]]]
COLOURS = {
    "keep": "#0f766e", "break": "#a84c06", "ink": "#1b2321", "soft": "#5d6966", "line": "#c9cfcc", "faint": "#eef0ed",
}  # fmt: skip
"""As in the report in its light form: they differ in print and for the colour-blind."""
SERIES = ("#0f766e", "#a84c06", "#5b4bb5", "#8a6d00", "#0b66a0", "#ac2663", "#4c7a12", "#5f6b7a")
STYLE = f"""
text{{font:12px "DejaVu Sans",Helvetica,Arial,sans-serif;fill:{COLOURS["ink"]}}}
.name,.figure{{text-anchor:end}}.in,.on,.middled{{text-anchor:middle;font-size:11px}}.in{{fill:#fff}}.column{{font-size:11.5px}}
.middle,.ring{{stroke:{COLOURS["line"]};fill:none}}.dot.for,.cell.for,.bar,.birth{{fill:{COLOURS["keep"]}}}
.dot.against,.cell.against{{fill:{COLOURS["break"]}}}.cell.none{{fill:{COLOURS["faint"]}}}
.life{{stroke:{COLOURS["keep"]};stroke-width:3;stroke-linecap:round}}.life.dead{{stroke:{COLOURS["line"]}}}
.s{{fill:none;stroke-width:1.8;stroke-linejoin:round}}.b{{stroke:none;fill-opacity:.1}}.k{{stroke:none}}
{"".join(f".s{n}{{stroke:{c}}}.b{n},.k{n}{{fill:{c}}}" for n, c in enumerate(SERIES))}
"""


@dataclass(frozen=True)
class Figure:
    """A kind of figure."""

    about: str
    draw: Callable[[Row, Courses], Markup]


def _ranked(report: Row) -> list[Row]:
    rank = {score["agent_id"]: score["rank"] for score in report["scores"]}
    return sorted(report["agents"], key=lambda agent: (rank.get(agent["agent_id"], len(rank) + 1), agent["agent_id"]))


def _fingerprint(report: Row, told: Courses) -> Markup:
    agents = _ranked(report)
    return fingerprint(agents, sorted({one["name"] for agent in agents for one in agent["principles"]}))


def _cross(report: Row, told: Courses) -> Markup:
    from ethogram.reporting.page import mean_payoffs

    names = [agent["agent_id"] for agent in _ranked(report)]
    return cross(mean_payoffs(report["games"], set(names)), names)


def _lineage(report: Row, told: Courses) -> Markup:
    return lineages(_ranked(report))


FIGURES: Mapping[str, Figure] = {
    "fingerprint": Figure("principles of all agents as a heat map", _fingerprint),
    "radar": Figure("principles of all agents on one wheel", lambda report, told: radar(_ranked(report)[:8])),
    "posterior": Figure("strength of each principle over acts, with its 95 % band", lambda report, told: courses(told)),
    "cross": Figure("mean payoff a turn of each agent against each other", _cross),
    "lineage": Figure("principles as they were born, branched off and died", _lineage),
}  # fmt: skip
"""What can be drawn, by name."""


def figure_svg(kind: str, report: Row, told: Courses) -> str:
    """A figure of a `session_report` as an SVG file; `told` are strengths over time per agent and principle."""
    drawn = FIGURES[kind].draw(report, told)
    words = f"Ethogram, {kind} of {plain(report['name'], 120)}, session {report['session_id']}"
    body = re.sub(r"^<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', drawn)
    start = body.index(">") + 1
    head = f"<desc>{escape(words)}</desc>{tag('style', Markup(STYLE))}"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body[:start]}{head}{body[start:]}\n'
