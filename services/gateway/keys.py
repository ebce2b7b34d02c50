"""Who may ask for what: the key of a request, its scope, and what is left of its minute."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.security import APIKeyHeader, HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials
from starlette.concurrency import run_in_threadpool

from ethogram.runtime.store.api_keys import KeyRefused, Scope
from ethogram.services.gateway.doors import Doors

HEADER = APIKeyHeader(name="X-API-Key", auto_error=False, description="`etho_sk_...`")
BEARER = HTTPBearer(auto_error=False, description="The same key as a bearer token.")


def needs(doors: Doors, scope: Scope) -> Any:
    """A dependency that lets a request in: with a key of this scope, or without any where none is asked for."""

    async def let_in(
        request: Request,
        response: Response,
        header: Annotated[str | None, Depends(HEADER)],
        bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)],
    ) -> None:
        key = header or (bearer.credentials if bearer else None)
        if key is None:
            if not doors.keys.required:
                return
            raise KeyRefused(401, "key-missing", "give a key as X-API-Key: etho_sk_... or Authorization: Bearer ...")
        caller = await run_in_threadpool(doors.keys.admit, key, scope)
        request.state.owner = caller.owner
        response.headers["RateLimit-Limit"] = str(caller.limit)
        response.headers["RateLimit-Remaining"] = str(caller.remaining)
        response.headers["RateLimit-Reset"] = str(caller.reset_s)

    return Depends(let_in)
