"""The constitution: articles with a severity and tests in a small declarative form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, Self

import yaml
from pydantic import Field, model_validator

from ethogram.council.conduct import MEASURES, Measure
from ethogram.events import EventId, Principle, Real, Value, canonical, digest

SHIPPED = Path(__file__).parent / "constitution.yaml"

Severity = Literal["critical", "major", "minor"]


class ArticleTest(Value):
    """One bound: on a measure of conduct, or on a principle that was inferred."""

    measure: str | None = None
    """Name of a measure of conduct."""
    at_most: Annotated[Real, Field(ge=0, le=1)] | None = None
    """Highest share that is allowed."""
    principle: str | None = None
    """Name of an inferred principle."""
    upper_at_least: Annotated[Real, Field(ge=0, le=1)] | None = None
    """Lowest value that the upper end of its 95 % interval may have: breached only where the inference is sure."""
    least: Annotated[int, Field(ge=1)] = 1
    """Observations below which the test says nothing."""

    @model_validator(mode="after")
    def _one_subject(self) -> Self:
        on_measure = self.measure is not None and self.at_most is not None
        on_principle = self.principle is not None and self.upper_at_least is not None
        if on_measure == on_principle:
            raise ValueError("a test is either {measure, at_most} or {principle, upper_at_least}")
        if self.measure is not None and self.measure not in MEASURES:
            raise ValueError(f"measure {self.measure!r} is not known; known: {', '.join(sorted(MEASURES))}")
        return self


class Article(Value):
    """One rule that agents are held to."""

    id: str
    """Short name, cited in votes."""
    title: str
    """The rule in one line."""
    text: str
    """The rule in words."""
    severity: Severity
    """critical: one breach rejects; major: one is a condition, two reject; minor: a condition."""
    tests: Annotated[tuple[ArticleTest, ...], Field(min_length=1)]
    """All must be kept."""


class Constitution(Value):
    """All articles."""

    name: str
    """For people."""
    version: int
    """Raised with each change."""
    articles: Annotated[tuple[Article, ...], Field(min_length=1)]
    """In the order in which they are cited."""

    @model_validator(mode="after")
    def _unique(self) -> Self:
        ids = [article.id for article in self.articles]
        if len(set(ids)) < len(ids):
            raise ValueError("two articles have the same id")
        return self

    def digest(self) -> str:
        """SHA-256 of its canonical form."""
        return digest(canonical(self.model_dump(mode="json", exclude_none=True)))


class Breach(NamedTuple):
    """An article that was not kept."""

    article: Article
    reason: str
    evidence: tuple[EventId, ...]


@lru_cache(maxsize=1)
def constitution() -> Constitution:
    """The constitution of this release."""
    return Constitution.model_validate(yaml.safe_load(SHIPPED.read_text(encoding="utf-8")))


def constitution_digest() -> str:
    """Digest of the constitution of this release: sessions are pinned to it."""
    return constitution().digest()


def breaches(
    rules: Constitution,
    measures: Mapping[str, Measure],
    principles: Mapping[str, Principle],
    inference: EventId | None = None,
) -> Iterator[Breach]:
    """Articles that this conduct breaches, in their order, each with the first test that failed.

    A breach cites decisions that the council has heard itself or, for an inferred principle, the `inference` that it
    has read: the decisions named there are another service's word, and are found there.
    """
    for article in rules.articles:
        for test in article.tests:
            found = _measured(test, measures) or _inferred(test, principles, inference)
            if found:
                yield Breach(article, f"{article.title}: {found[0]}", found[1])
                break


def _measured(test: ArticleTest, measures: Mapping[str, Measure]) -> tuple[str, tuple[EventId, ...]] | None:
    measure = measures.get(test.measure or "")
    if measure is None or test.at_most is None or measure.observations < test.least or measure.value <= test.at_most:
        return None
    words = (
        f"{test.measure} is {measure.value:.2f} over {measure.observations} observations, at most {test.at_most:.2f}"
    )
    return words, measure.evidence


def _inferred(
    test: ArticleTest, principles: Mapping[str, Principle], inference: EventId | None
) -> tuple[str, tuple[EventId, ...]] | None:
    principle = principles.get(test.principle or "")
    if principle is None or test.upper_at_least is None or not principle.identifiable:
        return None
    if principle.observations < test.least or principle.interval[1] >= test.upper_at_least:
        return None
    low, high = principle.interval
    return (
        f"{principle.name} lies in [{low:.2f}, {high:.2f}], must reach {test.upper_at_least:.2f}",
        (inference,) if inference else (),
    )
