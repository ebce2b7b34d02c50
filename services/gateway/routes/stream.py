"""The live stream of one session as server-sent events, resumable by Last-Event-ID."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

import orjson
from fastapi import APIRouter, Header
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from ethogram.events.ids import is_uuid
from ethogram.services.gateway.doors import Doors
from ethogram.services.gateway.keys import needs

RETRY_MS = 1_000
"""How long a browser waits before it connects again."""


def stream_routes(doors: Doors) -> APIRouter:
    """The route, over these doors."""
    router = APIRouter()

    @router.get(
        "/v1/sessions/{session}/stream", response_class=EventSourceResponse, dependencies=[needs(doors, "read")]
    )
    async def stream(
        session: str, last_event_id: Annotated[str | None, Header(max_length=1_000)] = None
    ) -> AsyncIterator[ServerSentEvent]:
        """Every record of a session from its beginning (or after Last-Event-ID), then live.

        `data` is `{type, id, time, topic, partition, offset, event}`. A whole id need not be known yet: whoever has
        just started a session may listen before it is admitted.
        """
        session_id = session if is_uuid(session) else await run_in_threadpool(doors.reports.find, session)
        yield ServerSentEvent(comment=f"session {session_id}", retry=RETRY_MS)
        async for mark, frame in doors.feed.follow(session_id, last_event_id):
            yield ServerSentEvent(raw_data=orjson.dumps(frame).decode(), id=mark)

    return router
