"""WebSockets: how one begins, what it says when it refuses, and how it ends; for every route that speaks over one.

The first message of a client is its greeting: `{"key": "etho_sk_...", "after": ...}`. A browser cannot set headers on
a WebSocket, and a key in the address would stand in logs; a program may give the key as a header all the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import WebSocket, WebSocketDisconnect
from starlette.concurrency import run_in_threadpool

from ethogram.events import DEFAULT_TENANT, EthogramError, TransientError
from ethogram.runtime.store.api_keys import Caller, KeyRefused, Scope
from ethogram.runtime.store.tenants import act_for
from ethogram.services.gateway.doors import Doors

GREETING_S = 10.0
"""How long a greeting is waited for."""
LONGEST_MESSAGE = 16_384
"""Bytes of one message from a client."""
POLICY, TOO_BIG, TRY_LATER, FAILED = 1008, 1009, 1013, 1011
"""Close codes of RFC 6455: not allowed, too much, come again, our fault."""


class Refused(EthogramError):
    """What a client sent cannot be taken; the socket stays open."""


@dataclass(frozen=True)
class Socket:
    """An open socket, and who is at its other end."""

    websocket: WebSocket
    doors: Doors
    key: str | None
    greeting: Mapping[str, Any]
    caller: Caller | None

    async def send(self, message: Mapping[str, Any]) -> None:
        """Send one JSON object."""
        await self.websocket.send_text(orjson.dumps(message).decode())

    async def receive(self) -> dict[str, Any]:
        """The next JSON object; Refused if it is none, WebSocketDisconnect at the end."""
        return _object(await self.websocket.receive())

    async def admit(self, scope: Scope) -> None:
        """Count one request of the key; KeyRefused if it may not be made (any more)."""
        if self.key is not None:
            await run_in_threadpool(self.doors.keys.admit, self.key, scope)

    async def look(self) -> None:
        """KeyRefused if the key was revoked or has expired meanwhile; counts nothing."""
        if self.key is not None:
            await run_in_threadpool(self.doors.keys.look, self.key)


async def greeted(websocket: WebSocket, doors: Doors, scope: Scope) -> Socket | None:
    """Accept a socket and hear its greeting; none if it was refused, in words, and closed."""
    await websocket.accept()
    try:
        async with asyncio.timeout(GREETING_S):
            greeting = _object(await websocket.receive())
        key = _header(websocket) or greeting.get("key")
        if key is None and doors.keys.required:
            raise KeyRefused(401, "key-missing", 'give a key in the first message: {"key": "etho_sk_..."}')
        caller = await run_in_threadpool(doors.keys.admit, str(key), scope) if key is not None else None
        act_for(caller.tenant if caller else DEFAULT_TENANT)
    except WebSocketDisconnect:
        return None
    except (TimeoutError, EthogramError) as error:
        await end(websocket, error)
        return None
    return Socket(websocket, doors, None if key is None else str(key), greeting, caller)


async def until_one_ends(*sides: Coroutine[Any, Any, None]) -> None:
    """Let the sides of a conversation go on side by side until one of them ends, and end the others then."""
    tasks = [asyncio.create_task(side) for side in sides]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError, WebSocketDisconnect, EthogramError, RuntimeError):
                await task


async def end(websocket: WebSocket, error: Exception) -> None:
    """Say why, and close."""
    if isinstance(error, TimeoutError):
        error = Refused("greeting-missing", f"no greeting within {GREETING_S:g} s")
    try:
        await websocket.send_text(orjson.dumps({"error": told(error)}).decode())
        await websocket.close(TRY_LATER if isinstance(error, TransientError) else POLICY)
    except (WebSocketDisconnect, RuntimeError):
        return  # whoever is gone need not be told


def told(error: Exception) -> dict[str, str]:
    """An error as a client may see it: code and words, never a trace."""
    if isinstance(error, EthogramError):
        return {"code": error.code, "detail": error.message}
    return {"code": "internal", "detail": f"{type(error).__name__}, see the log of the gateway"}


def _header(websocket: WebSocket) -> str | None:
    bearer = websocket.headers.get("authorization", "")
    return websocket.headers.get("x-api-key") or (bearer[7:] if bearer[:7].lower() == "bearer " else None)


def _object(message: Mapping[str, Any]) -> dict[str, Any]:
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1000))
    given = message.get("text") or message.get("bytes") or b""
    raw = given.encode() if isinstance(given, str) else given
    if len(raw) > LONGEST_MESSAGE:
        raise Refused("too-large", f"a message may have {LONGEST_MESSAGE} bytes at most, this has {len(raw)}")
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Refused("not-json", f"a message is a JSON object: {error}") from None
    if not isinstance(found, dict):
        raise Refused("not-object", f"a message is a JSON object, not a {type(found).__name__}")
    return found
