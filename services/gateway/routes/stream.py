"""The live stream of one session as server-sent events, resumable by Last-Event-ID."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Header, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from ethogram.services.gateway.doors import Doors, Frame, addressed_session
from ethogram.services.gateway.keys import needs

RETRY_MS = 1_000
"""How long a browser waits before it connects again."""


def stream_routes(doors: Doors) -> APIRouter:
    """The route, over these doors."""
    router = APIRouter()

    def addressed(session: str, request: Request) -> None:
        """Before the answer begins, so that what is not there is a 404."""
        request.state.session_id = addressed_session(doors, session)

    @router.get(
        "/v1/sessions/{session}/stream", response_class=EventSourceResponse,
        dependencies=[needs(doors, "read"), Depends(addressed)],
    )  # fmt: skip
    async def stream(
        request: Request, last_event_id: Annotated[str | None, Header(max_length=1_000)] = None
    ) -> AsyncIterator[ServerSentEvent]:
        """Every record of a session from its beginning (or after Last-Event-ID), then live.

        `data` is `{type, id, time, topic, partition, offset, event}`. A whole id need not be known yet: whoever has
        just started a session may listen before it is admitted.
        """
        session_id = str(request.state.session_id)
        yield ServerSentEvent(comment=f"session {session_id}", retry=RETRY_MS)
        async for mark, frame in own_frames(doors, session_id, last_event_id):
            yield ServerSentEvent(raw_data=orjson.dumps(frame).decode(), id=mark)

    return router


async def own_frames(doors: Doors, session_id: str, last_event_id: str | None) -> AsyncIterator[tuple[str, Frame]]:
    """What the feed has of a session; nothing if it turns out to be another tenant's.

    A session that is not known yet has its row before its first record: whoever admits it writes both, the row first.
    """
    ours = False
    async for mark, frame in doors.feed.follow(session_id, last_event_id):
        ours = ours or await run_in_threadpool(doors.reports.whereabouts, session_id) == "here"
        if not ours:
            return
        yield mark, frame
