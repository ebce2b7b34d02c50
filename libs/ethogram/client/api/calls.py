"""The requests of the HTTP API as values: one place for both clients, nothing is sent here."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args
from urllib.parse import quote

from ethogram.client.api.errors import APIError, RateLimitError, ServiceUnavailableError, TrainingError
from ethogram.client.scene import ENDED
from ethogram.events.training import Archetype

DEFAULT_URL = "http://127.0.0.1:8700"
TRIES = 4
PAGE = 100
"""Sessions that are asked for at a time."""
FIRST_WAIT_S = 0.2
LONGEST_WAIT_S = 30.0
LOST = frozenset({"failed", "rejected"})


@dataclass(frozen=True)
class Call:
    """One request; `repeatable` if sending it twice does no more than sending it once."""

    method: str
    path: str
    body: Any = None
    params: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    repeatable: bool = True


def base_url(given: str | None) -> str:
    """Where the gateway is: what was given, else ETHOGRAM_API_URL, else this machine."""
    return (given or os.environ.get("ETHOGRAM_API_URL") or DEFAULT_URL).rstrip("/")


def default_headers(api_key: str | None) -> dict[str, str]:
    """With the key that was given, else that of ETHOGRAM_API_KEY, if there is one."""
    key = api_key or os.environ.get("ETHOGRAM_API_KEY")
    return {"Accept": "application/json", **({"X-API-Key": key} if key else {})}


def wait_before(attempt: int, error: APIError, call: Call) -> float | None:
    """Seconds to wait before trying again after the `attempt`-th try (from 1); none: do not."""
    if attempt >= TRIES:
        return None
    if isinstance(error, RateLimitError):
        return min(error.retry_after, LONGEST_WAIT_S)
    if isinstance(error, ServiceUnavailableError) and call.repeatable:
        return min(error.retry_after or FIRST_WAIT_S * 2 ** (attempt - 1), LONGEST_WAIT_S)
    return None


def start(training: Mapping[str, Any], idempotency_key: str) -> Call:
    """Start a session."""
    headers = {"Idempotency-Key": idempotency_key}
    return Call("POST", "/v1/sessions", body=dict(training), headers=headers)


def training_for(agent_id: str, num_scenarios: int, archetypes: Sequence[str], seed: int) -> dict[str, Any]:
    """The training of one registered agent that faces scenarios alone, of all archetypes unless some are named."""
    return {
        "name": f"{agent_id} alone", "seed": seed,
        "agents": [{"id": agent_id, "adapter": "registered", "config": {"name": agent_id}}],
        "scenarios": {"count": num_scenarios, "archetypes": list(archetypes or get_args(Archetype))},
    }  # fmt: skip


def register_agent(agent_id: str, framework: str, config: Mapping[str, Any]) -> Call:
    """Make an agent known by a name."""
    return Call(
        "POST", "/v1/agents", body={"agent_id": agent_id, "framework": framework, "config": dict(config)},
        repeatable=False,
    )  # fmt: skip


def agents() -> Call:
    """Registered agents."""
    return Call("GET", "/v1/agents")


def status(session: str) -> Call:
    """Where a session stands."""
    return Call("GET", f"/v1/sessions/{quote(session, safe='')}")


def sessions(limit: int, cursor: str = "", state: str | None = None, name: str | None = None) -> Call:
    """A page of sessions, the newest first."""
    wanted = {"limit": limit, "cursor": cursor or None, "state": state, "name": name}
    return Call("GET", "/v1/sessions", params={key: value for key, value in wanted.items() if value is not None})


def report(session: str) -> Call:
    """Everything about a session."""
    return Call("GET", f"/v1/sessions/{quote(session, safe='')}/report")


def stream(session: str) -> str:
    """The path of its live stream."""
    return f"/v1/sessions/{quote(session, safe='')}/stream"


def champions(limit: int) -> Call:
    """Champions, newest first."""
    return Call("GET", "/v1/champions", params={"limit": limit})


def steer(session: str, what: str, actor: str, reason: str, wish: Mapping[str, Any]) -> Call:
    """Ask something of a session that runs: `what` is the last part of its path, `wish` what the body has besides."""
    path = f"/v1/sessions/{quote(session, safe='')}/{what}"
    told = {name: value for name, value in wish.items() if value is not None}
    return Call("POST", path, body={"actor": actor, "reason": reason, **told}, repeatable=False)


def approvals(session: str | None, everything: bool) -> Call:
    """What people are asked to approve."""
    return Call("GET", "/v1/approvals", params={"everything": everything, **({"session": session} if session else {})})


def create_key(
    user_id: str, usage_limit: int | None, expires_in_days: float | None, scopes: Sequence[str]
) -> Call:  # fmt: skip
    """Make a key."""
    body = {"user_id": user_id, "scopes": list(scopes), "usage_limit": usage_limit, "expires_in_days": expires_in_days}
    return Call("POST", "/v1/keys", body=body, repeatable=False)


def progress_of(standing: Mapping[str, Any]) -> tuple[float, int, int]:
    """Share of the turns that are resolved, how many that are, how many there will be."""
    completed, total = int(standing["resolved_turns"] or 0), int(standing["planned_turns"] or 0)
    return (completed / total if total else 0.0), completed, total


def check_ended(standing: Mapping[str, Any]) -> bool:
    """Whether a session has ended well; TrainingError if it was rejected or failed."""
    state = str(standing["state"])
    if state in LOST:
        words = f"session {standing['session_id']} was {state}: {standing['reason'] or 'no reason was given'}"
        raise TrainingError(words, session_id=str(standing["session_id"]), state=state)
    return state in ENDED
