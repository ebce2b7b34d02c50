"""The report of one session as one HTML file: everything in it, nothing fetched, nothing executed."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ethogram.reporting.agent import agent_section
from ethogram.reporting.arena import arena_section
from ethogram.reporting.markup import Child, Markup, number, plain, tag
from ethogram.reporting.parts import ROWS, pill, section, table
from ethogram.reporting.plots import Point, cross, fingerprint
from ethogram.reporting.words import LIMITS, METHOD

Row = Mapping[str, Any]
STYLE = Path(__file__).with_name("report.css")
MOST_BYTES = 2_000_000
"""A report is smaller than this, however large the session."""
WHOLE = 16
"""Agents that are told in full, the best first; the others are rows of the tables."""
REASONS = 3
"""Reasons of one vote."""


def page_of(report: Row, courses: Mapping[str, Mapping[str, Sequence[Point]]], decisions: Sequence[Row]) -> str:
    """The page of a `session_report`. `courses` are strengths over time per agent and principle; `decisions` those that
    are cited as evidence, each `{event_id, game_id, turn, agent_id, outcome, option, reasoning}`."""
    style = STYLE.read_text(encoding="utf-8")
    agents = _ranked(report)
    cited = {each["event_id"] for each in decisions}
    body = [
        _head(report),
        _findings(report, agents),
        _fingerprints(agents),
        [
            agent_section(agent, _verdict(report, agent), courses.get(agent["agent_id"], {}), cited)
            for agent in agents[:WHOLE]
        ],
        _council(report, cited),
        _scores(report),
        _tournaments(report),
        arena_section(report["arena"]),
        _games(report, [agent["agent_id"] for agent in agents[:WHOLE]]),
        _scenarios(report, cited),
        _evidence(decisions),
        _words("Method", METHOD),
        _words("Limits", LIMITS),
        _proof(report),
    ]  # fmt: skip
    title = plain(f"{report['name']} · Ethogram", 120)
    head = tag(
        "head", Markup('<meta charset="utf-8">'),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{policy(style)}">'),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Markup('<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">'),
        tag("title", title), Markup(f"<style>{style}</style>"),
    )  # fmt: skip
    return f"<!doctype html>\n{tag('html', head, tag('body', tag('main', body)), lang='en')}\n"


def policy(style: str) -> str:
    """What the file may do: show this style sheet, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _ranked(report: Row) -> list[Row]:
    rank = {score["agent_id"]: score["rank"] for score in report["scores"]}
    return sorted(report["agents"], key=lambda agent: (rank.get(agent["agent_id"], len(rank) + 1), agent["agent_id"]))


def _verdict(report: Row, agent: Row) -> Row | None:
    return next((each for each in report["verdicts"] if each["agent_id"] == agent["agent_id"]), None)


def _head(report: Row) -> Markup:
    played = f"{report['resolved_turns']} of {report['planned_turns'] or '?'} turns"
    facts = [report["state"], played, f"mode {report['mode'] or '–'}", f"seed {report['seed']}", report["started_at"]]
    return tag(
        "header", tag("p", "Ethogram", class_="brand"), tag("h1", report["name"]),
        tag("p", " · ".join(str(fact) for fact in facts if fact), class_="quiet"),
        tag("p", tag("code", report["session_id"]), class_="quiet"),
        tag("p", report["reason"], class_="notice") if report["reason"] else None,
    )  # fmt: skip


def _findings(report: Row, agents: Sequence[Row]) -> Markup:
    champion = report["champion"]
    lines: list[Child] = []
    if champion:
        lead = f", {number(champion['margin'], 3)} before {champion['runner_up']}" if champion["runner_up"] else ""
        crowned = tag("strong", champion["agent_id"])
        lines.append(tag("p", crowned, f" is the champion with {number(champion['total'], 3)}{lead}.", class_="lead"))
    elif report["verdicts"]:
        lines.append(tag("p", "No champion: the council approved no agent.", class_="lead"))
    if revised := report.get("revised"):
        lines.append(tag("p", _revision(revised), class_="notice"))
    rows = [_finding(report, agent) for agent in agents[:ROWS]]
    heads = ("agent", "verdict", "score", "acts", "keeps faith", "plays like", "entropy")
    return section("What was found", lines, table(heads, rows, "agents"), _more(len(agents), ROWS, "agents"))


