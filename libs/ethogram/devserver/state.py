"""What is known of a home's stack from outside: a lock that only its supervisor holds, and a state file."""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from ethogram.devserver.folders import Folders

ANOTHER_RUNS = 75
"""Exit code of a supervisor that finds another one of the same home."""


@dataclass(frozen=True, slots=True)
class StateFile:
    """The state of one home's stack on disk."""

    folders: Folders

    @property
    def path(self) -> Path:
        """JSON, replaced as a whole at each change."""
        return self.folders.run / "stack.json"

    def read(self) -> dict[str, Any]:
        """Last state written; empty if there is none."""
        try:
            found: dict[str, Any] = json.loads(self.path.read_bytes())
        except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError):
            return {}
        return found

    def write(self, state: dict[str, Any]) -> None:
        """Replace the state."""
        self.folders.run.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(state, indent=1), encoding="utf-8")
        fresh.replace(self.path)


class Lock:
    """Held by the one supervisor of a home; the system lets go of it when the process ends, however it ends."""

    def __init__(self, folders: Folders) -> None:
        self._path = folders.run / "stack.lock"
        self._file: int | None = None

    def take(self) -> bool:
        """Whether it is ours now."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        os.ftruncate(file, 0)
        os.pwrite(file, str(os.getpid()).encode(), 0)
        self._file = file
        return True

    def holder(self) -> int | None:
        """Process id of the supervisor that runs; None if none does."""
        try:
            file = os.open(self._path, os.O_RDONLY)
        except (FileNotFoundError, NotADirectoryError):
            return None
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(os.pread(file, 32, 0) or b"0") or None
        else:
            return None
        finally:
            os.close(file)


def identity(pid: int) -> float | None:
    """When a process started: with its id, this names it for good, although ids are used again."""
    with suppress(psutil.Error):
        return float(psutil.Process(pid).create_time())
    return None


def end_leftovers(state: dict[str, Any], patience_s: float = 10) -> list[str]:
    """End processes of a stack whose supervisor was killed; their names come back."""
    ended: dict[int, str] = {}
    left: list[psutil.Process] = []
    for name, part in _parts(state).items():
        pid, born = part.get("pid"), part.get("born")
        if pid and born and identity(pid) == born:
            left.append(psutil.Process(pid))
            ended[pid] = name
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    _, stubborn = psutil.wait_procs(left, timeout=patience_s)
    for process in stubborn:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(stubborn, timeout=patience_s)
    return sorted(ended.values())


def _parts(state: dict[str, Any]) -> dict[str, dict[str, Any]]:
    backing = {name: state.get(name, {}) for name in ("kafka", "postgres")}
    return {**state.get("services", {}), **backing}
