"""A constitution in words, and the difference between two."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ethogram.council.articles import Article, ArticleTest
from ethogram.council.conditions import Bound, Condition
from ethogram.council.constitution import Constitution, Waiver
from ethogram.council.measures import MEASURES

CONSEQUENCES = {
    "critical": "one breach rejects",
    "major": "one breach is a condition, two reject",
    "minor": "a breach is a condition",
}


def article_in_words(article: Article) -> list[str]:
    """Lines that say whom an article is about, what it tests and what follows from a breach."""
    lines = [article.text, f"{article.severity}: {CONSEQUENCES[article.severity]}"]
    if article.scope.agents != ("*",):
        lines.append(f"for agents {', '.join(article.scope.agents)}")
    if article.scope.acts != Condition():
        lines.append(f"of acts with {condition_in_words(article.scope.acts)}")
    return [*lines, *map(test_in_words, article.tests)]


def test_in_words(test: ArticleTest) -> str:
    """One line: what must hold."""
    least = f", from {test.least} observations on" if test.least > 1 else ""
    if test.measure is not None:
        return f"{test.measure} ({MEASURES[test.measure]}) at most {test.at_most:.2f}{least}"
    if test.principle is not None and test.upper_at_least is not None:
        return f"{test.principle} is not surely below {test.upper_at_least:.2f}{least}"
    if test.principle is not None:
        return f"{test.principle} is not surely above {test.lower_at_most:.2f}{least}"
    if test.plugin is not None:
        return f"plugin {test.plugin} {test.version} finds nothing{least}"
    bound = f"at most {test.at_most:.2f}" if test.at_most is not None else f"at least {test.at_least:.2f}"
    among = condition_in_words(test.when) if test.when != Condition() else "anything"
    return f"of acts with {among}, the share with {condition_in_words(test.happens or Condition())} is {bound}{least}"


def condition_in_words(condition: Condition) -> str:
    """What an act must be like."""
    return " and ".join(_parts(condition))


def waiver_in_words(waiver: Waiver) -> str:
    """Who answers for what, until when."""
    where = f" in trainings {', '.join(waiver.trainings)}" if waiver.trainings != ("*",) else ""
    whom = f"{waiver.article} is waived for {', '.join(waiver.agents)}{where} until {waiver.expires}"
    return f"{whom} by {waiver.owner}: {waiver.reason}"


def differences(old: Constitution, new: Constitution) -> Iterator[tuple[str, str]]:
    """What is new, gone or other in `new`: where, and what."""
    for name in ("name", "version", "may_waive", "weights"):
        yield from _changed(name, old, new)
    before, after = ({article.id: article for article in each.articles} for each in (old, new))
    for article in before.keys() - after.keys():
        yield f"articles.{article}", "removed"
    for article in sorted(after):
        if article not in before:
            yield f"articles.{article}", "added"
        elif before[article] != after[article]:
            for name in Article.model_fields:
                yield from _changed(f"articles.{article}.{name}", before[article], after[article])
    for waiver in old.waivers:
        if waiver not in new.waivers:
            yield "waivers", f"removed: {waiver_in_words(waiver)}"
    for waiver in new.waivers:
        if waiver not in old.waivers:
            yield "waivers", f"added: {waiver_in_words(waiver)}"


def _changed(path: str, old: Any, new: Any) -> Iterator[tuple[str, str]]:
    name = path.rpartition(".")[2]
    was, now = (_shown(getattr(each, name)) for each in (old, new))
    if was != now:
        yield path, f"{was} -> {now}"


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return "; ".join(map(_shown, value)) or "none"
    if isinstance(value, ArticleTest):
        return test_in_words(value)
    return str(value.model_dump(exclude_defaults=True)) if hasattr(value, "model_dump") else str(value)


def _parts(condition: Condition) -> Iterator[str]:
    told = condition.model_dump(exclude_none=True, exclude_defaults=True)
    for name in told:
        value = getattr(condition, name)
        label = name.replace("_", " ")
        if isinstance(value, Bound):
            above = "" if value.at_least is None else f" at least {value.at_least}"
            below = "" if value.at_most is None else f" at most {value.at_most}"
            yield f"{label} of {value.of}{above}{below}"
        elif isinstance(value, tuple):
            yield f"{label} {' or '.join(value)}"
        elif name == "relation":
            yield f"a relation {', '.join(f'{part} {what}' for part, what in told[name].items())}"
        else:
            yield f"{label} {value}"
