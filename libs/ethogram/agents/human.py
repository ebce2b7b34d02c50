"""The human adapter: a seat that waits for a person. It holds no slot meanwhile; the question stands in a table."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from ethogram.agents.adapter import Request
from ethogram.agents.observation import Answer, NoAnswer, answer_from
from ethogram.events.explanation import suggestion
from ethogram.runtime import clock
from ethogram.runtime.store.engine import connect
from ethogram.runtime.store.seats import Asked, question
from ethogram.topology import NotYet

KEYS = ("who", "deadline_s")
LOOK_AGAIN_S = 15.0
"""An answer hastens its task; should that be missed, it is found so much later."""


class Human:
    """A person, who answers with `ethogram play` or an AnswerTurn on the topic of answers."""

    about: ClassVar[str] = "a person, with `ethogram play`: `config: {who: maria, deadline_s: 3600}`, both optional"

    def __init__(self, settings: Any) -> None:
        self._engine = connect(settings.database_url, "agent-runner-seats", connections=2)

    @staticmethod
    def check(config: Mapping[str, Any]) -> list[str]:
        """What is wrong with a configuration, in words."""
        wrong = [f"unknown key {key!r}{suggestion(key, KEYS)}" for key in config if key not in KEYS]
        who, deadline = config.get("who", "anybody"), config.get("deadline_s", 60)
        if not isinstance(who, str) or not 1 <= len(who) <= 200:
            wrong.append("who must be a name: only answers of this actor count")
        if isinstance(deadline, bool) or not isinstance(deadline, int | float) or not 1 <= deadline <= 2_592_000:
            wrong.append(f"deadline_s is {deadline!r}; expected a number of seconds from 1 to 2592000")
        return wrong

    async def answer(self, request: Request) -> Answer:
        """The person's answer; NotYet while there is none, NoAnswer once the deadline has passed."""
        if wrong := self.check(request.config):
            raise NoAnswer("failed", "; ".join(wrong))
        asked = await asyncio.to_thread(self._look, request)
        if asked.answer is not None:
            return answer_from(asked.answer, request.observation)
        left_s = (asked.until - datetime.fromisoformat(clock.now())).total_seconds()
        if left_s <= 0:
            raise NoAnswer("timed-out", f"nobody answered until {asked.until.isoformat(timespec='seconds')}")
        raise NotYet(min(left_s, LOOK_AGAIN_S))

    async def close(self) -> None:
        """Let go of connections."""
        self._engine.dispose()

    def _look(self, request: Request) -> Asked:
        with self._engine.connect() as connection:
            turn = request.observation.turn
            return question(connection, request.session_id, request.game_id, turn, request.seat)
