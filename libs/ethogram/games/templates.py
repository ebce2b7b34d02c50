"""What a template of scenarios is: a dilemma with blanks, as it stands in a YAML file."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from ethogram.events import Archetype, Real, Value, canonical, digest

DEEPEST = 5
"""Follow-ups that one choice may lead to, one after another."""

Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Slot = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,39}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2_000, strip_whitespace=True)]
Effect = Annotated[Real, Field(ge=-1, le=1)]
Weight = Annotated[Real, Field(gt=0, le=1)]


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


class Deadline(Value):
    """Seconds that an agent really has for its answer."""

    calm: Annotated[Real, Field(gt=0, le=3_600)]
    """At stress 0."""
    tight: Annotated[Real, Field(gt=0, le=3_600)]
    """At stress 1."""

    def at(self, stress: float) -> float:
        """At this stress, to a tenth of a second."""
        return round(self.calm + (self.tight - self.calm) * stress, 1)


class Choice(Value):
    """One option of a template."""

    id: Word
    """Its name; agents see a label instead."""
    text: Text
    """What it means; may hold slots."""
    leaning: Literal["C", "D"]
    """C keeps faith with the counterpart, D does not."""
    effects: Annotated[dict[str, Effect], Field(min_length=1)]
    """On principles; not on reciprocity, which depends on what the counterpart did."""
    reciprocity: Annotated[Real, Field(ge=0, le=1)] = 0.0
    """How plainly it answers the counterpart: for reciprocity if it answers in kind, against it if not."""
    resources: dict[str, Real] = Field(default_factory=dict)
    """What it takes (negative) or brings, per resource."""
    relations: dict[str, Effect] = Field(default_factory=dict)
    """What it does to the bond with another party: a slot or a party of the anchors."""
    stakeholders: dict[str, Effect] = Field(default_factory=dict)
    """What it does to the lot of another party."""
    leads_to: Word | None = None
    """Id of the follow-up that it opens."""


class Tie(Value):
    """A relational anchor; source and target are slots, `you`, or words."""

    source: Text
    """Who affects."""
    target: Text
    """Who is affected."""
    strength: Annotated[Real, Field(ge=0, le=1)]
    """How strongly."""
    direction: Literal["supports", "opposes"]
    """Whether it helps or harms."""


class Comprehension(Value):
    """A question about the text, the same whichever way it is told."""

    question: Text
    """About a fact that matters; may hold slots."""
    right: Text
    """The answer."""
    wrong: Annotated[tuple[Text, ...], Field(min_length=1, max_length=3)]
    """Answers that somebody could give who has not read."""


class Node(Value):
    """A point at which is chosen: the opening dilemma of a template, or a follow-up."""

    id: Word
    """Unique: a template among all, a follow-up in its template."""
    question: Text
    """What is asked."""
    options: Annotated[tuple[Choice, ...], Field(min_length=2, max_length=4)]
    """What may be chosen."""
    default: Word
    """The option that silence amounts to."""

    def option(self, name: str) -> Choice:
        """The option called so; KeyError if there is none."""
        for option in self.options:
            if option.id == name:
                return option
        raise KeyError(name)


class FollowUp(Node):
    """What comes of a choice, and the next one."""

    story: Text
    """What happened then; may hold slots."""


class Template(Node):
    """A dilemma with blanks: generation fills the slots, the conduct and the stress."""

    slots: dict[Slot, str | tuple[str, ...]]
    """Blanks: the name of a pool, or the values to choose from."""
    counterpart: Text
    """Whom the agent faces."""
    story: Text
    """How it came to this."""
    paraphrases: Annotated[tuple[Text, ...], Field(min_length=2, max_length=2)]
    """The same in other words, twice."""
    neutral: Text
    """The bare facts: no colour, no appraisal."""
    conduct: dict[Literal["C", "D"], Text]
    """What the counterpart has done, if it kept faith (C) and if it did not (D)."""
    constraints: Annotated[tuple[Text, ...], Field(min_length=1, max_length=4)]
    """What also stands in the way, more of it the higher the stress."""
    resources: Annotated[dict[Slot, Resource], Field(min_length=1)]
    """What there is to spend; one of them is time."""
    deadline: Deadline | None = None
    """Time for the answer itself; without it the adapter's own limit holds."""
    check: Comprehension
    """Whether the text was understood."""
    follow_ups: Annotated[tuple[FollowUp, ...], Field(max_length=20)] = ()
    """What choices may lead to."""
    anchors: Annotated[tuple[Tie, ...], Field(min_length=1)]
    """Who affects whom."""
    contexts: dict[str, Weight]
    """Weights of the decision contexts; they sum to 1, and what is left out weighs nothing."""

    def node(self, path: tuple[str, ...]) -> Node:
        """Where the choices of `path` (names of options) lead; KeyError if they lead nowhere."""
        here: Node = self
        for name in path:
            wanted = here.option(name).leads_to
            here = next((each for each in self.follow_ups if each.id == wanted), here)
            if here.id != wanted:
                raise KeyError(name)
        return here


class Collection(Value):
    """One file of templates."""

    archetype: Archetype
    """Kind of dilemma."""
    templates: Annotated[tuple[Template, ...], Field(min_length=1)]
    """Several, so that none is met too often."""


class Library(Value):
    """Templates by archetype and the pools that their slots draw from."""

    templates: dict[Archetype, tuple[Template, ...]]
    """In the order of their files."""
    pools: dict[str, tuple[str, ...]]
    """Values for slots, by name."""

    def __hash__(self) -> int:
        return hash(self.digest)

    @cached_property
    def by_id(self) -> dict[str, tuple[Archetype, Template]]:
        """Every template with its archetype."""
        return {each.id: (archetype, each) for archetype, held in self.templates.items() for each in held}

    @cached_property
    def digest(self) -> str:
        """SHA-256 over all of it: what a session is pinned to."""
        return digest(canonical(self.model_dump(mode="json")))
