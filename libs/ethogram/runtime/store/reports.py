"""The read side: what PostgreSQL knows of a session, put together for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Select, Table, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from ethogram.events import AgentId, EthogramError, Event, PrinciplesInferred, ScoreUpdated, SessionId, VerdictIssued
from ethogram.events.principles import Prediction, Strategy
from ethogram.runtime.store.arena import arena_of
from ethogram.runtime.store.game_reports import games_of
from ethogram.runtime.store.scenario_reports import reliability_of, scenarios_of
from ethogram.runtime.store.tables import (
    champions,
    checkpoints,
    dead_letters,
    decisions,
    inferences,
    revisions,
    scores,
    sessions,
    snapshots,
    turns,
    verdicts,
)

LATEST = "latest"
"""Stands for the session that started last, wherever a session is named."""
ENDED = frozenset({"completed", "failed", "cancelled", "rejected"})
"""States that a session does not leave."""

NOTHING_INFERRED = {
    **PrinciplesInferred(
        session_id=SessionId(""), agent_id=AgentId(""), acts=0, closing=False, principles=(), strategy=Strategy(),
        prediction=Prediction(), summary="",
    ).findings(),
    "summary": None,
}  # fmt: skip
"""The findings about an agent of whom nothing is inferred yet."""

Row = Mapping[str, Any]


class SessionNotFound(EthogramError):
    """No session, or more than one, answers to what was given."""


def list_sessions(connection: Connection, limit: int = 100) -> list[dict[str, Any]]:
    """The newest sessions first: session_id, state, name, mode, times, turns, reason."""
    query = select(sessions).order_by(sessions.c.started_at.desc(), sessions.c.session_id).limit(limit)
    return [session_line(row) for row in _rows(connection, query)]


def sessions_between(connection: Connection, since: datetime | None, until: datetime | None) -> list[str]:
    """Ids of the sessions that began from `since` on and before `until`, the oldest first."""
    query = select(sessions.c.session_id).order_by(sessions.c.started_at, sessions.c.session_id)
    if since is not None:
        query = query.where(sessions.c.started_at >= since)
    if until is not None:
        query = query.where(sessions.c.started_at < until)
    return [str(row["session_id"]) for row in _rows(connection, query)]


def find_session(connection: Connection, wanted: str) -> str:
    """The id of the session that `wanted` means: a whole id, the beginning of one, or `latest`."""
    if wanted == LATEST:
        newest = list_sessions(connection, 1)
        if not newest:
            raise SessionNotFound("session-not-found", "there is no session yet; start one: ethogram start FILE")
        return str(newest[0]["session_id"])
    query = select(sessions.c.session_id).where(sessions.c.session_id.startswith(wanted, autoescape=True)).limit(6)
    found = [str(row["session_id"]) for row in _rows(connection, query)]
    if wanted in found:
        return wanted
    if len(found) == 1:
        return found[0]
    raise SessionNotFound("session-not-found", _which(wanted, found))


def is_known(connection: Connection, session_id: str) -> bool:
    """Whether there is a session of this whole id."""
    return _one(connection, select(sessions.c.session_id).where(sessions.c.session_id == session_id)) is not None


def session_progress(connection: Connection, session_id: str) -> dict[str, Any]:
    """What moves while a session runs: its line in the list, verdicts so far, whether the audit log is closed."""
    row = _one(connection, select(sessions).where(sessions.c.session_id == session_id))
    if row is None:
        raise SessionNotFound("session-not-found", f"no session {session_id}; list them: ethogram sessions")
    profiles = _last_profiles(connection, session_id)
    return {
        **session_line(row),
        "agents": {agent: _cooperation(profile) for agent, profile in sorted(profiles.items())},
        "verdicts": _count(connection, verdicts, session_id),
        "dead_letters": _count(connection, dead_letters, session_id),
        "audited": bool(_one(connection, _closing_checkpoint(session_id))),
    }


def session_report(connection: Connection, session_id: str) -> dict[str, Any]:
    """Everything about one session as plain JSON values.

    `games[].actions` maps each player to its executed actions, one symbol per round (`{"tft": "CCD", "grim": "CDD"}`);
    `games[].scores` maps each player to its total payoff; a copy of an agent that meets itself is a player of its own
    (`grim #2`). `agents[].adapter` is how an agent was reached in the end, `agents[].swaps` how before.
    `tournaments[]` has the final standings of each entry of the training's games; `arena` has rounds, hearings and
    places, or is null. `scenarios[]` has one entry per agent and scenario.
    `agents[]` holds the latest inference of each agent; fields are null while nothing is inferred yet.
    `dead_letters` is a count. `audit.digest` (SHA-256 over the closing principles, the scores and the verdicts) is
    the one that a replay computes; `audit.root` is the signed head of the session's Merkle log.
    """
    row = _one(connection, select(sessions).where(sessions.c.session_id == session_id))
    if row is None:
        raise SessionNotFound("session-not-found", f"no session {session_id}; list them: ethogram sessions")
    played = _rows(connection, _of(turns, session_id).order_by(turns.c.number))
    inferred = _rows(connection, _latest_inferences(session_id))
    judged = [row["body"] for row in _rows(connection, _of(verdicts, session_id).order_by(verdicts.c.agent_id))]
    scored = [row["body"] for row in _rows(connection, _of(scores, session_id).order_by(scores.c.rank))]
    training = row["training"] or {}
    faced = scenarios_of(played, _reasoning(connection, session_id))
    return {
        **session_line(row),
        "games": games_of(training, played),
        "tournaments": sorted(training.get("tournaments", {}).values(), key=itemgetter("entry")),
        "arena": arena_of(connection, session_id),
        "scenarios": faced,
        "agents": [
            {**agent, "reliability": reliability_of(faced, agent["agent_id"])}
            for agent in agents_of(training, _last_profiles(connection, session_id), inferred)
        ],
        "verdicts": judged,
        "scores": scored,
        "champion": _champion(_one(connection, _of(champions, session_id))),
        "revised": _revised(_one(connection, _of(revisions, session_id))),
        "dead_letters": _count(connection, dead_letters, session_id),
        "audit": {
            **digests_of(inferred, scored, judged),
            **_audit(_one(connection, _last_checkpoint(session_id))),
        },
    }


# --- assembly: pure functions of rows ---------------------------------------------------------------------------


def agents_of(
    training: Mapping[str, Any], profiles: Mapping[str, Mapping[str, Any]], inferred: Iterable[Row]
) -> list[dict[str, Any]]:
    """One entry per agent of the training: how it behaved and what was inferred about it."""
    bodies = {row["agent_id"]: row["body"] for row in inferred}
    swaps = training.get("swaps", [])
    return [
        {**_agent(spec, profiles.get(spec["id"], {}), bodies.get(spec["id"], {})), "swaps": _swaps(swaps, spec["id"])}
        for spec in training.get("agents", [])
    ]


def _swaps(swaps: Iterable[Mapping[str, Any]], agent_id: str) -> list[dict[str, Any]]:
    """How an agent was reached before, until how many turns were resolved, and who changed that."""
    return [
        {"adapter": each["before"]["adapter"], "config": each["before"].get("config", {}), "until": each["turns"],
         "actor": each["actor"], "reason": each.get("reason", "")}
        for each in swaps if each["agent"]["id"] == agent_id
    ]  # fmt: skip


def _agent(spec: Mapping[str, Any], profile: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
    found = PrinciplesInferred.read(body).findings() if body else NOTHING_INFERRED
    return {
        "agent_id": spec["id"], "adapter": spec["adapter"], "config": spec.get("config", {}),
        "acts": profile.get("acts", 0), "cooperation": _cooperation(profile), "payoff": profile.get("payoff", 0),
        "mean_payoff": profile.get("mean_payoff"), "outcomes": profile.get("outcomes", {}),
        "entropy": profile.get("entropy"), "entropy_by_context": profile.get("entropy_by_context", {}),
        **found, "closing": body.get("closing", False),
    }  # fmt: skip


def digests_of(inferred: Iterable[Row], scored: Iterable[Row], judged: Iterable[Row]) -> dict[str, str]:
    """What the session came to, in the digests that a replay computes too; empty before there is a verdict."""
    from ethogram.audit import events_digest  # brings cryptography along: 10 MB that a gateway at rest need not hold

    concluded: list[Event] = [VerdictIssued.read(body) for body in judged]
    if not concluded:
        return {"digest": ""}
    concluded += [PrinciplesInferred.read(row["body"]) for row in inferred if row["closing"]]
    concluded += [ScoreUpdated.read(body) for body in scored]
    return events_digest(concluded).model_dump()


def stamp(moment: datetime | None) -> str | None:
    """RFC 3339 in UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if moment else None


