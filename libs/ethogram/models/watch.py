"""Breakers at work: each call asks first and tells how it went; changes are counted, shown and handed on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from ethogram.models.breaker import Breaker
from ethogram.models.call import Calls, Change, ProviderRefused, ProviderTrouble, RateLimited
from ethogram.runtime import telemetry

T = TypeVar("T")
LEVELS = {"closed": 0, "half-open": 1, "open": 2}


async def watched(breaker: Breaker, calls: Calls, act: Callable[[], Awaitable[T]]) -> T:
    """What `act` gives, if the breaker lets it; a change of the breaker is put into `calls`."""
    ticket = breaker.admit()
    try:
        done = await act()
    except ProviderRefused:
        breaker.succeeded(ticket)  # it is well: it is the request that is not
        _note(breaker, calls)
        raise
    except RateLimited:
        breaker.abandoned(ticket)
        raise
    except ProviderTrouble:
        breaker.failed(ticket)
        _note(breaker, calls)
        raise
    except BaseException:
        breaker.abandoned(ticket)
        raise
    breaker.succeeded(ticket)
    _note(breaker, calls)
    return done


def _note(breaker: Breaker, calls: Calls) -> None:
    telemetry.BREAKER.labels(breaker.name).set(LEVELS[breaker.state])
    changed = breaker.changed_to()
    if changed is not None:
        seen = breaker.statistics
        telemetry.BREAKER_CHANGES.labels(breaker.name, changed).inc()
        calls.changes.append(Change(breaker.name, changed, seen.succeeded, seen.failed, seen.turned_away))
