"""The live stream of one session, as server-sent events and over a WebSocket; both go on after the last id seen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, suppress
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Header, Request, WebSocket, WebSocketDisconnect
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from ethogram.events import EthogramError
from ethogram.runtime.store.api_keys import KeyRefused
from ethogram.services.gateway.doors import Doors, Frame, addressed_session
from ethogram.services.gateway.keys import needs
from ethogram.services.gateway.sockets import TRY_LATER, Refused, Socket, end, greeted, until_one_ends

RETRY_MS = 1_000
"""How long a browser waits before it connects again."""
LOOK_AGAIN_S = 10.0
"""How long a stream goes on at most after its key was revoked or has expired."""
LONGEST_ID = 1_000

Marked = tuple[str, Frame]
"""A record, and the id after which a stream goes on behind it."""


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
        request: Request, last_event_id: Annotated[str | None, Header(max_length=LONGEST_ID)] = None
    ) -> AsyncIterator[ServerSentEvent]:
        """Every record of a session from its beginning (or after Last-Event-ID), then live.

        `data` is `{type, id, time, topic, partition, offset, event}`. A whole id need not be known yet: whoever has
        just started a session may listen before it is admitted.
        """
        session_id = str(request.state.session_id)
        yield ServerSentEvent(comment=f"session {session_id}", retry=RETRY_MS)
        key: str | None = getattr(request.state, "key", None)
        try:
            async with aclosing(while_good(doors, key, own_frames(doors, session_id, last_event_id))) as frames:
                async for mark, frame in frames:
                    yield ServerSentEvent(raw_data=orjson.dumps(frame).decode(), id=mark)
        except KeyRefused as refused:  # a browser that connects again is told by the status
            yield ServerSentEvent(comment=f"{refused.code}: {refused.message}")

    @router.websocket("/v1/sessions/{session}/stream")
    async def stream_over_socket(websocket: WebSocket, session: str) -> None:
        """`{"key": ..., "after": "<id>"}` first, both optional; back comes `{"id": ..., "record": ...}` for every
        record that server-sent events would tell. Closed with 1013 if the reader is too slow: say `after` which id."""
        socket = await greeted(websocket, doors, "read")
        if socket is None:
            return
        try:
            session_id = await run_in_threadpool(addressed_session, doors, session)
            frames = own_frames(doors, session_id, _after(socket.greeting.get("after")))
            await _until_gone(socket, while_good(doors, socket.key, frames))
        except WebSocketDisconnect:
            return
        except EthogramError as error:
            await end(websocket, error)

    return router


async def while_good(doors: Doors, key: str | None, frames: AsyncGenerator[Marked]) -> AsyncGenerator[Marked]:
    """`frames`; KeyRefused soon after the key that asked for them is good no more, also where nothing comes."""
    loop = asyncio.get_running_loop()
    look_at = loop.time() + LOOK_AGAIN_S
    coming = asyncio.ensure_future(anext(frames, None))
    try:
        while True:
            await asyncio.wait({coming}, timeout=max(0.0, look_at - loop.time()))
            if loop.time() >= look_at:
                if key is not None:
                    await run_in_threadpool(doors.keys.look, key)
                look_at = loop.time() + LOOK_AGAIN_S
            if coming.done():
                if (found := coming.result()) is None:
                    return
                yield found
                coming = asyncio.ensure_future(anext(frames, None))
    finally:
        coming.cancel()
        with suppress(asyncio.CancelledError, EthogramError):
            await coming
        await frames.aclose()


async def _until_gone(socket: Socket, frames: AsyncGenerator[Marked]) -> None:
    """Tell a reader everything, and notice in a quiet session, too, when it leaves."""
    await until_one_ends(_tell(socket, frames), _left(socket))


async def _tell(socket: Socket, frames: AsyncGenerator[Marked]) -> None:
    async with aclosing(frames):
        async for mark, frame in frames:
            await socket.send({"id": mark, "record": frame})
    await socket.websocket.close(TRY_LATER)


async def _left(socket: Socket) -> None:
    while (await socket.websocket.receive())["type"] != "websocket.disconnect":
        pass  # a reader has nothing to say


def _after(given: Any) -> str | None:
    if given is not None and (not isinstance(given, str) or len(given) > LONGEST_ID):
        raise Refused("after-invalid", "after is the id of the last record that was seen, as text; none for all")
    return given


async def own_frames(doors: Doors, session_id: str, last_event_id: str | None) -> AsyncGenerator[Marked]:
    """What the feed has of a session; nothing if it turns out to be another tenant's.

    A session that is not known yet has its row before its first record: whoever admits it writes both, the row first.
    """
    ours = False
    async for mark, frame in doors.feed.follow(session_id, last_event_id):
        ours = ours or await run_in_threadpool(doors.reports.whereabouts, session_id) == "here"
        if not ours:
            return
        yield mark, frame
