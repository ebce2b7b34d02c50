"""What the director reaches outside: folders of templates, and the clock of a choice that waits for an inference."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import Engine

from ethogram.events import DeadlinePassed, Event, PosteriorAwaited
from ethogram.games import Shelf
from ethogram.runtime.settings import Settings, load
from ethogram.runtime.store.engine import connect
from ethogram.runtime.store.inferences import is_inferred_after
from ethogram.topology import Deps

LOOK_EVERY_S = 1.0
AWAITING = (PosteriorAwaited, DeadlinePassed)

shelf = Shelf(lambda: load().scenarios_path)
"""Ours, installed collections, and folders below those that the operator allows."""


def deadlines(event: PosteriorAwaited) -> Sequence[str]:
    """One task: to watch the clock."""
    return ("deadline",)


async def wait(event: PosteriorAwaited, task: str, deps: Deps) -> Sequence[Event]:
    """Nothing as soon as the inference is stored; that the deadline has passed, if it is not by then."""
    ends = deps.clock() + event.seconds
    while (left := ends - deps.clock()) > 0:
        await asyncio.sleep(min(left, LOOK_EVERY_S))
        if await asyncio.to_thread(_inferred, event, deps.settings):
            return ()
    return (DeadlinePassed(session_id=event.session_id, game_id=event.game_id, turn=event.turn, after=event.after),)


def _inferred(event: PosteriorAwaited, settings: Settings) -> bool:
    with _engine(settings.database_url).begin() as connection:
        return is_inferred_after(connection, event.session_id, event.agent_id, event.after)


@lru_cache(maxsize=1)
def _engine(url: str) -> Engine:
    return connect(url, "scenario-generator deadlines", connections=1)
