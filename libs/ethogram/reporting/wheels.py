"""Plots of several agents together: a wheel of principles, courses as small panels, lineages one below the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, pi, sin
from typing import Any

from ethogram.reporting.markup import Markup, plain, tag
from ethogram.reporting.plots import Point, drawing, lineage, path, thinned

Row = Mapping[str, Any]
COLOURS = 8
"""Classes of series: s0, s1, ... for lines, b0, ... for bands, k0, ... for keys."""
PANEL = (230, 120)
"""Width and height of one principle's panel."""
ACROSS = 3


def radar(agents: Sequence[Row], size: int = 520) -> Markup:
    """Strengths of all identifiable principles on one wheel; the ring in the middle is indifference."""
    names = sorted({one["name"] for agent in agents for one in agent["principles"] if one["identifiable"]})
    middle, reach = size / 2, size / 2 - 96

    def at(place: int, value: float) -> tuple[float, float]:
        angle = 2 * pi * place / max(len(names), 1) - pi / 2
        return middle + cos(angle) * value * reach, middle + sin(angle) * value * reach

    parts = [tag("circle", cx=middle, cy=middle, r=reach * value, class_="ring") for value in (0.5, 1)]
    for place, name in enumerate(names):
        x, y = at(place, 1.1)
        anchor = "middle" if abs(x - middle) < 12 else "start" if x > middle else "end"
        spoke = path([(middle, middle), at(place, 1)])
        parts += [
            tag("polyline", points=spoke, class_="ring"),
            tag("text", name, x=_r(x), y=_r(y + 4), text_anchor=anchor),
        ]
    for number_, agent in enumerate(agents):
        known = {one["name"]: one for one in agent["principles"] if one["identifiable"]}
        points = [at(place, known[name]["strength"]) for place, name in enumerate(names) if name in known]
        if len(points) > 1:
            line = path([*points, points[0]])
            parts += [tag("polygon", points=line, class_=f"b{number_ % COLOURS} b"),
                      tag("polyline", points=line, class_=f"s{number_ % COLOURS} s")]  # fmt: skip
    keys = [_key(agent["agent_id"], place, 8, size + 4 + place * 18) for place, agent in enumerate(agents)]
    title = f"Strength of {len(names)} principles in {len(agents)} agents: 1 at the rim, 0 in the middle"
    return drawing(size, size + 10 + 18 * len(agents), title, parts, keys)


def courses(told: Mapping[str, Mapping[str, Sequence[Point]]]) -> Markup:
    """A panel per principle: its strength over the acts of each agent, with the 95 % band."""
    names = sorted({name for principles in told.values() for name in principles})
    width, height = PANEL
    parts = []
    for place, name in enumerate(names):
        left, top = place % ACROSS * (width + 24) + 30, place // ACROSS * (height + 44) + 22
        lines = {agent: principles[name] for agent, principles in told.items() if name in principles}
        inside = [tag("text", name, x=0, y=-8), *_axes(width, height, max(_last(points) for points in lines.values()))]
        for number_, agent in enumerate(told):
            if agent in lines:
                inside += _course(lines[agent], number_, max(_last(each) for each in lines.values()))
        parts.append(tag("g", inside, transform=f"translate({left} {top})"))
    rows = -(-len(names) // ACROSS)
    below = rows * (height + 44) + 16
    keys = [_key(agent, place, 30 + place % 4 * 190, below + place // 4 * 18) for place, agent in enumerate(told)]
    title = f"Strength of {len(names)} principles over the acts of {len(told)} agents, with 95 % bands"
    return drawing(ACROSS * (width + 24) + 30, below + 18 * (1 + len(told) // 4), title, parts, keys)


def lineages(agents: Sequence[Row]) -> Markup:
    """The lineage of each agent that has one, under its name."""
    parts, top = [], 0
    for agent in agents:
        tree = agent["lineage"]["tree"]
        if tree:
            parts += [tag("text", plain(agent["agent_id"], 64), x=0, y=top + 14),
                      tag("g", lineage(tree, agent["acts"]), transform=f"translate(0 {top + 22})")]  # fmt: skip
            top += 22 * len(tree) + 50
    return drawing(640, max(top, 30), f"Lineages of {len(parts) // 2} agents", parts)


def _axes(width: float, height: float, acts: int) -> list[Markup]:
    lines = [tag("polyline", points=path([(0, y), (width, y)]), class_="ring") for y in (0, height / 2, height)]
    ticks = [tag("text", text, x=-6, y=y + 4, class_="figure") for text, y in (("1", 0), ("0", height))]
    return [*lines, *ticks, tag("text", f"{acts} acts", x=width, y=height + 14, class_="figure")]


def _course(points: Sequence[Point], place: int, acts: int) -> list[Markup]:
    width, height = PANEL
    seen = thinned(points)

    def along(values: Sequence[float]) -> list[tuple[float, float]]:
        return [(point.acts / max(acts, 1) * width, (1 - value) * height)
                for point, value in zip(seen, values, strict=True)]  # fmt: skip

    line, upper, lower = along([p.strength for p in seen]), along([p.high for p in seen]), along([p.low for p in seen])
    return [tag("polygon", points=path([*upper, *reversed(lower)]), class_=f"b{place % COLOURS} b"),
            tag("polyline", points=path(line), class_=f"s{place % COLOURS} s")]  # fmt: skip


def _key(name: str, place: int, x: float, y: float) -> Markup:
    square = tag("rect", x=x, y=y - 9, width=10, height=10, class_=f"k{place % COLOURS} k")
    return tag("g", square, tag("text", plain(name, 24), x=x + 16, y=y))


def _last(points: Sequence[Point]) -> int:
    return max((point.acts for point in points), default=1)


def _r(value: float) -> float:
    return round(value, 1)
