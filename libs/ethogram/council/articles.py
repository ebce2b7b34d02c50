"""Articles: what agents are held to, for which acts and agents, with tests in a small declarative form."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from ethogram.council.conditions import Condition
from ethogram.council.measures import MEASURES, SPREADS
from ethogram.council.plugins import problems
from ethogram.events import Real, Value
from ethogram.events.canonical import Plain

Severity = Literal["critical", "major", "minor"]
Share = Annotated[Real, Field(ge=0, le=1)]
FORMS = (
    "a test is one of {measure, at_most}, {principle, upper_at_least or lower_at_most}, {happens, at_most or at_least},"
    " {plugin, version}"
)


class ArticleTest(Value):
    """One bound: on a measure of conduct, on an inferred principle, on a share of acts, or what a plugin finds."""

    measure: str | None = None
    """Name of a measure of conduct."""
    principle: str | None = None
    """Name of an inferred principle."""
    when: Condition = Condition()
    """Acts that are counted; without it all."""
    happens: Condition | None = None
    """What is counted among them: the test bounds its share."""
    plugin: str | None = None
    """Name of an entry point of the group `ethogram.articles`."""
    version: str | None = None
    """Version of the distribution that the plugin comes with: another one may find otherwise."""
    config: Plain = Field(default_factory=dict)
    """What the plugin needs."""
    at_most: Share | None = None
    """Highest share that is allowed."""
    at_least: Share | None = None
    """Lowest share that is allowed."""
    upper_at_least: Share | None = None
    """Lowest value that the upper end of the principle's 95 % interval may have: breached only where that is sure."""
    lower_at_most: Share | None = None
    """Highest value that the lower end of the principle's 95 % interval may have."""
    least: Annotated[int, Field(ge=1)] = 1
    """Observations below which the test says nothing."""

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        shares = {"at_most", "at_least"}
        forms = {"measure": {"at_most"}, "principle": {"upper_at_least", "lower_at_most"}, "happens": shares,
                 "plugin": {"version"}}  # fmt: skip
        bounds = {name for name in (*shares, "upper_at_least", "lower_at_most", "version") if self.given(name)}
        subjects = [name for name in forms if self.given(name)]
        if len(subjects) != 1 or len(bounds) != 1 or bounds - forms[subjects[0]]:
            raise ValueError(FORMS)
        if self.when != Condition() and self.happens is None:
            raise ValueError("`when` belongs to `happens`; to bound a measure to some acts, give the article a scope")
        if self.measure is not None and self.measure not in MEASURES:
            raise ValueError(f"measure {self.measure!r} is not known; known: {', '.join(sorted(MEASURES))}")
        wrong = problems(self.plugin, self.version or "", self.config) if self.plugin else []
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def given(self, name: str) -> bool:
        """Whether a field is set."""
        return getattr(self, name) is not None


class Watch(NamedTuple):
    """What the council counts for one test, beside the measures that it always counts."""

    key: str
    """`<article>/<number of the test>`."""
    within: Condition
    """Acts that the article is about."""
    test: ArticleTest


class Scope(Value):
    """Whom and what an article is about."""

    agents: Annotated[tuple[str, ...], Field(min_length=1)] = ("*",)
    """Patterns of agent ids (`*`, `?`, `[seq]`)."""
    acts: Condition = Condition()
    """Acts that its tests look at; tests of principles, which rest on all acts, cannot be narrowed."""

    def covers(self, agent_id: str) -> bool:
        """Whether the agent is held to it."""
        return any(fnmatchcase(agent_id, pattern) for pattern in self.agents)


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
    scope: Scope = Scope()
    """Whom and what it is about; without it everybody and everything."""
    tests: Annotated[tuple[ArticleTest, ...], Field(min_length=1)]
    """All must be kept."""

    @model_validator(mode="after")
    def _scoped(self) -> Self:
        whole = [test.principle or test.measure for test in self.tests if test.principle or test.measure in SPREADS]
        if whole and self.scope.acts != Condition():
            raise ValueError(f"article {self.id!r}: {whole[0]} rests on all acts; leave scope.acts out")
        return self

    def watches(self) -> Iterator[Watch]:
        """What has to be counted for its tests beside the measures that are always counted."""
        for place, test in enumerate(self.tests):
            scoped = test.measure is not None and self.scope.acts != Condition()
            if scoped or test.happens is not None or test.plugin is not None:
                yield Watch(f"{self.id}/{place}", self.scope.acts, test)

    def key(self, place: int) -> str:
        """The measure that its test number `place` bounds."""
        keys = {watch.key for watch in self.watches()}
        own = f"{self.id}/{place}"
        return own if own in keys else self.tests[place].measure or ""
