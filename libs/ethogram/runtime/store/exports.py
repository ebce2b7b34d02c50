"""What travels beyond a report: every act of a session as a row, strengths over time, decisions that are cited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from ethogram.reporting import WHOLE, page_of
from ethogram.reporting.plots import Point
from ethogram.runtime.store.reports import stamp
from ethogram.runtime.store.tables import decisions, inferences, turns

CITED = 3
"""Decisions that are looked up for one principle or one vote."""
MOST_CITED = 400
BATCH = 1_000

Strength = tuple[int, float, float, float]
"""Acts, strength, and both ends of its 95 % interval."""


def acts_of(connection: Connection, session_id: str) -> Iterator[dict[str, Any]]:
    """One flat row per act, in the order of the session, read batch by batch."""
    played = connection.execution_options(yield_per=BATCH).execute(
        select(turns).where(turns.c.session_id == session_id).order_by(turns.c.number)
    )
    for batch in played.partitions():
        ids = [part["decision_id"] for turn in batch for part in turn.actions]
        made = connection.execute(select(decisions).where(decisions.c.event_id.in_(ids)))
        known = {row.event_id: row for row in made}
        for turn in batch:
            yield from (_act(turn, part, known.get(part["decision_id"])) for part in turn.actions)


def strengths_of(
    connection: Connection, session_id: str, agents: Sequence[str]
) -> dict[str, dict[str, list[Strength]]]:
    """How strong each identifiable principle of these agents was thought to be, as acts came in."""
    query = (
        select(inferences.c.agent_id, inferences.c.acts, inferences.c.body["principles"].label("principles"))
        .where(inferences.c.session_id == session_id, inferences.c.agent_id.in_(agents))
        .order_by(inferences.c.acts, inferences.c.closing)
    )
    found: dict[str, dict[str, list[Strength]]] = {}
    for row in connection.execute(query):
        for one in row.principles:
            if one["identifiable"]:
                low, high = one["interval"]
                told = (row.acts, one["strength"], low, high)
                found.setdefault(row.agent_id, {}).setdefault(one["name"], []).append(told)
    return found


def cited_decisions(connection: Connection, report: Mapping[str, Any], agents: Sequence[str]) -> list[dict[str, Any]]:
    """Decisions that a report cites for these agents: for and against principles, and by judges."""
    wanted = list(dict.fromkeys(_citations(report, set(agents))))[:MOST_CITED]
    columns = ("event_id", "game_id", "turn", "agent_id", "outcome", "option", "reasoning")
    query = select(*(decisions.c[name] for name in columns)).where(decisions.c.event_id.in_(wanted))
    ordered = query.order_by(decisions.c.agent_id, decisions.c.game_id, decisions.c.turn)
    return [dict(row) for row in connection.execute(ordered).mappings()]


def report_page(connection: Connection, report: Mapping[str, Any]) -> str:
    """A report as one HTML file, with strengths over time and the decisions that it cites."""
    ranked = [score["agent_id"] for score in report["scores"]] or [agent["agent_id"] for agent in report["agents"]]
    agents = ranked[:WHOLE]
    courses = {
        agent: {name: [Point(*each) for each in told] for name, told in principles.items()}
        for agent, principles in strengths_of(connection, report["session_id"], agents).items()
    }
    return page_of(report, courses, cited_decisions(connection, report, agents))


def _citations(report: Mapping[str, Any], agents: set[str]) -> Iterator[str]:
    for verdict in report["verdicts"]:
        if verdict["agent_id"] in agents:
            for vote in verdict["votes"]:
                yield from vote.get("evidence", ())[:CITED]
    for agent in report["agents"]:
        if agent["agent_id"] in agents:
            for one in agent["principles"]:
                yield from (*one["supporting"][:CITED], *one["contradicting"][:CITED])


def _act(turn: Row[Any], part: Mapping[str, Any], decision: Row[Any] | None) -> dict[str, Any]:
    situation = turn.situation or {}
    others = [other["executed"] for other in turn.actions if other["seat"] != part["seat"]]
    return {
        "session_id": turn.session_id, "number": turn.number, "kind": turn.kind, "game_id": turn.game_id,
        "turn": turn.turn, "agent_id": part["agent_id"], "intended": part.get("intended") or "",
        "executed": part["executed"], "others": " ".join(others) or part.get("faced") or "",
        "outcome": part["outcome"], "payoff": float(part["payoff"]), "option": part.get("option") or "",
        "archetype": situation.get("archetype", ""), "conduct": situation.get("conduct", ""),
        "confidence": decision.confidence if decision else None, "reasoning": decision.reasoning if decision else None,
        "claims": ";".join(decision.claims if decision else part.get("claims", ())),
        "latency_ms": decision.latency_ms if decision else None, "decision_id": part["decision_id"],
        "decided_at": stamp(decision.decided_at if decision else turn.resolved_at),
    }  # fmt: skip
