"""Providers by name, what a configuration says about them, and how each is called: for agents and for judges alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ethogram.events.explanation import suggestion
from ethogram.models.breaker import Breaker
from ethogram.models.cache import Cache, FileCache, MemoryCache, Tiers
from ethogram.models.call import Provider
from ethogram.models.limits import Limits
from ethogram.models.prices import OURS, prices
from ethogram.models.rights import KEY_NAME, check_url, secret, url_problem
from ethogram.runtime import clock

if TYPE_CHECKING:
    from ethogram.models.caller import Caller

KEYS = ("model", "base_url", "key", "temperature", "most_tokens", "timeout_s", "schema", "stream")
"""What a configuration may hold."""
RANGES = (("timeout_s", 0.1, 600), ("temperature", 0, 2), ("most_tokens", 16, 100_000))


class Kind(NamedTuple):
    """One way to reach models."""

    name: str
    make: Callable[[str, str], Provider]
    """`(base URL, key) -> provider`; its SDK is imported then."""
    needs: str
    """Library that has to be installed."""
    base_url: str = ""
    """Where it is, unless a configuration says otherwise."""
    keys: tuple[str, ...] = KEYS

    def problems(self, config: Mapping[str, Any]) -> list[str]:
        """What is wrong with a configuration, in words."""
        wrong = [f"unknown key {key!r}{suggestion(key, self.keys)}" for key in config if key not in self.keys]
        if not isinstance(config.get("model"), str) or not config["model"]:
            wrong.append("model is missing; it is the model's name at its provider")
        if (url := config.get("base_url", self.base_url)) is not None and (problem := url_problem(url)):
            wrong.append(f"base_url: {problem}")
        if (key := config.get("key")) is not None and not (isinstance(key, str) and KEY_NAME.fullmatch(key)):
            wrong.append("key must be the NAME of an environment variable, e.g. MY_API_KEY, never the key itself")
        switches = [key for key in ("schema", "stream") if not isinstance(config.get(key, True), bool)]
        wrong += [f"{key} must be true or false" for key in switches]
        return wrong + _out_of_range(config)


def _openai(base_url: str, key: str) -> Provider:
    from ethogram.models.openai_provider import OpenAIResponses

    return OpenAIResponses(base_url, key)


def _openai_compatible(base_url: str, key: str) -> Provider:
    from ethogram.models.openai_provider import OpenAIChat

    return OpenAIChat(base_url, key)


def _anthropic(base_url: str, key: str) -> Provider:
    from ethogram.models.anthropic_provider import AnthropicMessages

    return AnthropicMessages(base_url, key)


OPENAI = Kind("openai", _openai, "openai", "https://api.openai.com/v1")
OPENAI_COMPATIBLE = Kind("openai-compatible", _openai_compatible, "openai")
ANTHROPIC = Kind(
    "anthropic", _anthropic, "anthropic", "https://api.anthropic.com",
    tuple(key for key in KEYS if key != "temperature"),  # the SDK's messages have no temperature
)  # fmt: skip


KINDS = {kind.name: kind for kind in (OPENAI, OPENAI_COMPATIBLE, ANTHROPIC)}
"""All of them."""


class Callers:
    """Callers of one kind, one per URL and key; all share a cache and a table of prices."""

    def __init__(self, settings: Any, kind: Kind) -> None:
        self._settings, self._kind = settings, kind
        self._callers: dict[tuple[str, str], Caller] = {}
        # the date of a cached reply must outlast this process; the wall clock decides nothing else
        self._prices = prices(getattr(settings, "models_prices", None) or OURS)
        folder = Path(settings.home) / "cache" / "models"
        shared = _shared(getattr(settings, "models_redis", None))
        self._cache = Tiers((MemoryCache(), *shared, FileCache(folder)), _wall_clock)

    def caller(self, config: Mapping[str, Any]) -> Caller:
        """The caller that a configuration means; NotAllowed if the operator has not allowed that."""
        url, key_name = str(config.get("base_url", self._kind.base_url)), str(config.get("key", ""))
        granted = self._settings.models_keys
        check_url(url, (*self._settings.models_urls, *(grant.partition("@")[2] for grant in granted)))
        key = secret(key_name, url, granted) if key_name else ""
        if (url, key_name) not in self._callers:
            from ethogram.models.caller import Caller  # who only checks configurations needs none of what it imports

            provider, ticks = self._kind.make(url, key), clock.monotonic
            breaker, limits = Breaker(provider.name, ticks), Limits(ticks)
            self._callers[url, key_name] = Caller(provider, breaker, limits, self._cache, self._prices, ticks)
        return self._callers[url, key_name]

    async def close(self) -> None:
        """Let go of connections."""
        for caller in self._callers.values():
            await caller.provider.close()


def _shared(url: str | None) -> Sequence[Cache]:
    if not url:
        return ()
    from ethogram.models.redis_cache import RedisCache

    return (RedisCache(url),)


def _wall_clock() -> float:
    return datetime.fromisoformat(clock.now()).timestamp()


def _out_of_range(config: Mapping[str, Any]) -> list[str]:
    wrong = []
    for key, low, high in RANGES:
        value = config.get(key, low)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            wrong.append(f"{key} is {value!r}; expected a number from {low} to {high}")
    return wrong
