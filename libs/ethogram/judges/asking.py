"""Asking a judge, whatever comes of it: a vote or the reason why there is none, after the model calls it came from."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from ethogram.events import EthogramError, Event, GameId, JudgementRequested, JudgeSpec, VoteCast
from ethogram.judges.protocol import Asked, ModelJudge, NoVote
from ethogram.judges.registry import load
from ethogram.models.call import Calls
from ethogram.models.reading import storable
from ethogram.models.recording import Occasion, recorded, told_of_breakers

DEADLINE_S = 180.0
"""For a vote with its repair turn and all tries."""
LONGEST_REASON = 500


class Bench:
    """The judges of this process, made when they are first asked; they hold connections."""

    def __init__(self) -> None:
        self._made: dict[str, ModelJudge] = {}

    async def ask(
        self, request: JudgementRequested, spec: JudgeSpec, settings: Any, sample: str = ""
    ) -> Sequence[Event]:
        """What one judge says; what goes wrong with it is a missing vote, never an error of ours."""
        calls = Calls()
        asked = Asked(request, spec.id, spec.config, calls, sample or request.session_id)
        try:
            if not settings.model_judges:
                raise NoVote("switched-off", "models do not judge here; ETHOGRAM_MODEL_JUDGES=true lets them")
            async with asyncio.timeout(DEADLINE_S):
                told = (await self._judge(spec, settings).vote(asked)).model_dump()
        except Exception as error:  # whatever a stranger's judge raises: the council goes on without its vote
            missing = _missing(error)
            words = storable(missing.message)[:LONGEST_REASON]
            told = {"vote": "abstain", "absent": missing.absent, "reasons": (f"{missing.absent}: {words}",)}
        return answered(request, spec, told, calls)

    async def close(self) -> None:
        """Let go of connections."""
        for judge in self._made.values():
            await judge.close()

    def _judge(self, spec: JudgeSpec, settings: Any) -> ModelJudge:
        if spec.judge not in self._made:
            self._made[spec.judge] = load(spec.judge)(settings)
        return self._made[spec.judge]


def answered(request: JudgementRequested, spec: JudgeSpec, told: dict[str, Any], calls: Calls) -> Sequence[Event]:
    """The events of one answer."""
    about = Occasion(request.session_id, GameId(f"council/{request.agent_id}/{spec.id}"), request.round, 0)
    made = recorded(about, calls)
    cast = VoteCast(
        session_id=request.session_id, agent_id=request.agent_id, judge=spec.id, round=request.round,
        requested_id=request.id, calls=tuple(call.request_digest for call in made), tokens=calls.tokens,
        cost_micros=calls.cost_micros, **told,
    )  # fmt: skip
    return [*made, *told_of_breakers(about, calls), cast]


def _missing(error: Exception) -> NoVote:
    if isinstance(error, NoVote):
        return error
    if isinstance(error, TimeoutError):
        return NoVote("timed-out", f"no vote within {DEADLINE_S:g} s")
    words = error.message if isinstance(error, EthogramError) else f"{type(error).__name__}: {error}"
    return NoVote("failed", words)
