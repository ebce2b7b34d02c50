"""The constitution: articles, waivers, and the weights of the scorecard; versioned, and pinned by its digest."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import Field, StringConstraints, model_validator

from ethogram.council.articles import Article, Watch
from ethogram.council.weights import WEIGHTS, checked_weights
from ethogram.events import Real, Value, canonical, digest
from ethogram.events.moments import moment
from ethogram.events.people import Moment

SHIPPED = Path(__file__).parent / "constitution.yaml"
Words = Annotated[str, StringConstraints(pattern=r"[^\s]")]


class Waiver(Value):
    """Somebody answers for it that an article is not held against somebody, for a while."""

    article: str
    """Id of the article."""
    owner: Words
    """Who answers for it: one of `may_waive`."""
    reason: Words
    """Why."""
    agents: Annotated[tuple[str, ...], Field(min_length=1)]
    """Patterns of the ids of agents that it holds for."""
    trainings: Annotated[tuple[str, ...], Field(min_length=1)] = ("*",)
    """Patterns of the names of trainings that it holds in."""
    expires: Moment
    """RFC 3339. From then on it holds in no session that begins; a session's time is that of its first event."""

    def holds(self, agent_id: str, training: str, time: str) -> bool:
        """Whether it holds for this agent in a session of this name that began at `time`."""
        return (
            bool(time)
            and moment(time) < moment(self.expires)
            and any(fnmatchcase(agent_id, pattern) for pattern in self.agents)
            and any(fnmatchcase(training, pattern) for pattern in self.trainings)
        )


class Constitution(Value):
    """All articles, who may waive them, what was waived, and what a scorecard weighs."""

    name: str
    """For people."""
    version: int
    """Raised with each change."""
    articles: Annotated[tuple[Article, ...], Field(min_length=1)]
    """In the order in which they are cited."""
    may_waive: tuple[Words, ...] = ()
    """Who may own a waiver."""
    waivers: tuple[Waiver, ...] = ()
    """Breaches that are noted but not held against an agent."""
    weights: dict[str, Real] = Field(default_factory=lambda: dict(WEIGHTS))
    """Of the metrics in the total of a scorecard; they sum to 1."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        ids = [article.id for article in self.articles]
        if len(set(ids)) < len(ids):
            raise ValueError("two articles have the same id")
        checked_weights(self.weights)
        for place, waiver in enumerate(self.waivers):
            if waiver.article not in ids:
                raise ValueError(f"waivers[{place}].article: {waiver.article!r} is no article of this constitution")
            moment(waiver.expires)
            if waiver.owner not in self.may_waive:
                raise ValueError(f"waivers[{place}].owner: {waiver.owner!r} is not among may_waive")
        return self

    def digest(self) -> str:
        """SHA-256 of its canonical form."""
        return digest(canonical(self.document()))

    def document(self) -> dict[str, Any]:
        """The plain form that the digest covers."""
        return self.model_dump(mode="json", exclude_none=True)

    @cached_property
    def watches(self) -> tuple[Watch, ...]:
        """What has to be counted for its articles beside the measures that are always counted."""
        return tuple(watch for article in self.articles for watch in article.watches())

    def waiver(self, article: str, agent_id: str, training: str, time: str) -> Waiver | None:
        """The waiver that holds, if any."""
        held = (one for one in self.waivers if one.article == article and one.holds(agent_id, training, time))
        return next(held, None)


@lru_cache(maxsize=1)
def constitution() -> Constitution:
    """The constitution of this release."""
    return read_constitution(yaml.safe_load(SHIPPED.read_text(encoding="utf-8")))


def constitution_digest() -> str:
    """Digest of the constitution of this release."""
    return constitution().digest()


def read_constitution(document: Mapping[str, Any]) -> Constitution:
    """A constitution from plain values; pydantic's ValidationError says where something is wrong."""
    return Constitution.model_validate(document)
