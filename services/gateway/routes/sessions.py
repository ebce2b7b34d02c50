"""Sessions: start one, list them, see where one stands, read its report."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import HTMLResponse, StreamingResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from ethogram.client import new_session_id
from ethogram.events import SessionId, StartTraining, derive
from ethogram.services.gateway.doors import Doors, addressed_session
from ethogram.services.gateway.keys import named_tenant, needs

State = Literal["running", "paused", "completed", "failed", "cancelled", "rejected"]


class SessionShown(BaseModel):
    """A session in a list."""

    session_id: str
    state: State
    name: str
    mode: str | None = None
    seed: int | None = None
    reason: str | None = None
    planned_turns: int | None = None
    resolved_turns: int = 0
    started_at: str | None = None
    finished_at: str | None = None


class Sessions(BaseModel):
    """A page of them."""

    sessions: list[SessionShown]
    next: str | None = None


class Standing(SessionShown):
    """Where a session stands."""

    agents: dict[str, float | None] = Field(default_factory=dict)
    """How often each agent has kept faith so far."""
    verdicts: int = 0
    dead_letters: int = 0
    audited: bool = False


class Accepted(BaseModel):
    """Kafka has the command; what comes of it is on the stream."""

    session_id: str
    links: dict[str, str]


class RecordShown(BaseModel):
    """One record as it stands on its topic."""

    type: str
    id: str
    time: str
    topic: str
    partition: int
    offset: int
    event: dict[str, Any]


class Kept(BaseModel):
    """What is kept of a session."""

    kinds: dict[str, int]
    mark: str
    records: list[RecordShown]


def session_routes(doors: Doors) -> APIRouter:
    """The routes, over these doors."""
    router = APIRouter(tags=["sessions"])
    reading, playing = [needs(doors, "read")], [needs(doors, "play")]

    async def start(
        training: StartTraining,
        response: Response,
        idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
    ) -> Accepted:
        """Start a session; 202 as soon as Kafka has acknowledged the command.

        The same Idempotency-Key means the same session: asking twice starts one.
        """
        tenant = named_tenant(training.tenant)
        session_id = training.session_id or _session_for(idempotency_key, tenant)
        known = await run_in_threadpool(doors.agents.resolved, training)
        await run_in_threadpool(doors.publish, known.model_copy(update={"session_id": session_id, "tenant": tenant}))
        response.headers["Location"] = f"/v1/sessions/{session_id}"
        return accepted(session_id)

    def listed(
        limit: Annotated[int, Query(ge=1, le=100)] = 50,
        cursor: Annotated[str, Query(max_length=200)] = "",
        state: State | None = None,
        name: Annotated[str | None, Query(max_length=200)] = None,
    ) -> dict[str, Any]:
        """The newest sessions first, a page at a time: `next` is the cursor of the next one, none on the last.

        `name`: only sessions whose name has this in it.
        """
        return doors.reports.sessions(limit, cursor, state, name)

    def progress(session: str) -> dict[str, Any]:
        """Where a session stands."""
        return doors.reports.progress(doors.reports.find(session))

    def report(session: str) -> dict[str, Any]:
        """Everything about a session."""
        return doors.reports.report(doors.reports.find(session))

    def page(session: str, response: Response) -> str:
        """The report as one HTML file with plots, to be saved: it needs nothing from elsewhere."""
        session_id = doors.reports.find(session)
        response.headers["Content-Disposition"] = f'attachment; filename="ethogram-{session_id[:8]}.html"'
        return doors.reports.page(session_id)

    def records(
        session: str,
        response: Response,
        kind: Annotated[list[str] | None, Query(max_length=50)] = None,
        id: Annotated[list[str] | None, Query(max_length=50)] = None,
        limit: Annotated[int | None, Query(ge=1, le=10_000)] = None,
    ) -> StreamingResponse:
        """What is kept of a session at once, where the stream would tell it record by record.

        `mark` is the Last-Event-ID from which the stream goes on without gap or double; `kinds` counts all records by
        type, whichever were asked for. `kind` is a type of event, `id` that of a record; each may stand several times.
        With `limit` the newest come first.
        """
        session_id = addressed_session(doors, session)
        told = doors.reports.past(session_id, kind or (), id or (), limit)
        return StreamingResponse(told, headers=dict(response.headers), media_type="application/json")

    for path in ("/v1/sessions", "/api/training/start"):
        router.add_api_route(path, start, methods=["POST"], status_code=202, dependencies=playing)
    for path in ("/v1/sessions", "/api/training/sessions"):
        router.add_api_route(path, listed, methods=["GET"], response_model=Sessions, dependencies=reading)
    for path in ("/v1/sessions/{session}", "/api/training/status/{session}"):
        router.add_api_route(path, progress, methods=["GET"], response_model=Standing, dependencies=reading)
    for path in ("/v1/sessions/{session}/report", "/api/reports/{session}"):
        router.add_api_route(path, report, methods=["GET"], dependencies=reading)
    router.add_api_route(
        "/v1/sessions/{session}/report.html", page, methods=["GET"], response_class=HTMLResponse, dependencies=reading
    )
    router.add_api_route(
        "/v1/sessions/{session}/records", records, methods=["GET"], response_model=Kept, dependencies=reading
    )
    return router


def _session_for(idempotency_key: str | None, tenant: str | None) -> SessionId:
    """Two tenants that think of the same key mean two sessions."""
    if not idempotency_key:
        return new_session_id()
    return SessionId(derive("idempotency-key", idempotency_key, *([tenant] if tenant else [])))


def accepted(session_id: str) -> Accepted:
    """Where to look for what comes of a command."""
    here = f"/v1/sessions/{session_id}"
    links = {"self": here, "report": f"{here}/report", "stream": f"{here}/stream", "page": f"/#/session/{session_id}"}
    return Accepted(session_id=session_id, links=links)
