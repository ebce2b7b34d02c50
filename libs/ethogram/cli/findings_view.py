"""What was read from an agent's acts in their order: changes, personalities, lineage, contradictions, and so on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from rich.text import Text

from ethogram.cli.output import safe

INDENT = 15
"""Characters before what a line says."""
MOST = 4
"""Findings of a kind that are shown; `--json` tells all."""
CLEAREST = 2
"""Places of a personality that are shown."""

Finding = Mapping[str, Any]


def finding_lines(agent: Mapping[str, Any]) -> Iterator[Text]:
    """One agent's findings in words, kind by kind; nothing where nothing was found."""
    yield from _named("switches", [_switch(one) for one in agent["switches"]])
    yield from _named("personalities", [_personality(one) for one in agent["personalities"]])
    yield from _named("contradictions", [_contradiction(one) for one in agent["contradictions"]])
    yield from _named("claims", [_claim(one) for one in agent["claims"]])
    yield from _named("patterns", [_pattern(one) for one in agent["patterns"]])
    yield from _named("preferences", [_preference(one) for one in agent["preferences"]])
    yield from _named("relations", [_relation(one) for one in agent["relations"]])
    yield from _named("lineage", list(_tree(agent["lineage"])), most=5 * MOST)


def line(name: str, value: str) -> Text:
    """A named line."""
    return Text.assemble((f"{name:<{INDENT}}", "dim"), safe(value))


def _named(name: str, told: Sequence[str], *, most: int = MOST) -> Iterator[Text]:
    """The name stands beside the first of its lines only."""
    for number, words in enumerate(told[:most]):
        yield line("" if number else name, words)
    if len(told) > most:
        yield line("", f"and {len(told) - most} more: --json tells them")


def _preference(one: Finding) -> str:
    if one["value"] is None:
        return f"{one['name']} not told: {one['why']}"
    low, high = one["interval"]
    return f"{one['name']} {one['value']:.2f} ({low:.2f} – {high:.2f}): {one['why']}"


def _switch(one: Finding) -> str:
    return f"after round {one['round']} ({one['posterior']:.2f}): {one['before']} → {one['after']}"


def _personality(one: Finding) -> str:
    places = sorted(one["contexts"].items(), key=lambda item: (-item[1], item[0]))[:CLEAREST]
    where = f"; {', '.join(f'{place} {share:.0%}' for place, share in places)}" if places else ""
    return f"{one['name']} in {one['share']:.0%} of {_spans(one['spans'])}: {one['conduct']}{where}"


def _spans(spans: Sequence[Finding]) -> str:
    if len(spans) != 1:
        return f"its acts, {len(spans)} stretches"
    (span,) = spans
    return f"its acts, from {_place(span['game'], span['round'])} to {_place(span['last_game'], span['last_round'])}"


def _place(game: str, turn: int) -> str:
    return f"game {game} round {turn}"


def _contradiction(one: Finding) -> str:
    return f"{' against '.join(one['between'])}, severity {one['severity']:.2f}: {one['words']}" \
           f" ({_place(one['game'], one['turn'])})"  # fmt: skip


def _claim(one: Finding) -> str:
    lived = "not among what was inferred" if one["enacted"] is None else f"lives by it {one['enacted']:.2f}"
    return f"{one['principle']}: said with {one['stated']} acts, of which {one['kept']} kept and {one['broken']}" \
           f" broke it; {lived}"  # fmt: skip


def _pattern(one: Finding) -> str:
    return f"{one['words']}, {one['occurrences']} times in {one['games']} games ({one['share']:.0%}): {one['shape']}"


def _relation(one: Finding) -> str:
    more = one["count"] - len(one["counterparts"])
    others = ", ".join(one["counterparts"]) + (f" and {more} more" if more else "")
    return f"{one['kind']}: {others}; gives {one['given']:.2f}, gets {one['received']:.2f} in {one['turns']} turns"


def _tree(lineage: Finding) -> Iterator[str]:
    """The tree drawn, branches below what they grew from; then what happened beyond births and deaths."""
    nodes = lineage["tree"]
    for node, after in zip_longest(nodes, nodes[1:], fillvalue={"parent": None}):
        twig = "" if node["parent"] is None else "├ " if after["parent"] == node["parent"] else "└ "
        end = "" if node["died"] is None else f", gone after {node['died']}"
        yield f"{twig}{node['name']} {node['strength']:.2f}, since act {node['born']}{end}"
    for change in lineage["changes"]:
        if change["change"] not in ("born", "died"):
            yield f"act {change['act']}: {change['principle']} {change['change']} ({change['strength']:.2f})"
