"""A report for people: each agent's ethogram, the council's verdicts, the scores, the champion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.rule import Rule
from rich.text import Text

from ethogram.cli.arena_view import arena_parts
from ethogram.cli.findings_view import finding_lines, line
from ethogram.cli.output import number, safe, table

BAR = 31
"""Characters of an interval bar; odd, so that indifference (.5) has a place of its own."""
WHY = 60
"""Characters of a line that says why a principle is not identifiable."""
RULING_STYLE = {"approve": "green", "approve-with-conditions": "yellow", "reject": "red", "escalate": "magenta"}
STATE_STYLE = {"completed": "green", "running": "cyan", "paused": "yellow", "judging": "cyan"}
LIKELY = 0.05
"""Least probability of a label that is shown."""
MOST_GAMES = 60
"""Games that are listed."""
SHOWN = 3
"""Labels and strategies that are shown."""


def interval_bar(strength: float, low: float, high: float, *, width: int = BAR) -> str:
    """`···╶──●──╴···`: where between 0 and 1 the strength is, and how sure that is."""
    cells = ["·"] * width
    cells[width // 2] = "┊"
    left, right = _cell(low, width), _cell(high, width)
    cells[left : right + 1] = "─" * (right - left + 1)
    cells[left], cells[right] = "╶", "╴"
    cells[_cell(strength, width)] = "●"
    return "".join(cells)


def report_view(report: Mapping[str, Any]) -> RenderableType:
    """The whole report, for a terminal."""
    return Group(*_parts(report))


def _parts(report: Mapping[str, Any]) -> Iterator[RenderableType]:
    yield _headline(report)
    for agent in report["agents"]:
        yield agent_panel(agent)
    if report["games"]:
        yield _games(report)
    for told in report["tournaments"]:
        yield _tournament(told)
    if report["arena"]:
        yield from arena_parts(report["arena"])
    if report["verdicts"]:
        yield _verdicts(report)
    if report["scores"]:
        yield _scores(report)
    yield _closing(report)


def _headline(report: Mapping[str, Any]) -> RenderableType:
    line = Text.assemble(
        safe(report["name"], "bold"), "  ", safe(report["session_id"], "dim"), "  ", state_text(report["state"])
    )
    line.append(f"  {report['resolved_turns']} of {report['planned_turns'] or '?'} turns")
    if report["reason"]:
        line.append_text(Text.assemble("\n", safe(report["reason"], "yellow")))
    return Group(Rule(style="dim"), line)


def state_text(state: str) -> Text:
    """A session's state in its colour."""
    return safe(state, STATE_STYLE.get(state, "red"))


def agent_panel(agent: Mapping[str, Any]) -> RenderableType:
    """One agent's ethogram."""
    rows = table("", "principle", "0 against · 1 lives by it", "strength>", "95 %>", "seen>")
    rows.columns[1].max_width = WHY
    for principle in agent["principles"]:
        rows.add_row(*_principle(principle))
    told = Text("\n").join(_lines(agent))
    body = Group(rows, told) if agent["principles"] else told
    title = Text.assemble(safe(agent["agent_id"], "bold"), "  ", safe(_origin(agent), "dim"))
    return Panel(body, title=title, title_align="left", border_style="dim", padding=(0, 1))


def _principle(principle: Mapping[str, Any]) -> tuple[RenderableType, ...]:
    low, high = principle["interval"]
    seen = str(principle["observations"])
    if not principle["identifiable"]:
        return safe(principle["name"], "dim"), safe(principle["why"], "dim"), Text("–"), Text("–"), Text(seen)
    strength = principle["strength"]
    style = "green" if low > 0.5 else "red" if high < 0.5 else "yellow"
    bar = Text(interval_bar(strength, low, high), style=style)
    return safe(principle["name"]), bar, Text(f"{strength:.2f}"), Text(f"{low:.2f}–{high:.2f}"), Text(seen)


def _lines(agent: Mapping[str, Any]) -> Iterator[Text]:
    if agent["summary"]:
        yield safe(agent["summary"], "italic")
    strategy = agent["strategy"]
    if strategy["nearest"]:
        guesses = ", ".join(f"{each['strategy']} {each['probability']:.2f}" for each in strategy["posterior"][:SHOWN])
        yield line("strategy", f"{guesses}; trembles {number(strategy['tremble'])}")
    if agent["labels"]:
        known = [item for item in agent["labels"].items() if item[1] >= LIKELY]
        likely = sorted(known, key=lambda item: (-item[1], item[0]))
        yield line("labels", ", ".join(f"{label} {probability:.2f}" for label, probability in likely[: 2 * SHOWN]))
    yield line("entropy", f"{number(agent['entropy'])} bits · cooperates {number(agent['cooperation'])}"
                           f" · {agent['acts']} acts · payoff {number(agent['payoff'], 0)}")  # fmt: skip
    yield from _scenario_lines(agent)
    prediction = agent["prediction"]
    if prediction["n"]:
        yield line("prediction", f"log loss {number(prediction['log_loss'])} nats, right in"
                                  f" {number(prediction['accuracy'])} of {prediction['n']} unseen choices")  # fmt: skip
    yield from finding_lines(agent)


