"""Who may ask for what: the key of a request, its scope, and what is left of its minute."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import APIKeyHeader, HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials
from starlette.concurrency import run_in_threadpool

from ethogram.events import DEFAULT_TENANT, SettingsError
from ethogram.runtime.store.api_keys import KeyRefused, Scope
from ethogram.runtime.store.tenants import act_for, acts_for
from ethogram.services.gateway.author import Author
from ethogram.services.gateway.doors import Doors

HEADER = APIKeyHeader(name="X-API-Key", auto_error=False, description="`etho_sk_...`")
BEARER = HTTPBearer(auto_error=False, description="The same key as a bearer token.")


def named_tenant(asked: str | None) -> str | None:
    """The tenant that a command shall name: that of the caller, and none for `default`; SettingsError if it asks for
    another one."""
    mine = acts_for()
    if asked not in (None, mine):
        raise SettingsError("tenant-foreign", f"tenant: this key is {mine}'s; leave it out, or use a key of {asked}")
    return None if mine == DEFAULT_TENANT else mine


def needs(doors: Doors, scope: Scope) -> Any:
    """A dependency that lets a request in: with a key of this scope, or without any where none is asked for."""

    async def let_in(
        request: Request,
        header: Annotated[str | None, Depends(HEADER)],
        bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)],
    ) -> None:
        key = header or (bearer.credentials if bearer else None)
        if key is None:
            if not doors.keys.required:
                act_for(DEFAULT_TENANT)
                return
            raise KeyRefused(401, "key-missing", "give a key as X-API-Key: etho_sk_... or Authorization: Bearer ...")
        caller = await run_in_threadpool(doors.keys.admit, key, scope)
        act_for(caller.tenant)
        request.state.key = key
        request.state.owner, request.state.author = caller.owner, Author.of(caller, key)
        request.state.quota = (caller.limit, caller.remaining, caller.reset_s)

    return Depends(let_in)
