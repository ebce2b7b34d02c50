"""Templates of scenarios: strict YAML, one file per archetype, read once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Annotated, Literal, Self

import yaml
from pydantic import Field, StringConstraints, ValidationError, model_validator

from ethogram.events import Archetype, Real, Value, canonical, digest
from ethogram.events.explanation import explain
from ethogram.games.vocabulary import CONTEXTS, PRINCIPLES

FOLDER = Path(__file__).parent / "templates"
POOLS = Path(__file__).parent / "pools.yaml"

Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Effect = Annotated[Real, Field(ge=-1, le=1)]


class Resource(Value):
    """Something that there is less of under stress."""

    calm: int
    """How much at stress 0."""
    tight: int
    """How much at stress 1."""
    text: Text
    """How the text says it; `{n}` is the amount; may hold slots."""

    def at(self, stress: float) -> int:
        """How much at this stress."""
        return round(self.calm + (self.tight - self.calm) * stress)


class Choice(Value):
    """One option of a template."""

    id: Word
    """What a decision names."""
    text: Text
    """What it means; may hold slots."""
    leaning: Literal["C", "D"]
    """C keeps faith with the counterpart, D does not."""
    effects: dict[str, Effect]
    """On principles; not on reciprocity, which depends on what the counterpart did."""
    reciprocity: Annotated[Real, Field(ge=0, le=1)] = 0.0
    """How plainly it answers the counterpart: for reciprocity if it answers in kind, against it if not."""
    resources: dict[str, Real] = Field(default_factory=dict)
    """What it takes (negative) or brings, per resource or stakeholder."""


class Tie(Value):
    """A relational anchor; source and target are slots, `you`, or words."""

    source: Text
    target: Text
    strength: Annotated[Real, Field(ge=0, le=1)]
    direction: Literal["supports", "opposes"]


class Template(Value):
    """A dilemma with blanks: generation fills the slots, the conduct and the stress."""

    id: Word
    """Unique among all templates."""
    slots: dict[str, str | tuple[str, ...]]
    """Blanks: the name of a pool, or the values to choose from."""
    counterpart: Text
    """Whom the agent faces."""
    story: Text
    """How it came to this."""
    conduct: dict[Literal["C", "D"], Text]
    """What the counterpart has done, if it kept faith (C) and if it did not (D)."""
    constraints: Annotated[tuple[Text, ...], Field(min_length=1, max_length=4)]
    """What also stands in the way, more of it the higher the stress."""
    resources: Annotated[dict[str, Resource], Field(min_length=1)]
    """What there is to spend; one of them is time."""
    question: Text
    """What is asked."""
    options: Annotated[tuple[Choice, ...], Field(min_length=3, max_length=4)]
    """What may be chosen."""
    default: Word
    """The option that silence amounts to."""
    anchors: Annotated[tuple[Tie, ...], Field(min_length=1)]
    """Who affects whom."""
    contexts: dict[str, Annotated[Real, Field(gt=0, le=1)]]
    """Weights of the decision contexts; they sum to 1, and what is left out weighs nothing."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        wrong = "; ".join(_faults(self))
        if wrong:
            raise ValueError(f"template {self.id!r}: {wrong}")
        return self


class Collection(Value):
    """One file of templates."""

    archetype: Archetype
    templates: Annotated[tuple[Template, ...], Field(min_length=2)]


class Library(Value):
    """All templates and the pools that their slots draw from."""

    templates: dict[Archetype, tuple[Template, ...]]
    pools: dict[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def library() -> Library:
    """The templates of this release."""
    collections = [read_collection(path) for path in sorted(FOLDER.glob("*.yaml"))]
    return Library(
        templates={each.archetype: each.templates for each in collections},
        pools=yaml.safe_load(POOLS.read_text(encoding="utf-8")),
    )


def read_collection(path: Path) -> Collection:
    """Read one file of templates; ValueError names the file, the field and what would be valid."""
    try:
        return Collection.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise ValueError(f"{path.name}: {explain(error, Collection)}") from None


@lru_cache(maxsize=1)
def scenario_templates_digest() -> str:
    """SHA-256 over all templates and pools: what a session is pinned to."""
    return digest(canonical(library().model_dump(mode="json")))


def _faults(template: Template) -> list[str]:
    ids = [option.id for option in template.options]
    return [
        *_blanks(template),
        *_unknown("contexts", template.contexts, CONTEXTS),
        *(
            fault
            for option in template.options
            for fault in _unknown(f"effects of {option.id}", option.effects, PRINCIPLES.keys() - {"reciprocity"})
        ),
        *(
            fault
            for option in template.options
            for fault in _unknown(f"resources of {option.id}", option.resources, _spendable(template))
        ),
        *([] if abs(sum(template.contexts.values()) - 1) < 1e-9 else ["contexts must sum to 1"]),
        *([] if len(set(ids)) == len(ids) else ["options: each id once"]),
        *([] if template.default in ids else [f"default {template.default!r} is no option; valid: {', '.join(ids)}"]),
        *([] if {option.leaning for option in template.options} == {"C", "D"} else ["options: both leanings needed"]),
        *([] if set(template.conduct) == {"C", "D"} else ["conduct: both C and D needed"]),
    ]


def _spendable(template: Template) -> set[str]:
    return {*template.resources, *(name for tie in template.anchors for name in (tie.source, tie.target))}


def _unknown(where: str, given: Iterable[str], known: Iterable[str]) -> list[str]:
    strange = sorted(set(given) - set(known))
    valid = ", ".join(sorted(known))
    return [f"{where}: {', '.join(strange)} unknown; valid: {valid}"] if strange else []


def _blanks(template: Template) -> list[str]:
    texts = [
        template.counterpart, template.story, *template.conduct.values(), *template.constraints, template.question,
        *(option.text for option in template.options),
        *(resource.text.replace("{n}", "") for resource in template.resources.values()),
    ]  # fmt: skip
    used = {name for text in texts for _, name, _, _ in Formatter().parse(text) if name is not None}
    return _unknown("text", used, {*template.slots, *template.resources})
