"""Replies that were given before: in memory, in files, and the one behind the other. Failures are never kept."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pydantic import ValidationError

from ethogram.events import Value
from ethogram.models.call import Reply


class Kept(Value):
    """A reply and when it was kept."""

    at: float
    """Seconds since 1970."""
    reply: Reply
    """What the model said."""


class Cache(Protocol):
    """Somewhere to keep replies. Raises OSError where it cannot be reached."""

    def get(self, key: str) -> Kept | None:
        """What was kept under a key."""
        ...

    def put(self, key: str, kept: Kept) -> None:
        """Keep it."""
        ...


class MemoryCache:
    """The replies that were used last."""

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._kept: OrderedDict[str, Kept] = OrderedDict()

    def get(self, key: str) -> Kept | None:
        """What was kept under a key."""
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
        return kept

    def put(self, key: str, kept: Kept) -> None:
        """Keep it, and forget what was not used for longest."""
        self._kept[key] = kept
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)


class FileCache:
    """One file per reply, written whole or not at all; the oldest go when there are too many bytes."""

    def __init__(self, folder: Path, most_bytes: int = 256 * 2**20) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._bytes: int | None = None

    def get(self, key: str) -> Kept | None:
        """What was kept under a key; a file that is no reply counts as none."""
        try:
            return Kept.model_validate_json(self._path(key).read_bytes())
        except (FileNotFoundError, ValidationError):
            return None

    def put(self, key: str, kept: Kept) -> None:
        """Keep it."""
        path, data = self._path(key), kept.model_dump_json().encode()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = path.with_suffix(f".{os.getpid()}.partial")
        partial.write_bytes(data)
        partial.replace(path)
        self._bytes = None if self._bytes is None else self._bytes + len(data)
        if self._bytes is None or self._bytes > self._most_bytes:
            self._bytes = self._shrunk()

    def _shrunk(self) -> int:
        found = sorted((one.stat().st_mtime, one.stat().st_size, one) for one in self._folder.glob("*/*.json"))
        total = sum(size for _, size, _ in found)
        for _, size, path in found:
            if total <= self._most_bytes:
                break
            path.unlink(missing_ok=True)
            total -= size
        return total

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.json"


@dataclass(slots=True)
class CacheStatistics:
    """What the tiers have seen."""

    hits: int = 0
    misses: int = 0
    troubles: int = 0


class Tiers:
    """Caches one behind the other: the first that has a reply gives it, and those before it learn it. One that fails
    is passed over for a while and then tried again."""

    def __init__(
        self, tiers: Sequence[Cache], now: Callable[[], float], ttl_s: float = 30 * 86_400.0, rest_s: float = 30.0
    ) -> None:
        self.statistics = CacheStatistics()
        self._tiers, self._now, self._ttl_s, self._rest_s = list(tiers), now, ttl_s, rest_s
        self._one_at_a_time = threading.Lock()  # callers ask from threads beside the event loop
        self._back_at = [0.0] * len(self._tiers)

    def get(self, key: str) -> Reply | None:
        """A reply that is not too old."""
        with self._one_at_a_time:
            return self._found(key)

    def _found(self, key: str) -> Reply | None:
        for index, tier in self._working():
            kept = self._tried(index, lambda tier=tier: tier.get(key))  # type: ignore[misc]
            if kept is not None and self._now() - kept.at < self._ttl_s:
                self._write(key, kept, index)
                self.statistics.hits += 1
                return kept.reply
        self.statistics.misses += 1
        return None

    def put(self, key: str, reply: Reply) -> None:
        """Keep a reply in every tier that works."""
        with self._one_at_a_time:
            self._write(key, Kept(at=self._now(), reply=reply), len(self._tiers))

    def _write(self, key: str, kept: Kept, before: int) -> None:
        for index, tier in self._working():
            if index < before:
                self._tried(index, lambda tier=tier: tier.put(key, kept))  # type: ignore[misc]

    def _working(self) -> list[tuple[int, Cache]]:
        return [(index, tier) for index, tier in enumerate(self._tiers) if self._now() >= self._back_at[index]]

    def _tried(self, index: int, act: Callable[[], Kept | None]) -> Kept | None:
        try:
            return act()
        except OSError:
            self.statistics.troubles += 1
            self._back_at[index] = self._now() + self._rest_s
            return None
