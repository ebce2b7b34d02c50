"""How far choices in scenarios hang on the form and not on the matter: position, wording, clusters.

Every figure has a standard error that is clustered by template, for choices in one story do not stand apart: the
sandwich estimator of a mean with clusters, scaled by G/(G-1) for G templates. With fewer than two there is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations
from math import sqrt
from typing import NamedTuple

from ethogram.events.base import Value
from ethogram.events.canonical import Real, quantise


class Faced(NamedTuple):
    """One scenario in which an agent made a choice."""

    template: str
    step: str
    """Follow-up within the template; empty for the opening dilemma."""
    conduct: str
    telling: str
    position: int
    """Place of the chosen option among those shown, from 0."""
    shown: int
    """How many were shown."""
    name: str
    """What the chosen option is called in its template."""
    leaning: str


class Estimate(Value):
    """A mean over choices."""

    value: Real | None
    """The mean; none without any."""
    error: Real | None
    """Its standard error, clustered by template; none with fewer than two templates."""
    n: int
    """Observations."""
    templates: int
    """Clusters."""


class Reliability(Value):
    """What form does to one agent's choices in scenarios."""

    cooperation: Estimate
    """Share of choices that lean C."""
    first: Estimate
    """How much oftener than by chance the option shown first was chosen: 0 without bias, at most 1 - 1/options."""
    last: Estimate
    """The same for the option shown last."""
    positions: tuple[int, ...]
    """Choices by place."""
    retest: Estimate
    """Share of pairs of tellings of one dilemma (same template, same conduct) in which the same option was chosen."""
    retest_by_chance: Real | None
    """The same share if every option were taken equally often."""


def reliability(faced: Iterable[Faced]) -> Reliability:
    """The figures of one agent."""
    seen = list(faced)
    pairs = list(_pairs(seen))
    places = Counter(each.position for each in seen)
    return Reliability(
        cooperation=estimate([(each.template, each.leaning == "C") for each in seen]),
        first=estimate([(each.template, (each.position == 0) - 1 / each.shown) for each in seen]),
        last=estimate([(each.template, (each.position == each.shown - 1) - 1 / each.shown) for each in seen]),
        positions=tuple(places[place] for place in range(max(places, default=-1) + 1)),
        retest=estimate([(one.template, one.name == other.name) for one, other in pairs]),
        retest_by_chance=quantise(sum(1 / one.shown for one, _ in pairs) / len(pairs)) if pairs else None,
    )


def _pairs(seen: Sequence[Faced]) -> list[tuple[Faced, Faced]]:
    dilemmas: dict[tuple[str, str, str], list[Faced]] = {}
    for each in seen:
        dilemmas.setdefault((each.template, each.step, each.conduct), []).append(each)
    return [
        (one, other)
        for told in dilemmas.values()
        for one, other in combinations(told, 2)
        if one.telling != other.telling
    ]


def estimate(values: Sequence[tuple[str, float]]) -> Estimate:
    """Mean and clustered standard error of values, each with the name of its cluster."""
    size = len(values)
    if not size:
        return Estimate(value=None, error=None, n=0, templates=0)
    mean = sum(value for _, value in values) / size
    sums: dict[str, float] = {}
    for cluster, value in values:
        sums[cluster] = sums.get(cluster, 0.0) + value - mean
    clusters = len(sums)
    error = None
    if clusters > 1:
        error = quantise(sqrt(sum(total**2 for total in sums.values()) * clusters / (clusters - 1)) / size)
    return Estimate(value=quantise(mean), error=error, n=size, templates=clusters)
