"""Keys of the HTTP API: kept as digests, counted per minute and in all, shared by every gateway process."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args

from sqlalchemy import Connection, insert, select, update

from ethogram.events import DEFAULT_TENANT, EthogramError
from ethogram.runtime.store.tables import api_keys

PREFIX = "etho_sk_"
Scope = Literal["read", "play", "judge", "approve", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
"""What a key may be for; `admin` includes the others."""
PER_MINUTE = 60
"""Requests a minute that one key may make, unless it was given another number."""
SHOWN = ("key_id", "owner", "person", "public_key", "tenant", "scopes", "per_minute", "usage_limit", "used")
WINDOW = timedelta(minutes=1)


class KeyRefused(EthogramError):
    """A request is not let in; `status` is the HTTP status, `retry_after_s` when a new try makes sense, `limit` how
    many a minute are allowed where there were too many."""

    def __init__(self, status: int, code: str, message: str, retry_after_s: int = 0, limit: int = 0) -> None:
        super().__init__(code, message)
        self.args = (status, code, message, retry_after_s, limit)
        self.status = status
        self.retry_after_s = retry_after_s
        self.limit = limit


class KeyNotFound(EthogramError):
    """No key has this id."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever was let in, and how much of this minute is left to them."""

    key_id: str
    owner: str
    tenant: str
    limit: int
    remaining: int
    reset_s: int
    person: str | None = None
    """On the roster: commands that come with the key are signed as this person's."""


def create(
    connection: Connection, owner: str, *, scopes: Collection[Scope] = ("read", "play"), usage_limit: int | None = None,
    per_minute: int = PER_MINUTE, expires_at: datetime | None = None, tenant: str = DEFAULT_TENANT,
) -> tuple[str, dict[str, Any]]:  # fmt: skip
    """A new key, which is shown this once and kept as a digest only, and what is known of it."""
    key = PREFIX + secrets.token_urlsafe(32)
    row = {
        "key_id": secrets.token_hex(6), "digest": digest_of(key), "owner": owner, "per_minute": per_minute,
        "scopes": [scope for scope in SCOPES if scope in scopes], "usage_limit": usage_limit, "expires_at": expires_at,
        "tenant": tenant,
    }  # fmt: skip
    made = connection.execute(insert(api_keys).values(row).returning(*api_keys.c)).mappings().one()
    return key, shown(made)


def admit(connection: Connection, key: str, scope: Scope, now: datetime) -> Caller:
    """Count one request of a key under its row's lock; KeyRefused if it may not make it."""
    row = connection.execute(select(api_keys).where(api_keys.c.digest == digest_of(key)).with_for_update()).mappings()
    found = row.one_or_none()
    caller = weigh(found, scope, now)
    window = _window(now)
    used = caller.limit - caller.remaining
    changed = {"used": api_keys.c.used + 1, "window_start": window, "window_used": used}
    connection.execute(update(api_keys).where(api_keys.c.key_id == caller.key_id).values(changed))
    return caller


def look(connection: Connection, key: str, now: datetime) -> None:
    """KeyRefused if a key was revoked or has expired; nothing is counted, for what it asked for goes on."""
    row = connection.execute(select(api_keys).where(api_keys.c.digest == digest_of(key))).mappings()
    still_good(row.one_or_none(), now)


def still_good(row: Any, now: datetime) -> None:
    """KeyRefused unless the key of this row is known, not revoked and not expired."""
    if row is None or row["revoked_at"] is not None:
        raise KeyRefused(401, "key-unknown", "this key is unknown or revoked")
    if row["expires_at"] is not None and row["expires_at"] <= now:
        raise KeyRefused(401, "key-expired", f"this key expired at {row['expires_at'].astimezone(UTC).isoformat()}")


def weigh(row: Any, scope: Scope, now: datetime) -> Caller:
    """Whether the key of this row may make one more request now; KeyRefused says why not."""
    still_good(row, now)
    if not {scope, "admin"} & set(row["scopes"]):
        raise KeyRefused(403, "scope-missing", f"this key is for {', '.join(row['scopes'])}; this needs {scope}")
    if row["usage_limit"] is not None and row["used"] >= row["usage_limit"]:
        raise KeyRefused(403, "key-used-up", f"this key was good for {row['usage_limit']} requests")
    reset = max(1, round((_window(now) + WINDOW - now).total_seconds()))
    used = row["window_used"] if row["window_start"] == _window(now) else 0
    if used >= row["per_minute"]:
        words = f"{row['per_minute']} requests a minute are allowed; again in {reset} s"
        raise KeyRefused(429, "too-many-requests", words, retry_after_s=reset, limit=row["per_minute"])
    left = row["per_minute"] - used - 1
    return Caller(row["key_id"], row["owner"], row["tenant"], row["per_minute"], left, reset, row["person"])


def bind(connection: Connection, key_id: str, person: str, public_key: str) -> dict[str, Any]:
    """Say whose commands come with a key, and with which public key they are checked."""
    changed = update(api_keys).where(api_keys.c.key_id == key_id).values(person=person, public_key=public_key)
    return shown(connection.execute(changed.returning(*api_keys.c)).mappings().one())


def listed(connection: Connection) -> list[dict[str, Any]]:
    """Every key, newest first, without its secret."""
    rows = connection.execute(select(api_keys).order_by(api_keys.c.created_at.desc(), api_keys.c.key_id)).mappings()
    return [shown(row) for row in rows]


def revoke(connection: Connection, key_id: str, now: datetime) -> dict[str, Any]:
    """End a key for good, whoever uses it; KeyNotFound if there is none of this id."""
    ended = update(api_keys).where(api_keys.c.key_id == key_id, api_keys.c.revoked_at.is_(None)).values(revoked_at=now)
    connection.execute(ended)
    row = connection.execute(select(api_keys).where(api_keys.c.key_id == key_id)).mappings().one_or_none()
    if row is None:
        raise KeyNotFound("key-not-found", f"no key {key_id}; list them: ethogram keys list")
    return shown(row)


def digest_of(key: str) -> bytes:
    """SHA-256: a key has 256 bits of its own, so that nothing slower is needed."""
    return hashlib.sha256(key.encode()).digest()


def shown(row: Any) -> dict[str, Any]:
    """A key as people and programs may see it."""
    times: Sequence[str] = ("created_at", "expires_at", "revoked_at")
    return {
        **{name: row[name] for name in SHOWN},
        **{name: row[name].astimezone(UTC).isoformat() if row[name] else None for name in times},
    }


def _window(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(second=0, microsecond=0)
