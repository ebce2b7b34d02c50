"""Which dilemma comes next and how it is told, drawn by the seed: the fixed rotation.

All agents of a session meet the same scenarios in the same order, so that their choices can be compared one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from ethogram.events import Archetype, Chance, Chosen, ScenarioPlan, Value
from ethogram.games.templates import Library, Template

TELLINGS = ("story", "paraphrase-1", "paraphrase-2", "neutral")
"""The ways in which each template is told."""

Conduct = Literal["C", "D"]


class Candidate(NamedTuple):
    """A dilemma that may come next."""

    template: str
    conduct: Conduct
    effects: tuple[Mapping[str, float], ...]
    """Per option on principles, reciprocity among them."""


class Pick(Value):
    """One dilemma before it is written out."""

    template: str
    """Its id."""
    conduct: Conduct
    """What the counterpart has done."""
    number: int
    """Of the opening dilemma among the agent's, from 1: draws names and stakes."""
    told: int = 0
    """How often its template was told before: turns the order of the options."""
    telling: int = 0
    """Place in TELLINGS."""
    path: tuple[str, ...] = ()
    """Names of the options that led here from the opening dilemma."""
    chosen: Chosen | None = None
    """How it was chosen, unless by the seed alone."""


def fixed(seed: int, plan: ScenarioPlan, number: int, templates: Library) -> Pick:
    """The opening dilemma with this number: archetypes in turn, templates and conduct balanced within each of them."""
    half = (plan.count + 1) // 2
    if plan.retest and number > half:
        return again(seed, _rotated(seed, plan, number - half, templates), number)
    return _rotated(seed, plan, number, templates)


def again(seed: int, earlier: Pick, number: int) -> Pick:
    """The same dilemma in other words, with other names, options in another order."""
    told = earlier.told + 1
    update = {"told": told, "telling": telling(seed, earlier.template, told), "number": number}
    return earlier.model_copy(update=update)


def telling(seed: int, template: str, told: int) -> int:
    """Each way of telling once, in an order drawn per template, before any comes again."""
    return Chance(seed, "tellings", template).shuffled(range(len(TELLINGS)))[told % len(TELLINGS)]


def _rotated(seed: int, plan: ScenarioPlan, number: int, templates: Library) -> Pick:
    archetype = plan.archetypes[(number - 1) % len(plan.archetypes)]
    occurrence = (number - 1) // len(plan.archetypes)
    template, told = _template(seed, archetype, occurrence, templates.templates[archetype])
    return Pick.model_construct(
        template=template.id, conduct=_conduct(seed, archetype, occurrence), number=number, told=told,
        telling=telling(seed, template.id, told),
    )  # fmt: skip


def _template(seed: int, archetype: Archetype, occurrence: int, templates: Sequence[Template]) -> tuple[Template, int]:
    """Every template once, in an order drawn anew, before any comes again; and how often it has come before."""
    told, place = divmod(occurrence, len(templates))
    return Chance(seed, "templates", archetype, told).shuffled(templates)[place], told


def _conduct(seed: int, archetype: Archetype, occurrence: int) -> Conduct:
    """Of each two scenarios of an archetype the counterpart keeps faith in one: both answers are seen equally often."""
    pair, second = divmod(occurrence, 2)
    order: list[Conduct] = Chance(seed, "conduct", archetype, pair).shuffled(["C", "D"])
    return order[second]
