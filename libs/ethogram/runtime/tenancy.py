"""Proof that a command was written for a tenant: made by the gateway, which knows whose key was shown to it.

One secret makes and checks it (HMAC-SHA-256 over type and value of the command): ETHOGRAM_TENANTS_KEY, or where that is
not set `<home>/keys/tenants.key`, which gateway and director of one home share.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from functools import lru_cache

from ethogram.events import Event
from ethogram.events.envelope import Record, signed_bytes
from ethogram.runtime.kept_secrets import kept_secret
from ethogram.runtime.settings import Settings

NAME = "tenants.key"
PREFIX = "tenant-hmac-sha256="


def proof(settings: Settings) -> Callable[[Event], str]:
    """Makes the proof for a command; it stands in the header `ce_signature`."""
    return lambda command: _proof(_secret(settings), command.TYPE.encode() + b"\n" + command.body())


def believed(settings: Settings) -> Callable[[Record], bool]:
    """Whether a record carries the proof."""
    return lambda record: hmac.compare_digest(
        (record.signature or "").encode(), _proof(_secret(settings), signed_bytes(record)).encode()
    )


@lru_cache(maxsize=4)
def _secret(settings: Settings) -> bytes:
    given = settings.tenants_key.get_secret_value()
    return given.encode() if given else kept_secret(settings, NAME)


def _proof(secret: bytes, said: bytes) -> str:
    return PREFIX + hmac.digest(secret, said, "sha256").hex()
