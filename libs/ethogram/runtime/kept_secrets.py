"""Secrets of this installation: random bytes below `<home>/keys`, made once, readable by their owner alone."""

from __future__ import annotations

import os
from pathlib import Path

from ethogram.events import SettingsError
from ethogram.runtime.settings import Settings

SIZE = 32


def kept_secret(settings: Settings, name: str) -> bytes:
    """A secret of this installation, below `<home>/keys`; made by whoever asks for it first."""
    path = _path(settings, name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        _create(path)
    return _read(path)


def known_secret(settings: Settings, name: str) -> bytes | None:
    """The same for who only reads; None where this installation has no such secret."""
    path = _path(settings, name)
    return _read(path) if path.exists() else None


def _read(path: Path) -> bytes:
    secret = path.read_bytes()
    if len(secret) != SIZE:
        raise SettingsError(path.stem, f"{path} has {len(secret)} bytes; expected {SIZE}: restore it from a backup")
    return secret


def _path(settings: Settings, name: str) -> Path:
    return settings.home / "keys" / name


def _create(path: Path) -> None:
    """Whole or not at all; if another process was faster, its secret stays."""
    scratch = path.with_name(f"{path.name}.{os.getpid()}")
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
