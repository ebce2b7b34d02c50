"""What is wrong with templates beyond their form: blanks without a slot, words nobody knows, follow-ups that go astray.

Text of a template is data. It is filled by name alone: `{owner.__class__}`, `{owner!r}` and `{owner:>9999999}` are
refused, so that a file of a stranger can neither look into the program nor exhaust it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from string import Formatter

from ethogram.events.explanation import Location, Problem, suggestion
from ethogram.games.templates import DEEPEST, Choice, Collection, Node, Template
from ethogram.games.vocabulary import CONTEXTS, PRINCIPLES

DECLARABLE = frozenset(PRINCIPLES) - {"reciprocity"}
"""Principles that an option declares; reciprocity follows from the conduct."""
SELF = "you"


def faults(collection: Collection, pools: Iterable[str]) -> Iterator[Problem]:
    """All that is wrong with a file of templates whose form is right."""
    seen: dict[str, int] = {}
    for place, template in enumerate(collection.templates):
        here: Location = ("templates", place)
        first = seen.setdefault(template.id, place)
        if first != place:
            yield Problem((*here, "id"), f"{template.id!r} is taken by templates[{first}]; each id once")
        yield from (Problem((*here, *fault.location), fault.message) for fault in _faults(template, set(pools)))


def _faults(template: Template, pools: set[str]) -> Iterator[Problem]:
    yield from _texts(template)
    yield from _slots(template, pools)
    yield from _unknown(("contexts",), template.contexts, CONTEXTS)
    if abs(sum(template.contexts.values()) - 1) >= 1e-9:
        total = round(sum(template.contexts.values()), 5)
        yield Problem(("contexts",), f"the weights sum to {total}; they must sum to 1")
    if set(template.conduct) != {"C", "D"}:
        yield Problem(("conduct",), "both C (kept faith) and D (did not) are needed")
    for name, resource in template.resources.items():
        if resource.tight >= resource.calm:
            yield Problem(("resources", name, "tight"), f"must be below calm ({resource.calm}): stress tightens")
    yield from _node(template, (), template)
    for place, step in enumerate(template.follow_ups):
        yield from _node(step, ("follow_ups", place), template)
    yield from _paths(template)


def _slots(template: Template, pools: set[str]) -> Iterator[Problem]:
    for slot, source in template.slots.items():
        if isinstance(source, str) and source not in pools:
            yield Problem(("slots", slot), f"no pool {source!r}{suggestion(source, pools)}; or list the values")
        elif not source:
            yield Problem(("slots", slot), "no value; give at least one")
    taken = sorted(set(template.slots) & {*template.resources, SELF, "n"})
    if taken:
        yield Problem(("slots", taken[0]), f"{taken[0]!r} is taken: a resource, `you` or `n`; choose another name")


def _node(node: Node, here: Location, template: Template) -> Iterator[Problem]:
    names = [option.id for option in node.options]
    if len(set(names)) < len(names):
        yield Problem((*here, "options"), "each id once")
    if node.default not in names:
        yield Problem((*here, "default"), f"{node.default!r} is no option{suggestion(node.default, names)}")
    if {option.leaning for option in node.options} != {"C", "D"}:
        yield Problem((*here, "options"), "both leanings are needed: one option C, one D")
    for place, option in enumerate(node.options):
        yield from _option(option, (*here, "options", place), template)


def _option(option: Choice, here: Location, template: Template) -> Iterator[Problem]:
    parties = {*template.slots, *(name for tie in template.anchors for name in (tie.source, tie.target))} - {SELF}
    yield from _unknown((*here, "effects"), option.effects, DECLARABLE)
    yield from _unknown((*here, "resources"), option.resources, template.resources)
    yield from _unknown((*here, "relations"), option.relations, parties)
    yield from _unknown((*here, "stakeholders"), option.stakeholders, parties)
    steps = [step.id for step in template.follow_ups]
    if option.leads_to is not None and option.leads_to not in steps:
        valid = suggestion(option.leads_to, steps) or "; the template has none"
        yield Problem((*here, "leads_to"), f"no follow-up {option.leads_to!r}{valid}")


def _paths(template: Template) -> Iterator[Problem]:
    """Follow-ups that nothing leads to, that lead back to themselves, or further than allowed."""
    after = {
        node.id: {each.leads_to for each in node.options if each.leads_to is not None}
        for node in (template, *template.follow_ups)
    }
    reached, wave = {template.id: 0}, {template.id}
    for depth in range(1, max(len(after), DEEPEST + 1) + 1):
        wave = {step for node in wave for step in after.get(node, ())}  # the longest way counts
        reached |= dict.fromkeys(wave, depth)
    for place, step in enumerate(template.follow_ups):
        where: Location = ("follow_ups", place, "id")
        if step.id not in reached:
            yield Problem(where, f"no option leads to {step.id!r}; name it under leads_to")
        elif reached[step.id] > DEEPEST:
            yield Problem(where, f"{step.id!r} lies {reached[step.id]} choices deep, or in a circle; at most {DEEPEST}")


def _unknown(where: Location, given: Iterable[str], known: Iterable[str]) -> Iterator[Problem]:
    valid = sorted(known)
    for name in sorted(set(given) - set(valid)):
        yield Problem((*where, name), f"unknown{suggestion(name, valid) or '; none is declared'}")


def _texts(template: Template) -> Iterator[Problem]:
    known = {*template.slots, *template.resources}
    for where, text in _written(template):
        yield from (Problem(where, words) for words in _blanks(text, known))


def _written(template: Template) -> Iterator[tuple[Location, str]]:
    for name in ("counterpart", "story", "neutral"):
        yield (name,), getattr(template, name)
    for name in ("paraphrases", "constraints"):
        yield from (((name, place), text) for place, text in enumerate(getattr(template, name)))
    yield from ((("conduct", name), text) for name, text in template.conduct.items())
    for name, resource in template.resources.items():
        yield ("resources", name, "text"), resource.text.replace("{n}", "")
    yield ("check", "question"), template.check.question
    yield from ((("check", "wrong", place), text) for place, text in enumerate(template.check.wrong))
    yield ("check", "right"), template.check.right
    yield from _asked(template, ())
    for place, step in enumerate(template.follow_ups):
        yield ("follow_ups", place, "story"), step.story
        yield from _asked(step, ("follow_ups", place))


def _asked(node: Node, here: Location) -> Iterator[tuple[Location, str]]:
    yield (*here, "question"), node.question
    yield from (((*here, "options", place, "text"), option.text) for place, option in enumerate(node.options))


def _blanks(text: str, known: set[str]) -> Iterator[str]:
    """What is wrong with the blanks of a text."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError as error:
        yield f"{error}; a blank is a slot's name in braces: {_named(sorted(known))}"
        return
    for _, name, form, conversion in parts:
        if name is not None and name not in known:
            yield f"{{{name}}} is no slot{suggestion(name, known)}"
        elif form or conversion:
            yield f"{{{name}}} takes no format; write {{{name}}} alone"


def _named(names: Sequence[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)
