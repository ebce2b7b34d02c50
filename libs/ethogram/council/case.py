"""A case: all that the judges know of one agent; and the breaches of the constitution in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ethogram.council.articles import Article, ArticleTest
from ethogram.council.conduct import Conduct, Memory
from ethogram.council.constitution import Constitution, Waiver
from ethogram.council.measures import Measure
from ethogram.council.plugins import load
from ethogram.events import EventId, Principle, quantise

Found = tuple[str, tuple[EventId, ...]]
"""Why, and what shows it."""


class Case(NamedTuple):
    """All that the judges know of one agent."""

    conduct: Conduct
    principles: Mapping[str, Principle]
    constitution: Constitution
    competence: float | None = None
    """Mean payoff on the scale of the games, 0 to 1; none without a game."""
    inference: EventId | None = None
    """The closing inference that the principles come from."""
    inferred_acts: int | None = None
    """Acts that it rests on, as it says; none where nothing was inferred."""
    agent_id: str = ""
    """The agent."""
    training: str = ""
    """Name of the training."""
    time: str = ""
    """When the session began (RFC 3339): waivers expire by it."""
    words: tuple[str, ...] = ()
    """What the agent claimed last, in its own words. Only models are told, between marks; rules look at none of it."""

    @property
    def measures(self) -> dict[str, Measure]:
        """Measures of conduct."""
        return self.conduct.measures()


class Breach(NamedTuple):
    """An article that was not kept."""

    article: Article
    reason: str
    evidence: tuple[EventId, ...]
    waiver: Waiver | None = None
    """Who answers for it that it is not held against the agent, if somebody does."""


def breaches(case: Case) -> Iterator[Breach]:
    """Articles that this conduct breaches, waived or not, in their order, each with the first test that failed.

    A breach cites decisions that the council has heard itself or, for an inferred principle, the inference that it has
    read: the decisions named there are another service's word, and are found there.
    """
    measures = case.measures
    for article in case.constitution.articles:
        if not article.scope.covers(case.agent_id):
            continue
        for place, test in enumerate(article.tests):
            found = _found(case, article, place, test, measures)
            if found:
                waiver = case.constitution.waiver(article.id, case.agent_id, case.training, case.time)
                yield Breach(article, f"{article.title}: {found[0]}", found[1], waiver)
                break


def unheld(case: Case) -> list[Breach]:
    """Breaches that are held against the agent."""
    return [breach for breach in breaches(case) if breach.waiver is None]


def waived(case: Case) -> tuple[str, ...]:
    """Breaches that are not held against the agent, each with who answers for that."""
    return tuple(
        f"{breach.article.id}: waived by {breach.waiver.owner} until {breach.waiver.expires}: {breach.waiver.reason}"
        for breach in breaches(case)
        if breach.waiver is not None
    )


def untested(case: Case) -> Iterator[str]:
    """Tests that could not be made, in words."""
    for watch in case.constitution.watches:
        memory = case.conduct.memories.get(watch.key)
        trouble = _trouble(watch.test, memory, case) if memory and watch.test.plugin else ""
        if trouble:
            yield f"test {watch.key} could not be made: {trouble[:300]}"


def _found(
    case: Case, article: Article, place: int, test: ArticleTest, measures: Mapping[str, Measure]
) -> Found | None:
    if test.principle is not None:
        return _inferred(test, case.principles, case.inference)
    if test.plugin is not None:
        return _by_plugin(test, case, f"{article.id}/{place}")
    return _measured(article.key(place), test, measures)


def _measured(name: str, test: ArticleTest, measures: Mapping[str, Measure]) -> Found | None:
    measure = measures.get(name)
    if measure is None or measure.observations < test.least:
        return None
    share = measure.value if test.at_least is None else quantise(1 - measure.value)  # there the misses are counted
    shown = f"{test.measure or 'the share of such acts'} is {share:.2f} over {measure.observations} observations"
    if test.at_most is not None and share > test.at_most:
        return f"{shown}, at most {test.at_most:.2f}", measure.evidence
    if test.at_least is not None and share < test.at_least:
        return f"{shown}, at least {test.at_least:.2f}", measure.evidence
    return None


def _inferred(test: ArticleTest, principles: Mapping[str, Principle], inference: EventId | None) -> Found | None:
    principle = principles.get(test.principle or "")
    if principle is None or not principle.identifiable or principle.observations < test.least:
        return None
    low, high = principle.interval
    where = f"{principle.name} lies in [{low:.2f}, {high:.2f}]"
    evidence = (inference,) if inference else ()
    if test.upper_at_least is not None and high < test.upper_at_least:
        return f"{where}, must reach {test.upper_at_least:.2f}", evidence
    if test.lower_at_most is not None and low > test.lower_at_most:
        return f"{where}, must not exceed {test.lower_at_most:.2f}", evidence
    return None


def _by_plugin(test: ArticleTest, case: Case, key: str) -> Found | None:
    memory = case.conduct.memories.get(key)
    if memory is None or memory.error or memory.acts < test.least:
        return None
    try:
        reason = _asked(test, memory, case)
    except Exception:  # `untested` tells
        return None
    return (reason[:500], memory.evidence) if reason else None


def _asked(test: ArticleTest, memory: Memory, case: Case) -> str:
    return str(load(test.plugin or "").find(memory.values, case.principles, test.config) or "")


def _trouble(test: ArticleTest, memory: Memory, case: Case) -> str:
    if memory.error:
        return memory.error
    try:
        _asked(test, memory, case)
    except Exception as error:  # a stranger's test that breaks must not take the hearing with it
        return f"{type(error).__name__}: {error}"
    return ""
