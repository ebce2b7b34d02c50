"""Scenarios from templates: names, stakes, conduct and order drawn by the seed; stress tightens what there is.

All agents of a session meet the same scenarios in the same order, so that their choices can be compared one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from ethogram.events import Anchor, Archetype, Chance, Option, Real, ScenarioPlan, Situation, Value
from ethogram.games.templates import Choice, Library, Template, library
from ethogram.games.vocabulary import CONTEXTS


class Scenario(Value):
    """One generated dilemma."""

    text: str
    """What the agent reads."""
    options: tuple[Option, ...]
    """What may be chosen, in the order shown."""
    situation: Situation
    """What it is made of."""
    default: str
    """The option that silence amounts to."""

    @property
    def conduct(self) -> str:
        """What the counterpart has done: C or D."""
        return self.situation.conduct

    def option(self, option_id: str) -> Option:
        """The option with this id; KeyError if it is not offered."""
        for option in self.options:
            if option.id == option_id:
                return option
        raise KeyError(option_id)


@lru_cache(maxsize=1024)
def scenario(seed: int, plan: ScenarioPlan, turn: int) -> Scenario:
    """The scenario of a turn (from 1): archetypes in turn, templates and conduct balanced within each archetype."""
    return generate(seed, plan, turn, library())


def generate(seed: int, plan: ScenarioPlan, turn: int, templates: Library) -> Scenario:
    """Like `scenario`, from any library and without remembering."""
    archetype = plan.archetypes[(turn - 1) % len(plan.archetypes)]
    occurrence = (turn - 1) // len(plan.archetypes)
    template = _template(seed, archetype, occurrence, templates.templates[archetype])
    conduct = _conduct(seed, archetype, occurrence)
    chance = Chance(seed, "scenario", turn)
    words = _words(template, plan.stress, chance, templates.pools)
    order = chance.shuffled(template.options)
    return Scenario(
        text=_text(template, words, order, conduct, plan.stress),
        options=tuple(_option(choice, words, conduct) for choice in order),
        situation=_situation(template, archetype, words, conduct, plan.stress),
        default=template.default,
    )


def _template(seed: int, archetype: Archetype, occurrence: int, templates: Sequence[Template]) -> Template:
    """Every template once, in an order drawn anew, before any comes again."""
    round_number, place = divmod(occurrence, len(templates))
    return Chance(seed, "templates", archetype, round_number).shuffled(templates)[place]


def _conduct(seed: int, archetype: Archetype, occurrence: int) -> str:
    """Of each two scenarios of an archetype the counterpart keeps faith in one: both answers are seen equally often."""
    pair, second = divmod(occurrence, 2)
    return Chance(seed, "conduct", archetype, pair).shuffled("CD")[second]


def _words(template: Template, stress: float, chance: Chance, pools: Mapping[str, Sequence[str]]) -> dict[str, str]:
    words = {name: str(resource.at(stress)) for name, resource in template.resources.items()}
    for slot, source in template.slots.items():
        values = pools[source] if isinstance(source, str) else source
        words[slot] = chance.choice([value for value in values if value not in words.values()])
    return words


def _text(template: Template, words: Mapping[str, str], order: Sequence[Choice], conduct: str, stress: float) -> str:
    parts = [
        template.story,
        template.conduct["C" if conduct == "C" else "D"],
        *_constraints(template, stress),
        f"You have {_have(template, stress)}.",
        template.question,
    ]
    listed = "\n".join(f"- {choice.id}: {choice.text}" for choice in order)
    silence = f"Without a valid answer from you: {template.default}."
    return f"{' '.join(parts)}\n{listed}\n{silence}".format_map(words)


def _constraints(template: Template, stress: float) -> tuple[str, ...]:
    """None at stress 0, all at stress 1, in the order of the template."""
    return template.constraints[: round(len(template.constraints) * stress)]


def _have(template: Template, stress: float) -> str:
    amounts = [resource.text.replace("{n}", str(resource.at(stress))) for resource in template.resources.values()]
    return " and ".join(filter(None, [", ".join(amounts[:-1]), amounts[-1]]))


def _option(choice: Choice, words: Mapping[str, str], conduct: str) -> Option:
    effects: dict[str, Real] = dict(choice.effects)
    if choice.reciprocity:
        effects["reciprocity"] = choice.reciprocity if choice.leaning == conduct else -choice.reciprocity
    return Option(
        id=choice.id, text=choice.text.format_map(words), leaning=choice.leaning,
        effects=effects, resources=choice.resources,
    )  # fmt: skip


def _situation(
    template: Template, archetype: Archetype, words: Mapping[str, str], conduct: str, stress: float
) -> Situation:
    return Situation(
        archetype=archetype,
        template=template.id,
        stress=stress,
        contexts={name: template.contexts.get(name, 0.0) for name in CONTEXTS},
        anchors=tuple(
            Anchor(
                source=words.get(tie.source, tie.source), target=words.get(tie.target, tie.target),
                strength=tie.strength, direction=tie.direction,
            )
            for tie in template.anchors
        ),
        resources={name: resource.at(stress) for name, resource in template.resources.items()},
        counterpart=template.counterpart.format_map(words),
        conduct=conduct,
    )  # fmt: skip
