"""Where the embedded stack keeps things: one folder, ETHOGRAM_HOME, with a room for each purpose."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from ethogram.events.errors import TransientError

ROOT_DATA = Path("/var/lib/ethogram")
"""PostgreSQL refuses to run as root, and its stand-in user cannot enter root's own folders."""

LEAST_FREE_BYTES = 500_000_000
"""Kafka ends when its disk is full; this leaves room for a few long sessions."""
LONGEST_LOG_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Folders:
    """Paths below ETHOGRAM_HOME; nothing is created until it is needed."""

    home: Path
    cache: Path
    """Jars; may be shared by several homes, for nothing in it is data."""

    @classmethod
    def at(cls, home: Path, cache: Path | None = None) -> Folders:
        """Folders of one home."""
        home = home.expanduser().absolute()
        return cls(home, cache or home / "cache")

    @property
    def kafka(self) -> Path:
        """Data and configuration of the broker."""
        return self.home / "data" / "kafka"

    @property
    def postgres(self) -> Path:
        """Data of PostgreSQL; for root elsewhere, one folder per home."""
        if os.geteuid() != 0:
            return self.home / "data" / "postgres"
        digest = hashlib.sha256(str(self.home).encode()).hexdigest()[:16]
        return ROOT_DATA / f"postgres-{digest}"

    @property
    def logs(self) -> Path:
        """One log file per process."""
        return self.home / "logs"

    @property
    def run(self) -> Path:
        """What is true only while the stack runs: lock, state."""
        return self.home / "run"

    def make(self) -> None:
        """Make the home, or say why that is impossible; refuse a disk that is full before Kafka meets its end there."""
        try:
            self.run.mkdir(parents=True, exist_ok=True)
            (self.run / "probe").touch()
        except OSError as error:
            words = f"cannot write to {self.home} ({error.strerror}); set ETHOGRAM_HOME to a folder of your own"
            raise TransientError("home-unusable", words) from error
        free = shutil.disk_usage(self.home).free
        if free < LEAST_FREE_BYTES:
            words = f"only {free // 10**6} MB are free at {self.home}, {LEAST_FREE_BYTES // 10**6} are needed"
            raise TransientError("disk-full", f"{words}; free some, or set ETHOGRAM_HOME to a folder on another disk")

    def log(self, name: str) -> Path:
        """Log file of one process; makes its folder, and puts a log that has grown long aside."""
        self.logs.mkdir(parents=True, exist_ok=True)
        path = self.logs / f"{name}.log"
        if path.exists() and path.stat().st_size > LONGEST_LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
        return path