def session_line(row: Row) -> dict[str, Any]:
    """A session as lists have it."""
    return {
        "session_id": row["session_id"], "state": row["state"], "name": row["name"], "mode": row["mode"],
        "seed": row["seed"], "reason": row["reason"], "planned_turns": row["planned_turns"],
        "resolved_turns": row["resolved_turns"], "started_at": stamp(row["started_at"]),
        "finished_at": stamp(row["finished_at"]),
    }  # fmt: skip


def _cooperation(profile: Mapping[str, Any]) -> float | None:
    return round(profile["cooperations"] / profile["acts"], 5) if profile.get("acts") else None


def _champion(row: Row | None) -> dict[str, Any] | None:
    return {name: row[name] for name in ("agent_id", "total", "margin", "runner_up")} if row else None


def _revised(row: Row | None) -> dict[str, Any] | None:
    return {name: value for name, value in row["body"].items() if name != "session_id"} if row else None


def _audit(row: Row | None) -> dict[str, Any]:
    if row is None:
        return {"root": None, "size": 0, "closing": False, "heads": [], "signature": None, "signed_at": None}
    kept = {name: row[name] for name in ("root", "size", "closing", "signature")}
    return {**kept, "heads": row["body"].get("heads", []), "signed_at": stamp(row["signed_at"])}


