"""Where the embedded stack keeps things: one folder, ETHOGRAM_HOME, with a room for each purpose."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

ROOT_DATA = Path("/var/lib/ethogram")
"""PostgreSQL refuses to run as root, and its stand-in user cannot enter root's own folders."""


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

    def log(self, name: str) -> Path:
        """Log file of one process; makes its folder."""
        self.logs.mkdir(parents=True, exist_ok=True)
        return self.logs / f"{name}.log"
