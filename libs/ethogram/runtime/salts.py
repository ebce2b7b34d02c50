"""Salts of this installation's logs: made from one secret, so that the same record always has the same one."""

from __future__ import annotations

import hmac
from collections.abc import Callable

from ethogram.audit.log import identity_of
from ethogram.events.envelope import Record
from ethogram.runtime.kept_secrets import kept_secret, known_secret
from ethogram.runtime.settings import Settings

NAME = "salts.key"

Salter = Callable[[Record], bytes]


def salter(settings: Settings) -> Salter:
    """Gives records their salts; the secret is made if there is none yet (the auditor's first start)."""
    return _salter(kept_secret(settings, NAME))


def known_salter(settings: Settings) -> Salter | None:
    """The same for who only reads; None where this installation has no secret."""
    secret = known_secret(settings, NAME)
    return _salter(secret) if secret else None


def _salter(secret: bytes) -> Salter:
    return lambda record: hmac.digest(secret, f"{record.event.session_id} {identity_of(record)}".encode(), "sha256")
