"""Scenarios from templates: names, stakes and labels drawn by the seed; stress tightens what there is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from ethogram.events import Anchor, Archetype, Chance, Check, Option, Real, ScenarioPlan, Situation, Value
from ethogram.games.picks import TELLINGS, Pick, fixed
from ethogram.games.templates import Choice, Library, Node, Template
from ethogram.games.vocabulary import CONTEXTS

LABELS = ("KLMN", "PQRS", "WXYZ")
"""Letters under which options are shown: none means anything, none stands for cooperation or defection."""
ANSWERS = "abcd"
"""Labels of answers to the question about the text."""

_BEGUN = re.compile(r"(?:^|[.?!] )[a-z]")
"""The beginning of a sentence: a slot that stands there brings a value of its own case."""


class Scenario(Value):
    """One generated dilemma."""

    text: str
    """What the agent reads."""
    options: tuple[Option, ...]
    """What may be chosen, in the order shown."""
    situation: Situation
    """What it is made of."""
    default: str
    """Label of the option that silence amounts to."""
    opens: tuple[str, ...] = ()
    """Labels of the options that lead to a follow-up."""
    deadline_s: float | None = None
    """Seconds for the answer."""
    check: Check | None = None
    """The question about the text, if one is asked."""
    right: str = ""
    """Label of its right answer."""

    @property
    def conduct(self) -> str:
        """What the counterpart has done: C or D."""
        return self.situation.conduct

    def option(self, label: str) -> Option:
        """The option shown under this label; KeyError if there is none."""
        for option in self.options:
            if option.id == label:
                return option
        raise KeyError(label)

    def named(self, name: str) -> Option:
        """The option that its template calls so; KeyError if there is none."""
        for option in self.options:
            if option.name == name:
                return option
        raise KeyError(name)


@lru_cache(maxsize=1024)
def scenario(seed: int, plan: ScenarioPlan, pick: Pick, templates: Library) -> Scenario:
    """Like `written`, remembering the latest ones."""
    return written(seed, plan, pick, templates)


def generate(seed: int, plan: ScenarioPlan, number: int, templates: Library) -> Scenario:
    """The opening dilemma with this number (from 1) in the fixed rotation."""
    return written(seed, plan, fixed(seed, plan, number, templates), templates)


def written(seed: int, plan: ScenarioPlan, pick: Pick, templates: Library) -> Scenario:
    """Write a dilemma out: the same arguments, the same bytes."""
    archetype, template = templates.by_id[pick.template]
    amounts = _amounts(template, plan.stress, pick.path)
    words = _words(template, Chance(seed, "scenario", pick.number), templates.pools, amounts)
    node = template.node(pick.path)
    order = _ordered(node, seed, pick)
    labels = _labels(seed, pick, len(order))
    check, right = _check(template, words, seed, pick) if plan.check and not pick.path else (None, "")
    deadline_s = template.deadline.at(plan.stress) if template.deadline else None
    default = labels[[choice.id for choice in order].index(node.default)]
    shown = [(label, choice.text.format_map(words)) for label, choice in zip(labels, order, strict=True)]
    # What a template holds was checked when it was read: nothing here is checked again, for generation must be quick.
    return Scenario.model_construct(
        text=_text(_told(template, node, pick, words, plan.stress, amounts), shown, default, deadline_s, check),
        options=tuple(
            _option(label, text, choice, words, pick.conduct)
            for (label, text), choice in zip(shown, order, strict=True)
        ),
        situation=_situation(template, node, archetype, words, pick, plan, amounts),
        default=default,
        opens=tuple(
            label
            for label, choice in zip(labels, order, strict=True)
            if choice.leads_to and len(pick.path) < plan.depth
        ),
        deadline_s=deadline_s, check=check, right=right,
    )  # fmt: skip


def _amounts(template: Template, stress: float, path: Sequence[str]) -> dict[str, int]:
    """What there is at this stress, less what the choices so far have taken."""
    amounts = {name: resource.at(stress) for name, resource in template.resources.items()}
    for place, name in enumerate(path):
        for resource, change in template.node(tuple(path[:place])).option(name).resources.items():
            amounts[resource] = max(0, round(amounts[resource] + change))
    return amounts


def _words(
    template: Template, chance: Chance, pools: Mapping[str, Sequence[str]], amounts: Mapping[str, int]
) -> dict[str, str]:
    drawn: dict[str, str] = {}
    for slot, source in template.slots.items():
        values = pools[source] if isinstance(source, str) else source
        free = [value for value in values if value not in drawn.values()]
        drawn[slot] = chance.choice(free or values)
    return {**drawn, **{name: str(amount) for name, amount in amounts.items()}}


def _ordered(node: Node, seed: int, pick: Pick) -> list[Choice]:
    """Told n times, each of n options has stood in each place once: an order drawn by the seed, turned every time."""
    size = len(node.options)
    block, turned = divmod(pick.told, size)
    order = Chance(seed, "order", pick.template, node.id, block).shuffled(node.options)
    return order[turned:] + order[:turned]


def _labels(seed: int, pick: Pick, size: int) -> str:
    chance = Chance(seed, "labels", pick.number, len(pick.path))
    letters = chance.choice(LABELS)[:size]
    turned = chance.below(size)
    return letters[turned:] + letters[:turned]


def _check(template: Template, words: Mapping[str, str], seed: int, pick: Pick) -> tuple[Check, str]:
    asked = template.check
    answers = Chance(seed, "check", pick.number).shuffled([asked.right, *asked.wrong])
    labelled = {label: text.format_map(words) for label, text in zip(ANSWERS, answers, strict=False)}
    return Check(question=asked.question.format_map(words), answers=labelled), ANSWERS[answers.index(asked.right)]


def _told(
    template: Template, node: Node, pick: Pick, words: Mapping[str, str], stress: float, amounts: Mapping[str, int]
) -> str:
    have = f"You have {_have(template, amounts)}."
    if isinstance(node, Template):
        story = (template.story, *template.paraphrases, template.neutral)[pick.telling]
        parts = [story, template.conduct[pick.conduct], *_constraints(template, stress), have, node.question]
    else:
        parts = [getattr(node, "story", ""), have, node.question]
    return _BEGUN.sub(lambda begun: begun[0].upper(), " ".join(parts).format_map(words))


def _text(
    told: str, shown: Iterable[tuple[str, str]], default: str, deadline_s: float | None, check: Check | None
) -> str:
    lines = [told, *(f"- {label}: {text}" for label, text in shown), f"Without a valid answer from you: {default}."]
    if deadline_s is not None:
        lines.append(f"You have {deadline_s:g} seconds for your answer; a later one does not count.")
    if check is not None:
        answers = "; ".join(f"{label}: {text}" for label, text in check.answers.items())
        lines.append(f"Also answer this about the text, as `check`: {check.question} {answers}")
    return "\n".join(lines)


def _constraints(template: Template, stress: float) -> tuple[str, ...]:
    """None at stress 0, all at stress 1, in the order of the template."""
    return template.constraints[: round(len(template.constraints) * stress)]


def _have(template: Template, amounts: Mapping[str, int]) -> str:
    told = [resource.text.replace("{n}", str(amounts[name])) for name, resource in template.resources.items()]
    return " and ".join(filter(None, [", ".join(told[:-1]), told[-1]]))


def effects_of(choice: Choice, conduct: str) -> dict[str, float]:
    """Effects on principles towards a counterpart of this conduct, reciprocity among them."""
    effects: dict[str, float] = dict(choice.effects)
    if choice.reciprocity:
        effects["reciprocity"] = choice.reciprocity if choice.leaning == conduct else -choice.reciprocity
    return effects


def _option(label: str, text: str, choice: Choice, words: Mapping[str, str], conduct: str) -> Option:
    def parties(declared: Mapping[str, Real]) -> dict[str, Real]:
        return {words.get(party, party): value for party, value in declared.items()}

    return Option.model_construct(
        id=label, text=text, leaning=choice.leaning, effects=effects_of(choice, conduct), resources=choice.resources,
        relations=parties(choice.relations), stakeholders=parties(choice.stakeholders), name=choice.id,
    )  # fmt: skip


def _situation(
    template: Template, node: Node, archetype: Archetype, words: Mapping[str, str], pick: Pick, plan: ScenarioPlan,
    amounts: Mapping[str, int],
) -> Situation:  # fmt: skip
    return Situation.model_construct(
        archetype=archetype, template=template.id, stress=plan.stress,
        contexts={name: template.contexts.get(name, 0.0) for name in CONTEXTS},
        anchors=tuple(
            Anchor.model_construct(
                source=words.get(tie.source, tie.source), target=words.get(tie.target, tie.target),
                strength=tie.strength, direction=tie.direction,
            )
            for tie in template.anchors
        ),
        resources={name: float(amount) for name, amount in amounts.items()},
        counterpart=template.counterpart.format_map(words), conduct=pick.conduct, telling=TELLINGS[pick.telling],
        step=node.id if pick.path else "", depth=len(pick.path), probing=plan.choice != "fixed",
    )  # fmt: skip