def _which(wanted: str, found: Sequence[str]) -> str:
    if not found:
        return f"no session begins with {wanted!r}; list them: ethogram sessions"
    return f"{wanted!r} is the beginning of {len(found)} sessions ({', '.join(found[:5])}); give more characters"


# --- queries ----------------------------------------------------------------------------------------------------


def _rows(connection: Connection, query: Select[Any]) -> Sequence[Row]:
    return [dict(row) for row in connection.execute(query).mappings()]


def _one(connection: Connection, query: Select[Any]) -> Row | None:
    row = connection.execute(query.limit(1)).mappings().first()
    return dict(row) if row else None


def _of(table: Table, session_id: str) -> Select[Any]:
    return select(table).where(table.c.session_id == session_id)


def _count(connection: Connection, table: Table, session_id: str) -> int:
    return int(connection.scalar(select(func.count()).select_from(table).where(table.c.session_id == session_id)) or 0)


def _last_profiles(connection: Connection, session_id: str) -> Mapping[str, Any]:
    newest = _of(snapshots, session_id).order_by(snapshots.c.turns.desc(), snapshots.c.closing.desc())
    row = _one(connection, newest)
    return row["profiles"] if row else {}


def _latest_inferences(session_id: str) -> Select[Any]:
    newest = (inferences.c.agent_id, inferences.c.closing.desc(), inferences.c.acts.desc())
    return _of(inferences, session_id).ext(distinct_on(inferences.c.agent_id)).order_by(*newest)


def _reasoning(connection: Connection, session_id: str) -> dict[str, str | None]:
    query = _of(decisions, session_id).where(decisions.c.reasoning.is_not(None))
    return {row["event_id"]: row["reasoning"] for row in _rows(connection, query)}


def _last_checkpoint(session_id: str) -> Select[Any]:
    return _of(checkpoints, session_id).order_by(checkpoints.c.size.desc())


def _closing_checkpoint(session_id: str) -> Select[Any]:
    return _of(checkpoints, session_id).where(checkpoints.c.closing)