def _revision(revised: Row) -> str:
    """What people made of it, beside what the council did, which is what the rest of the page tells."""
    changed = [
        f"{card['agent_id']}: {card['verdict']} (council: {card['council']}), {number(card['total'], 3)} and rank"
        f" {card['rank']} (council: {number(card['council_total'], 3)} and {card['council_rank']})"
        for card in revised["cards"] if card["verdict"] != card["council"]
    ]  # fmt: skip
    now, before = revised.get("champion") or "nobody", revised.get("council_champion") or "nobody"
    told = "; ".join(changed) or "the council's verdicts stand again"
    return f"People overruled the council, last {revised['actor']}. {told}. Champion: {now} (council: {before})."


def _finding(report: Row, agent: Row) -> list[Child]:
    verdict = _verdict(report, agent)
    score = next((each["total"] for each in report["scores"] if each["agent_id"] == agent["agent_id"]), None)
    return [
        tag("b", agent["agent_id"]), pill(verdict["verdict"]) if verdict else "–", number(score, 3), agent["acts"],
        number(agent["cooperation"]), agent["strategy"]["nearest"] or "–", number(agent["entropy"]),
    ]  # fmt: skip


def _fingerprints(agents: Sequence[Row]) -> Markup:
    shown = agents[: 2 * WHOLE]
    names = sorted({one["name"] for agent in shown for one in agent["principles"]})
    if not names:
        return section("Fingerprints", tag("p", "Nothing was inferred: there were too few acts.", class_="quiet"))
    told = "Green: lives by it; orange: against it; paler: closer to indifference; empty: these games could not tell."
    return section(
        "Fingerprints", tag("div", fingerprint(shown, names), class_="wide"), tag("p", told, class_="caption")
    )


