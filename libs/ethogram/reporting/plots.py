"""Plots as inline SVG: no script, no font, no file from elsewhere. Colours are classes of the style sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ethogram.reporting.markup import Markup, number, plain, tag

Row = Mapping[str, Any]
NAME = 130
"""Room for a name left of a plot."""
CELL = (46, 26)
"""Width and height of a cell of a heat map."""
READABLE = 0.83
"""Share up to which a cell is pale enough for dark letters; beyond it takes nearly its full colour, and light ones."""
POINTS = 48
"""Points of a line; more are thinned."""


class Point(NamedTuple):
    """A strength after so many acts, and how sure it was."""

    acts: int
    strength: float
    low: float
    high: float


def side(low: float, high: float) -> str:
    """On which side of indifference an interval lies: for, against, unsure."""
    return "for" if low > 0.5 else "against" if high < 0.5 else "unsure"


def drawing(width: float, height: float, title: str, *parts: Markup | Sequence[Markup]) -> Markup:
    """An SVG with a title that is read aloud."""
    size = f"0 0 {width:g} {height:g}"
    return tag("svg", tag("title", title), *parts, viewBox=size, role="img", class_="plot", width=width, height=height)


def interval(principle: Row, width: int = 260, height: int = 16) -> Markup:
    """Where between 0 and 1 a strength is, and how sure that is."""
    low, high = principle["interval"]
    middle, kind = height / 2, side(low, high)
    title = f"{principle['name']}: {number(principle['strength'])}, 95 % between {number(low)} and {number(high)}"
    return drawing(
        width, height, title,
        _line(_at(0, width), middle, _at(1, width), middle, "track"),
        _line(_at(0.5, width), 1, _at(0.5, width), height - 1, "middle"),
        _line(_at(low, width), middle, max(_at(high, width), _at(low, width) + 1), middle, f"interval {kind}"),
        tag("circle", cx=_r(_at(principle["strength"], width)), cy=_r(middle), r=4.5, class_=f"dot {kind}"),
    )  # fmt: skip


def fingerprint(agents: Sequence[Row], names: Sequence[str]) -> Markup:
    """The heat map: one row per agent, one column per principle, darker where it is further from indifference."""
    width, height, top = CELL[0], CELL[1], 92
    parts = [
        _column(name, NAME + place * width + width / 2, top - 8)
        for place, name in enumerate(names)
    ]  # fmt: skip
    for line, agent in enumerate(agents):
        y = top + line * height
        parts.append(tag("text", plain(agent["agent_id"], 18), x=NAME - 8, y=y + 17, class_="name"))
        known = {one["name"]: one for one in agent["principles"]}
        for place, name in enumerate(names):
            parts.append(_heat(known.get(name), NAME + place * width, y))
    title = f"Strength of {len(names)} principles in {len(agents)} agents; crossed out where the games could not tell"
    return drawing(NAME + len(names) * width + 70, top + len(agents) * height + 4, title, parts)


def course(points: Sequence[Point], title: str, width: int = 220, height: int = 84) -> Markup:
    """One strength over the acts of an agent, with its 95 % band."""
    seen = thinned(points)
    longest = max([point.acts for point in seen], default=1) or 1

    def x(acts: int) -> float:
        return 4 + acts / longest * (width - 8)

    def y(value: float) -> float:
        return 6 + (1 - value) * (height - 12)

    upper = [(x(point.acts), y(point.high)) for point in seen]
    lower = [(x(point.acts), y(point.low)) for point in reversed(seen)]
    kind = side(seen[-1].low, seen[-1].high) if seen else "unsure"
    line = path([(x(point.acts), y(point.strength)) for point in seen])
    return drawing(
        width, height, f"{title} over {longest} acts",
        _line(4, y(0.5), width - 4, y(0.5), "middle"),
        tag("polygon", points=path([*upper, *lower]), class_=f"band {kind}"),
        tag("polyline", points=line, class_=f"course {kind}"),
    )  # fmt: skip


def bars(shares: Sequence[tuple[str, float]], title: str, width: int = 360) -> Markup:
    """Probabilities by name."""
    parts = []
    for line, (name, share) in enumerate(shares):
        y = line * 22
        parts += [
            tag("text", plain(name, 24), x=NAME + 20, y=y + 15, class_="name"),
            tag("rect", x=NAME + 28, y=y + 5, width=_r(max(1, share * (width - NAME - 80))), height=12, class_="bar"),
            tag("text", number(share), x=width, y=y + 15, class_="figure"),
        ]  # fmt: skip
    return drawing(width, max(22, 22 * len(shares)), title, parts)


def cross(table: Mapping[tuple[str, str], float], names: Sequence[str]) -> Markup:
    """Mean payoff of the row against the column."""
    width, height, top = 58, CELL[1], 78
    lowest, highest = min(table.values(), default=0), max(table.values(), default=1)
    parts = [
        _column(plain(name, 12), NAME + at * width + width / 2, top - 8)
        for at, name in enumerate(names)
    ]  # fmt: skip
    for line, row in enumerate(names):
        y = top + line * height
        parts.append(tag("text", plain(row, 18), x=NAME - 8, y=y + 17, class_="name"))
        for at, column in enumerate(names):
            value = table.get((row, column))
            parts += _payoff(value, lowest, highest, NAME + at * width, y, width, height)
    return drawing(
        NAME + len(names) * width + 60, top + len(names) * height + 4, "Mean payoff a turn, row against column", parts
    )


def lineage(tree: Sequence[Row], acts: int, width: int = 640) -> Markup:
    """When each principle was born, when it ended, and what branched off it."""
    room, longest = width - 2 * NAME - 70, max(acts, 1)
    parts = []
    for line, node in enumerate(tree):
        y = 12 + line * 22
        left, right = (
            2 * NAME + node["born"] / longest * room,
            2 * NAME + (node.get("died") or longest) / longest * room,
        )
        name = plain(node["name"], 34)
        parts += [
            tag("text", f"└ {name}" if node.get("parent") else name, x=18 if node.get("parent") else 4, y=y + 4),
            _line(left, y, max(right, left + 2), y, "life dead" if node.get("died") else "life"),
            tag("circle", cx=_r(left), cy=y, r=3.5, class_="birth"),
            tag("text", number(node["strength"]), x=width, y=y + 4, class_="figure"),
        ]  # fmt: skip
    return drawing(
        width, max(24, 22 * len(tree) + 6), f"Lineage of {len(tree)} principles and branches over {acts} acts", parts
    )


def thinned(points: Sequence[Point]) -> list[Point]:
    """At most POINTS of them, the last one always."""
    step = max(1, -(-len(points) // POINTS))
    return [point for place, point in enumerate(points) if place % step == 0 or place == len(points) - 1]


def _heat(one: Row | None, x: float, y: float) -> Markup:
    width, height = CELL[0] - 3, CELL[1] - 3
    if one is None or not one["identifiable"]:
        cross_out = _line(x + width / 2 - 3, y + height / 2 + 3, x + width / 2 + 3, y + height / 2 - 3, "middle")
        return tag("g", tag("rect", x=x, y=y, width=width, height=height, class_="cell none", rx=3), cross_out)
    strength, (low, high) = one["strength"], one["interval"]
    kind, (opacity, letters) = ("for" if strength >= 0.5 else "against"), _shade(abs(strength - 0.5) * 2)
    return tag(
        "g",
        tag("title", f"{one['name']} {number(strength)}, 95 % between {number(low)} and {number(high)}"),
        tag("rect", x=x, y=y, class_=f"cell {kind}", rx=3, width=width, height=height, fill_opacity=opacity),
        tag("text", number(strength), x=x + width / 2, y=y + 16, class_=letters),
    )  # fmt: skip


def _shade(share: float) -> tuple[float, str]:
    """Opacity of a cell and the class of its letters: at every opacity that occurs they can be read."""
    return (0.95, "in") if share > READABLE else (_r(0.06 + 0.62 * share), "on")


def _payoff(
    value: float | None, lowest: float, highest: float, x: float, y: float, width: float, height: float
) -> list[Markup]:
    if value is None:
        return [tag("rect", x=x, y=y, width=width - 3, height=height - 3, class_="cell none", rx=3)]
    share = (value - lowest) / (highest - lowest) if highest > lowest else 0.5
    opacity, letters = _shade(share)
    return [
        tag("rect", x=x, y=y, width=width - 3, height=height - 3, class_="cell for", fill_opacity=opacity, rx=3),
        tag("text", number(value), x=x + (width - 3) / 2, y=y + 16, class_=letters),
    ]


def _column(name: str, x: float, y: float) -> Markup:
    return tag("text", name, class_="column", transform=f"translate({x:g} {y:g}) rotate(-38)")


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    return tag("line", x1=_r(x1), y1=_r(y1), x2=_r(x2), y2=_r(y2), class_=kind)


def path(points: Sequence[tuple[float, float]]) -> Markup:
    """Coordinates as SVG wants them; never cut short, for they are ours."""
    return Markup(" ".join(f"{x:.1f},{y:.1f}" for x, y in points))


def _at(value: float, width: float) -> float:
    return 7 + value * (width - 14)


def _r(value: float) -> float:
    return round(value, 2)
