"""Replies in a Redis that several runners share. What it raises is an OSError, so that the next tier takes over."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import redis
from pydantic import ValidationError

from ethogram.events import SettingsError
from ethogram.models.cache import Kept

T = TypeVar("T")

PREFIX = "ethogram:reply:"
KEEP_S = 30 * 86_400
WAIT_S = 1.0
"""A cache that is slower than this is no help."""


class RedisCache:
    """One key per reply; Redis itself forgets the old ones."""

    def __init__(self, url: str) -> None:
        try:
            self._redis = redis.Redis.from_url(url, socket_timeout=WAIT_S, socket_connect_timeout=WAIT_S)
        except ValueError as error:
            raise SettingsError("redis-url", f"ETHOGRAM_MODELS_REDIS: {error}") from None

    def get(self, key: str) -> Kept | None:
        """What was kept under a key; a value that is no reply counts as none."""
        found = self._tried(lambda: self._redis.get(PREFIX + key))
        try:
            return Kept.model_validate_json(found) if isinstance(found, bytes) else None
        except ValidationError:
            return None

    def put(self, key: str, kept: Kept) -> None:
        """Keep it."""
        self._tried(lambda: self._redis.set(PREFIX + key, kept.model_dump_json(), ex=KEEP_S))

    def _tried(self, act: Callable[[], T]) -> T:
        try:
            return act()
        except redis.RedisError as error:
            raise OSError(f"Redis: {type(error).__name__}") from None
