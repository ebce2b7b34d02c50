"""Salts of this installation's logs: made from one secret, so that the same record always has the same one."""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable
from pathlib import Path

from ethogram.audit.log import identity_of
from ethogram.events import SettingsError
from ethogram.events.envelope import Record
from ethogram.runtime.settings import Settings

NAME = "salts.key"
SIZE = 32

Salter = Callable[[Record], bytes]


def salter(settings: Settings) -> Salter:
    """Gives records their salts; the secret is made if there is none yet (the auditor's first start)."""
    path = _path(settings)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        _create(path)
    return _salter(path)


def known_salter(settings: Settings) -> Salter | None:
    """The same for who only reads; None where this installation has no secret."""
    path = _path(settings)
    return _salter(path) if path.exists() else None


def _salter(path: Path) -> Salter:
    secret = path.read_bytes()
    if len(secret) != SIZE:
        raise SettingsError("salts", f"{path} has {len(secret)} bytes; expected {SIZE}: restore it from a backup")
    return lambda record: hmac.digest(secret, f"{record.event.session_id} {identity_of(record)}".encode(), "sha256")


def _path(settings: Settings) -> Path:
    return settings.home / "keys" / NAME


def _create(path: Path) -> None:
    """Whole or not at all; if another process was faster, its secret stays."""
    scratch = path.with_name(f"{NAME}.{os.getpid()}")
    with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(os.urandom(SIZE))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(scratch, path)
    except FileExistsError:
        pass
    finally:
        scratch.unlink()
