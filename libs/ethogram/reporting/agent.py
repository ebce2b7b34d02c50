"""One agent's ethogram as a section of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ethogram.reporting.markup import Child, Markup, number, tag
from ethogram.reporting.plots import Point, bars, course, interval, lineage

Row = Mapping[str, Any]
SHOWN = 6
"""Strategies and labels."""
LIKELY = 0.05
"""Least probability of one that is shown."""
CITED = 2
"""Decisions that are cited for a principle, and as many against it."""


def agent_section(agent: Row, verdict: Row | None, courses: Mapping[str, Sequence[Point]], cited: set[str]) -> Markup:
    """Everything about one agent."""
    ruling = tag("span", verdict["verdict"], class_=f"pill {verdict['verdict'].split('-')[0]}") if verdict else None
    return tag(
        "section", tag("h2", agent["agent_id"], " ", ruling), tag("p", reached(agent), class_="quiet"),
        [tag("p", _swapped(each), class_="caption") for each in agent.get("swaps", ())],
        tag("p", agent["summary"], class_="summary") if agent["summary"] else None,
        _figures(agent), _principles(agent, cited), _courses(courses),
        tag("div", _strategy(agent), _labels(agent), class_="two"),
        _lineage(agent), _notes(agent), class_="agent", id=f"a-{agent['agent_id']}",
    )  # fmt: skip


def reached(agent: Row) -> str:
    """How an agent is reached, in words: `builtin tit-for-tat`."""
    config = agent["config"]
    return f"{agent['adapter']} {config.get('strategy') or config.get('callable') or config.get('model') or ''}".strip()


def _swapped(swap: Row) -> str:
    why = f": {swap['reason']}" if swap["reason"] else ""
    return f"Until turn {swap['until']} it was {reached(swap)}; {swap['actor']} changed it{why}."


def _figures(agent: Row) -> Markup:
    prediction = agent["prediction"]
    told = [
        ("acts", agent["acts"]), ("keeps faith", number(agent["cooperation"])), ("payoff", number(agent["payoff"], 0)),
        ("entropy", f"{number(agent['entropy'])} bits"), ("trembles", number(agent["strategy"]["tremble"])),
        ("log loss", number(prediction["log_loss"])), ("foreseen", number(prediction["accuracy"])),
    ]  # fmt: skip
    return tag("dl", [tag("div", tag("dt", name), tag("dd", value)) for name, value in told], class_="figures")


def _principles(agent: Row, cited: set[str]) -> Markup | None:
    rows = [_principle(one, cited) for one in agent["principles"] if one["identifiable"]]
    unknown = [one["name"] for one in agent["principles"] if not one["identifiable"]]
    if not rows and not unknown:
        return tag("p", "Too few acts to say anything about its principles.", class_="quiet")
    heads = ("principle", "", "strength", "95 %", "seen", "for", "against")
    head = tag("thead", tag("tr", [tag("th", name, scope="col") for name in heads]))
    told = tag("p", f"Could not be told from these games: {', '.join(unknown)}.", class_="caption") if unknown else None
    table = tag("div", tag("table", head, tag("tbody", rows), class_="principles"), class_="scroll", tabindex=0)
    return tag("div", table if rows else None, told)


def _principle(one: Row, cited: set[str]) -> Markup:
    low, high = one["interval"]
    cells: list[Child] = [
        tag("span", one["name"], title=one["why"]), interval(one), number(one["strength"]),
        f"{number(low)}–{number(high)}",
        one["observations"], _links(one["supporting"], cited), _links(one["contradicting"], cited),
    ]  # fmt: skip
    return tag("tr", [tag("td", cell) for cell in cells])


def _links(event_ids: Sequence[str], cited: set[str]) -> list[Markup]:
    return [tag("a", each[:8], href=f"#e-{each}") for each in event_ids[:CITED] if each in cited]


def _courses(courses: Mapping[str, Sequence[Point]]) -> Markup | None:
    drawn = [
        tag("figure", course(points, name), tag("figcaption", name))
        for name, points in sorted(courses.items())
        if len(points) > 1
    ]
    return tag("div", tag("h3", "Over time"), tag("div", drawn, class_="small-multiples")) if drawn else None


def _strategy(agent: Row) -> Markup | None:
    posterior = [(each["strategy"], each["probability"]) for each in agent["strategy"]["posterior"]]
    likely = [each for each in posterior if each[1] >= LIKELY][:SHOWN] or posterior[:1]
    return tag("div", tag("h3", "Plays like"), bars(likely, "Probability of strategies")) if likely else None


def _labels(agent: Row) -> Markup | None:
    ranked = sorted(agent["labels"].items(), key=lambda item: (-item[1], item[0]))
    likely = [each for each in ranked if each[1] >= LIKELY][:SHOWN]
    return tag("div", tag("h3", "Labels"), bars(likely, "Probability of labels")) if likely else None


def _lineage(agent: Row) -> Markup | None:
    tree = agent["lineage"]["tree"]
    if not tree:
        return None
    return tag("div", tag("h3", "Lineage"), tag("div", lineage(tree, agent["acts"]), class_="wide"))


def _notes(agent: Row) -> Markup | None:
    told = [
        *(f"Changes its conduct after {each['round']} choices (probability {number(each['posterior'])}): from"
          f" {each['before']} to {each['after']}." for each in agent["switches"]),
        *(f"Personality {each['name']}, {number(each['share'])} of its acts: {each['conduct']}."
          for each in agent["personalities"] if len(agent["personalities"]) > 1),
        *(f"Contradiction, severity {number(each['severity'])}: {each['words']} ({each['game']} turn {each['turn']})."
          for each in agent["contradictions"]),
        *(f"Its {each['name']} is {number(each['value'])} (95 %: {number(each['interval'][0])} to"
          f" {number(each['interval'][1])})." for each in agent["preferences"] if each["interval"]),
        *(f"Claims {each['principle']} {each['stated']} times: kept {each['kept']}, broken {each['broken']}."
          for each in agent["claims"]),
    ]  # fmt: skip
    return tag("div", tag("h3", "Remarks"), tag("ul", [tag("li", words) for words in told])) if told else None
