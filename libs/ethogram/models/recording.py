"""Model calls as the log keeps them, whoever made them."""

from __future__ import annotations

from typing import NamedTuple

from ethogram.events import BreakerChanged, GameId, ModelCallRecorded, SessionId
from ethogram.models.call import Calls
from ethogram.models.reading import storable


class Occasion(NamedTuple):
    """What calls were made for."""

    session_id: SessionId
    game_id: GameId
    turn: int
    seat: int


def recorded(occasion: Occasion, calls: Calls) -> tuple[ModelCallRecorded, ...]:
    """The calls, in order."""
    return tuple(
        ModelCallRecorded(
            **occasion._asdict(), call=number,
            provider=call.provider, model=storable(call.reply.model), request_digest=call.request_digest,
            request=call.request, response=call.reply.raw, tokens_in=call.reply.tokens_in,
            tokens_out=call.reply.tokens_out, cost_micros=call.cost_micros, latency_ms=call.latency_ms,
            attempts=call.attempts, cached=call.cached, error=None if call.error is None else storable(call.error),
        )
        for number, call in enumerate(calls.made)
    )  # fmt: skip


def told_of_breakers(occasion: Occasion, calls: Calls) -> tuple[BreakerChanged, ...]:
    """Breakers that opened or closed meanwhile."""
    changes = enumerate(calls.changes)
    return tuple(BreakerChanged(**occasion._asdict(), number=number, **change._asdict()) for number, change in changes)