def _scenario_lines(agent: Mapping[str, Any]) -> Iterator[Text]:
    held = max(agent.get("hypotheses", {}).items(), key=lambda item: item[1], default=None)
    if held:
        when = agent.get("games_to_certainty")
        told = f"certain after {when} scenarios" if when else "not certain yet"
        yield line("hypothesis", f"{held[0]} {held[1]:.2f}; {told}")
    form = agent.get("reliability")
    if not form:
        return
    first, retest = form["first"], form["retest"]
    words = f"shown first chosen {first['value']:+.2f} over chance (error {number(first['error'])})"
    if retest["n"]:
        words += f" · told again, the same in {retest['value']:.2f} of {retest['n']} pairs"
    if form["checked"]:
        words += f" · understood {form['understood']:.2f} of {form['checked']}"
    yield line("form", words)


def _origin(agent: Mapping[str, Any]) -> str:
    config = agent["config"]
    return f"{agent['adapter']} {config.get('strategy') or config.get('callable') or ''}".strip()


def _games(report: Mapping[str, Any]) -> RenderableType:
    rows = table("Games", "game", "players", "turns>", "payoff>", "last actions")
    for game in report["games"][:MOST_GAMES]:
        rows.add_row(
            safe(game["game_id"]), safe("\n".join(game["players"])), f"{game['played']}/{game['turns']}",
            safe("\n".join(number(game["scores"][player], 0) for player in game["players"])),
            safe("\n".join(game["actions"][player][-40:] for player in game["players"]), "dim"),
        )  # fmt: skip
    more = len(report["games"]) - MOST_GAMES
    return Group(rows, safe(f"and {more} more games: --json tells them", "dim")) if more > 0 else rows


def _tournament(told: Mapping[str, Any]) -> RenderableType:
    rows = table("Standings", "game", "rank>", "agent", "merit>", "score>", "played>", "won>", "drawn>", "lost>")
    for one in told["standings"]:
        counts = (str(one[name]) for name in ("played", "wins", "draws", "losses"))
        where = safe(f"{told['game']}, {told['pairing']}")
        merit, score = number(one["merit"]), number(one["score"])
        rows.add_row(where, str(one["rank"]), safe(one["agent_id"]), merit, score, *counts)
    return rows


def _verdicts(report: Mapping[str, Any]) -> RenderableType:
    rows = table("The council", "agent", "verdict", "judge", "vote", "reasons")
    for verdict in report["verdicts"]:
        told: tuple[Text, ...] = (safe(verdict["agent_id"], "bold"), _ruling(verdict["verdict"]))
        for vote in verdict["votes"]:
            rows.add_row(*told, safe(vote["judge"], "dim"), _ruling(vote["vote"]), safe("; ".join(vote["reasons"])))
            told = (Text(), Text())
    return rows


def _ruling(ruling: str) -> Text:
    return safe(ruling, RULING_STYLE.get(ruling, ""))


def _scores(report: Mapping[str, Any]) -> RenderableType:
    metrics = sorted({name for score in report["scores"] for name in score["metrics"]})
    rows = table("Scores", "rank>", "agent", "total>", *(f"{name}>" for name in metrics))
    for score in report["scores"]:
        values = (number(score["metrics"].get(name)) for name in metrics)
        rows.add_row(str(score["rank"]), safe(score["agent_id"]), number(score["total"], 3), *values)
    return rows


def _closing(report: Mapping[str, Any]) -> RenderableType:
    champion, audit = report["champion"], report["audit"]
    lines = []
    if champion:
        lead = f" by {champion['margin']:.3f} before {champion['runner_up']}" if champion["runner_up"] else ""
        lines.append(Text.assemble(("Champion  ", "bold"), safe(champion["agent_id"], "bold green"), safe(lead)))
    elif report["verdicts"]:
        lines.append(Text("No champion: the council approved no agent."))
    for card in (report.get("revised") or {"cards": ()})["cards"]:
        if card["verdict"] != card["council"]:
            told = f"{card['agent_id']} {card['verdict']}, total {card['total']:.3f}, rank {card['rank']}"
            council = f"the council: {card['council']}, {card['council_total']:.3f}, rank {card['council_rank']}"
            lines.append(line("overruled", f"{told} ({council})"))
    if revised := report.get("revised"):
        lines.append(line("revised", f"champion {revised.get('champion') or 'nobody'}, by {revised['actor']}"))
    log = f"{audit['size']} records, {'closed' if audit['closing'] else 'open'}, root {(audit['root'] or '–')[:16]}"
    lines.append(line("audit", f"{log} · dead letters {report['dead_letters']}"))
    return Group(*lines)


def _cell(value: float, width: int) -> int:
    return min(width - 1, max(0, round(value * (width - 1))))
