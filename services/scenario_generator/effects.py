"""What the director reaches outside: folders of templates, and the clock of a choice that waits for an inference."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import lru_cache

from sqlalchemy import Engine

from ethogram.agents import skills
from ethogram.events import ApprovalExpired, ApprovalRequested, DeadlinePassed, Event, PosteriorAwaited
from ethogram.games import Shelf
from ethogram.games.skills import Grants
from ethogram.runtime.settings import Settings, load
from ethogram.runtime.store.approvals import left_s
from ethogram.runtime.store.engine import connect
from ethogram.runtime.store.inferences import is_inferred_after
from ethogram.topology import Deps, Effect, NotYet

LOOK_EVERY_S = 1.0
LOOK_AGAIN_S = 15.0
AWAITING = (PosteriorAwaited, DeadlinePassed)

BY_PEOPLE = Grants(skills.names)
"""No policy: skills are granted by people alone."""
shelf = Shelf(lambda: load().scenarios_path)
"""Ours, installed collections, and folders below those that the operator allows."""


def deadlines(event: PosteriorAwaited | ApprovalRequested) -> Sequence[str]:
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


async def await_answer(event: ApprovalRequested, task: str, deps: Deps) -> Sequence[Event]:
    """That nobody answered, once the time is up; it holds no slot meanwhile, and the time runs on through restarts."""
    left = await asyncio.to_thread(_left, event, deps.settings)
    if left is None:
        return ()  # answered, asked of others by now, or the session is over
    if left > 0:
        raise NotYet(min(left, LOOK_AGAIN_S))
    return (ApprovalExpired(session_id=event.session_id, approval_id=event.approval_id, level=event.level),)


def _left(event: ApprovalRequested, settings: Settings) -> float | None:
    with _engine(settings.database_url).begin() as connection:
        return left_s(connection, event.approval_id, event.level)


def _inferred(event: PosteriorAwaited, settings: Settings) -> bool:
    with _engine(settings.database_url).begin() as connection:
        return is_inferred_after(connection, event.session_id, event.agent_id, event.after)


@lru_cache(maxsize=1)
def _engine(url: str) -> Engine:
    return connect(url, "scenario-generator deadlines", connections=1)


PERFORMED: Mapping[type[Event], Effect] = {
    PosteriorAwaited: Effect(tasks=deadlines, run=wait, answers=(DeadlinePassed,)),
    ApprovalRequested: Effect(tasks=deadlines, run=await_answer, answers=(ApprovalExpired,)),
}