def _council(report: Row, cited: set[str]) -> Markup | None:
    if not report["verdicts"]:
        return None
    rows = [
        [tag("b", verdict["agent_id"]) if place == 0 else "", pill(verdict["verdict"]) if place == 0 else "",
         vote["judge"] + (" (dissents)" if vote["judge"] in verdict.get("dissent", ()) else ""), pill(vote["vote"]),
         [tag("div", reason) for reason in vote["reasons"][:REASONS]], links(vote.get("evidence", ()), cited)]
        for verdict in report["verdicts"][:ROWS // 4] for place, vote in enumerate(verdict["votes"])
    ]  # fmt: skip
    conditions = [
        tag("p", tag("b", verdict["agent_id"]), f": {word} ", ", ".join(verdict[word]))
        for verdict in report["verdicts"][:WHOLE]
        for word in ("conditions", "waived")
        if verdict.get(word)
    ]
    heads = ("agent", "verdict", "judge", "vote", "reasons", "evidence")
    return section(
        "The council", table(heads, rows, "votes"), conditions, _more(len(report["verdicts"]), ROWS // 4, "agents")
    )


def _scores(report: Row) -> Markup | None:
    if not report["scores"]:
        return None
    metrics = sorted({name for score in report["scores"] for name in score["metrics"]})
    weights = report["scores"][0]["weights"]
    rows = [
        [score["rank"], tag("b", score["agent_id"]), number(score["total"], 3),
         *(number(score["metrics"].get(name)) for name in metrics)]
        for score in report["scores"][:ROWS]
    ]  # fmt: skip
    heads = ("rank", "agent", "total", *(f"{name} ({number(weights.get(name))})" for name in metrics))
    return section(
        "Scores", table(heads, rows, "scores"), tag("p", "In brackets: the weight of each metric.", class_="caption")
    )


def _tournaments(report: Row) -> Markup | None:
    rows = [
        [f"{told['game']}, {told['pairing']}", str(one["rank"]), one["agent_id"], number(one["merit"]),
         number(one["score"]), *(str(one[name]) for name in ("played", "wins", "draws", "losses"))]
        for told in report["tournaments"] for one in told["standings"]
    ][:ROWS]  # fmt: skip
    heads = ("game", "rank", "agent", "merit", "score", "played", "won", "drawn", "lost")
    words = "Merit is what a tournament ranks by: score, points, the heat reached, heats as king, or copies."
    return section("Standings", table(heads, rows, "standings"), tag("p", words, class_="caption")) if rows else None


def _games(report: Row, names: Sequence[str]) -> Markup | None:
    if not report["games"]:
        return None
    rows = [
        [game["game_id"], game["game"], [tag("div", player) for player in game["players"]],
         f"{game['played']}/{game['turns']}",
         [tag("div", number(game["scores"][player], 0)) for player in game["players"]],
         [tag("div", _tape(game["actions"][player])) for player in game["players"]]]
        for game in report["games"][:ROWS // 2]
    ]  # fmt: skip
    payoffs = mean_payoffs(report["games"], set(names))
    drawn = [tag("h3", "Mean payoff a turn"), tag("div", cross(payoffs, names), class_="wide")] if payoffs else []
    heads = ("game", "rules", "players", "turns", "payoff", "actions, the last 60")
    return section("Games", drawn, table(heads, rows, "games"), _more(len(report["games"]), ROWS // 2, "games"))


def _tape(actions: str) -> Markup:
    parts = [tag("span", symbol, class_="keeps" if symbol == "C" else "breaks") for symbol in actions[-60:]]
    return tag("span", parts, class_="tape")


def mean_payoffs(games: Iterable[Row], names: set[str]) -> dict[tuple[str, str], float]:
    """What agents earned from each other; nothing where they played games that cannot be compared."""
    games = [game for game in games if len(set(game["players"])) == 2 == len(game["players"])]
    earned: dict[tuple[str, str], list[float]] = {}
    for game in games if len({game["game"] for game in games}) == 1 else ():
        if names.issuperset(game["players"]) and game["played"]:
            for one, other in (game["players"], game["players"][::-1]):
                earned.setdefault((one, other), []).append(game["scores"][one] / game["played"])
    return {pair: sum(values) / len(values) for pair, values in earned.items()}


def _scenarios(report: Row, cited: set[str]) -> Markup | None:
    if not report["scenarios"]:
        return None
    rows = [
        [tag("b", each["agent_id"]), each["turn"], each["archetype"], each["counterpart"],
         {"C": "kept faith", "D": "broke it"}.get(each["conduct"], "–"),
         each["choice"] if each["outcome"] == "chosen" else pill(each["outcome"]),
         links([each["decision_id"]], cited) if each["decision_id"] in cited else plain(each["reasoning"] or "", 200)]
        for each in report["scenarios"][:ROWS]
    ]  # fmt: skip
    heads = ("agent", "no.", "dilemma", "facing", "who before", "chose", "in its own words")
    more = _more(len(report["scenarios"]), ROWS, "scenarios")
    return section(
        "Scenarios",
        tag("details", tag("summary", f"{len(report['scenarios'])} scenarios"), table(heads, rows, "scenarios"), more),
    )


def _evidence(decisions: Sequence[Row]) -> Markup | None:
    if not decisions:
        return None
    rows = [
        [tag("code", each["event_id"][:8], id=f"e-{each['event_id']}"), tag("b", each["agent_id"]),
         f"{each['game_id']} turn {each['turn']}",
         each["option"] if each["outcome"] == "chosen" else pill(each["outcome"]), plain(each["reasoning"] or "", 300)]
        for each in decisions
    ]  # fmt: skip
    told = "Decisions that are cited above. What agents say is quoted: it is data, and proves nothing by itself."
    heads = ("decision", "agent", "where", "chose", "in its own words")
    return section("Evidence", tag("p", told, class_="caption"), table(heads, rows, "evidence"))


def _words(title: str, paragraphs: Iterable[str]) -> Markup:
    return section(title, [tag("p", words) for words in paragraphs], class_="words")


def _proof(report: Row) -> Markup:
    audit = report["audit"]
    rows: list[list[Child]] = [
        ["records", audit["size"]], ["log", "closed" if audit["closing"] else "open"],
        ["root", tag("code", audit["root"])],
        ["digest of what was concluded", tag("code", audit["digest"] or "–")], ["signed", audit["signed_at"]],
        ["dead letters", report["dead_letters"]],
    ]  # fmt: skip
    short = report["session_id"][:8]
    told = tag("p", "Proves it again from the topics alone: ", tag("code", f"ethogram replay {short} --verify"))
    return section("Proof", table(("what", ""), rows, "audit"), told)


def links(event_ids: Iterable[str], cited: set[str], most: int = 3) -> list[Markup]:
    """Links to decisions that stand under Evidence."""
    shown = [each for each in event_ids if each in cited][:most]
    return [tag("a", each[:8], href=f"#e-{each}") for each in shown]


def _more(count: int, shown: int, what: str) -> Markup | None:
    if count <= shown:
        return None
    return tag("p", f"{shown} of {count} {what} are shown; ethogram export has them all.", class_="caption")
