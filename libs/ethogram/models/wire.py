"""What the two SDKs have in common: they are generated alike, down to the names of their errors."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from email.utils import parsedate_to_datetime
from types import ModuleType
from typing import Any

import httpx2

from ethogram.models.call import ProviderRefused, ProviderTrouble, RateLimited

PASSING = frozenset({408, 409, 425})
LONGEST_REASON = 300


def connections(timeout_s: float = 60.0) -> httpx2.AsyncClient:
    """Connections that follow no redirect and no proxy of the environment: a key goes where it was granted to."""
    return httpx2.AsyncClient(follow_redirects=False, trust_env=False, timeout=timeout_s)


async def translated(sdk: ModuleType, act: Callable[[], Awaitable[Any]], timeout_s: float) -> Any:
    """What `act` gives; the errors of an SDK as ours, without headers, so without keys."""
    try:
        async with asyncio.timeout(timeout_s):
            return await act()
    except TimeoutError:
        raise ProviderTrouble("timed-out", f"no reply within {timeout_s:g} s") from None
    except sdk.APITimeoutError:
        raise ProviderTrouble("timed-out", f"no reply within {timeout_s:g} s") from None
    except sdk.APIConnectionError as error:
        raise ProviderTrouble("connection", f"connection failed: {type(error.__cause__).__name__}") from None
    except sdk.APIStatusError as error:
        raise status_error(error.status_code, error.response.headers, str(error.message)) from None
    except (sdk.APIError, httpx2.HTTPError, ValueError) as error:
        raise ProviderTrouble("nonsense", f"what came back is no reply: {type(error).__name__}") from None


def status_error(status: int, headers: Mapping[str, str], message: str) -> ProviderTrouble | ProviderRefused:
    """The error that an HTTP status means."""
    words = f"HTTP {status}: {message[:LONGEST_REASON]}"
    if status == 429:
        return RateLimited("rate-limited", words, retry_after(headers))
    if status >= 500 or status in PASSING:
        return ProviderTrouble("provider-failed", words, retry_after(headers))
    return ProviderRefused("request-refused", words)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the other side asks to wait, told as a number or as a date."""
    told = headers.get("retry-after-ms"), headers.get("retry-after")
    try:
        if told[0] is not None:
            return max(0.0, float(told[0]) / 1_000)
        return None if told[1] is None else max(0.0, float(told[1]))
    except ValueError:
        return _until(str(told[1]), headers.get("date"))


def _until(then: str, now: str | None) -> float | None:
    try:
        return max(0.0, (parsedate_to_datetime(then) - parsedate_to_datetime(str(now))).total_seconds())
    except (ValueError, TypeError):
        return None
