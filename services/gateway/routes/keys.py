"""Keys: make one, list them, end one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from ethogram.events import DEFAULT_TENANT
from ethogram.events.training import Slug
from ethogram.runtime import clock
from ethogram.runtime.store.api_keys import PER_MINUTE, Scope
from ethogram.runtime.store.tenants import acts_for
from ethogram.services.gateway.doors import Doors
from ethogram.services.gateway.keys import named_tenant, needs


class KeyWish(BaseModel):
    """What a key shall be good for."""

    model_config = ConfigDict(
        extra="forbid", use_attribute_docstrings=True,
        json_schema_extra={"examples": [{"user_id": "ann", "usage_limit": 10_000, "expires_in_days": 90}]},
    )  # fmt: skip

    user_id: str = Field(min_length=1, max_length=200)
    """Whose key it is."""
    scopes: list[Scope] = Field(["read", "play"], min_length=1)
    """What it is for; `admin` includes the others."""
    usage_limit: int | None = Field(None, ge=1, le=10**12)
    """Requests that it is good for in all."""
    expires_in_days: float | None = Field(None, gt=0, le=3_650)
    """Days until it ends."""
    per_minute: int = Field(PER_MINUTE, ge=1, le=100_000)
    """Requests that it may make in one minute."""
    tenant: Slug | None = None
    """Whose it is; left out: that of the key that makes it. Only the operators (tenant `default`) may name another."""


class KeyShown(BaseModel):
    """A key as far as it may be seen."""

    key_id: str
    owner: str
    tenant: str
    person: str | None = None
    """On the roster: commands that come with the key are signed as this person's."""
    public_key: str | None = None
    """Which checks those signatures."""
    scopes: list[Scope]
    per_minute: int
    usage_limit: int | None
    used: int
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class KeyMade(KeyShown):
    """A new key; `api_key` is shown this once."""

    api_key: str


class Keys(BaseModel):
    """Newest first."""

    keys: list[KeyShown]


def key_routes(doors: Doors) -> APIRouter:
    """The routes, over these doors."""
    router = APIRouter(tags=["keys"], dependencies=[needs(doors, "admin")])

    def create(wish: KeyWish) -> dict[str, Any]:
        """Make a key. Only its digest is kept: it cannot be shown again."""
        ends = clock.utc() + timedelta(days=wish.expires_in_days) if wish.expires_in_days else None
        tenant = (
            wish.tenant if wish.tenant and acts_for() == DEFAULT_TENANT else named_tenant(wish.tenant) or acts_for()
        )
        key, made = doors.keys.create(
            wish.user_id, scopes=wish.scopes, usage_limit=wish.usage_limit, per_minute=wish.per_minute,
            expires_at=ends, tenant=tenant,
        )  # fmt: skip
        return {**made, "api_key": key}

    def listed() -> dict[str, Any]:
        """Every key of the tenant, newest first."""
        return {"keys": doors.keys.listed()}

    def revoke(key_id: Annotated[str, Path(max_length=100)]) -> dict[str, Any]:
        """End a key for good."""
        return doors.keys.revoke(key_id)

    for path in ("/v1/keys", "/api/keys"):
        router.add_api_route(path, create, methods=["POST"], status_code=201, response_model=KeyMade)
        router.add_api_route(path, listed, methods=["GET"], response_model=Keys)
        router.add_api_route(f"{path}/{{key_id}}", revoke, methods=["DELETE"], response_model=KeyShown)
    return router
