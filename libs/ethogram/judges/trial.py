"""Trying models out: a council in which they sit hears cases that belong to no session."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import count
from typing import Annotated, Any

from pydantic import Field

from ethogram.council import Case, hear_out
from ethogram.council.convening import convene
from ethogram.council.panel import Panel
from ethogram.council.transcripts import SESSION, Hear
from ethogram.events import AgentId, JudgeSpec, Value, Vote, VoteCast
from ethogram.judges.asking import Bench


class Models(Value):
    """A file that says which models to try."""

    judges: Annotated[tuple[JudgeSpec, ...], Field(min_length=1, max_length=8)]
    """As in a training."""


def hearing(specs: Sequence[JudgeSpec], settings: Any) -> Hear:
    """A council of the four and these models. Every hearing is a sample of its own: none is answered from another's."""
    samples = count(1)

    def hear(case: Case) -> Sequence[Vote]:
        return asyncio.run(_heard(case, tuple(specs), settings, str(next(samples))))

    return hear


async def _heard(case: Case, specs: tuple[JudgeSpec, ...], settings: Any, sample: str) -> Sequence[Vote]:
    agent_id, panel, bench = AgentId(case.agent_id), Panel(judges=specs), Bench()
    try:
        while True:
            panel, asked = convene(panel, SESSION, {agent_id: case})
            if not asked:
                return hear_out(case, opinions=panel.opinions(agent_id))
            for request in asked:
                for spec in request.judges:
                    made = await bench.ask(request, spec, settings, sample)
                    panel = next(panel.taking(event) for event in made if isinstance(event, VoteCast))
    finally:
        await bench.close()
