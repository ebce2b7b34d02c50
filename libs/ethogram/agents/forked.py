"""The forked adapter: an agent of a fork. Up to the fork it repeats what was decided, after it somebody decides anew.

Nothing is copied into the fork: its configuration names the session that it branches off from, and how many turns of it
count as they were.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar

from ethogram.agents import builtin, registry
from ethogram.agents.adapter import Adapter, Request
from ethogram.agents.observation import Answer, NoAnswer, answer_from
from ethogram.events import EthogramError
from ethogram.events.ids import is_uuid
from ethogram.runtime.store.decisions import Repeated, repeated
from ethogram.runtime.store.engine import connect, is_transient

KEYS = frozenset({"session", "at", "turns", "instead", "then"})
TRIES = 5
PAUSE_S = 1.0


class Forked:
    """Repeats recorded decisions, then hands over to another adapter."""

    about: ClassVar[str] = "an agent of a fork: repeats a session up to a turn, then plays on (made by `ethogram fork`)"

    def __init__(self, settings: Any) -> None:
        self._settings = settings
        self._engine = connect(settings.database_url, "forked", connections=1)
        self._others: dict[str, Adapter] = {}

    @staticmethod
    def check(config: Mapping[str, Any]) -> list[str]:
        """What is wrong with a configuration, in words."""
        wrong = [f"unknown key {key!r}" for key in sorted(set(config) - KEYS)]
        if not is_uuid(str(config.get("session"))):
            wrong.append("session is missing; expected the id of the session that is forked")
        if not isinstance(config.get("turns"), int):
            wrong.append("turns is missing; expected how many turns of the session count as they were")
        instead = config.get("instead", {})
        if not isinstance(instead, dict) or not all(isinstance(option, str) for option in instead.values()):
            wrong.append("instead: expected options by 'game/turn'")
        return wrong + _next_wrong(config.get("then"))

    async def answer(self, request: Request) -> Answer:
        """What was decided in this place, what was asked for instead, or what the next adapter says."""
        turn, config = request.observation.turn, request.config
        instead = config.get("instead", {}).get(f"{request.game_id}/{turn}")
        if instead is not None:
            return answer_from(instead, request.observation)
        known = await self._recorded(request)
        if known is None or known.number > config["turns"]:
            return await self._live(request, config["then"])
        if known.outcome != "chosen":
            raise NoAnswer(known.outcome, f"as in session {config['session']}")
        return answer_from(known.answer, request.observation)

    async def close(self) -> None:
        """Let go of connections, and of the adapters that were handed over to."""
        self._engine.dispose()
        await asyncio.gather(*(other.close() for other in self._others.values()))

    async def _recorded(self, request: Request) -> Repeated | None:
        place = (request.config["session"], request.game_id, request.observation.turn, request.seat)
        for _ in range(TRIES):
            try:
                return await asyncio.to_thread(self._look_up, *place)
            except Exception as error:  # a database that is restarted is no reason to answer otherwise than before
                if not is_transient(error):
                    raise
                await asyncio.sleep(PAUSE_S)
        raise EthogramError("fork-unreadable", f"session {place[0]} cannot be read: the database does not answer")

    def _look_up(self, session_id: str, game_id: str, turn: int, seat: int) -> Repeated | None:
        with self._engine.connect() as connection:
            return repeated(connection, session_id, game_id, turn, seat)

    async def _live(self, request: Request, then: Mapping[str, Any]) -> Answer:
        name, config = str(then["adapter"]), then.get("config", {})
        if name == registry.BUILTIN:
            return builtin.decide(config, request.observation)
        if name not in self._others:
            self._others[name] = registry.load(name)(self._settings)
        handed_on = {field: getattr(request, field) for field in Request.__slots__} | {"config": config}
        return await self._others[name].answer(Request(**handed_on))


def _next_wrong(then: object) -> list[str]:
    if not isinstance(then, dict) or not isinstance(then.get("adapter"), str):
        return ["then is missing; expected the adapter and the config of whoever decides after the fork"]
    check = registry.checks().get(then["adapter"])
    if check is None:
        return [f"then: unknown adapter {then['adapter']!r}; installed: {', '.join(registry.names())}"]
    return [f"then: {words}" for words in check(then.get("config", {}))]
