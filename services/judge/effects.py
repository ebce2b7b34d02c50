"""How models that sit in the council are asked."""

from __future__ import annotations

from collections.abc import Sequence

from ethogram.events import BreakerChanged, Event, JudgementRequested, ModelCallRecorded, VoteCast
from ethogram.judges.asking import Bench
from ethogram.topology import Deps, Effect

LONGEST_LANE = 300
_bench = Bench()


def to_ask(event: JudgementRequested) -> tuple[str, ...]:
    """Tasks: ids of the judges."""
    return tuple(spec.id for spec in event.judges)


def lane_of(event: JudgementRequested, task: str) -> str:
    """Whose slots a task takes: a judge's of one session."""
    return f"{event.session_id}/{task}"[:LONGEST_LANE]


async def ask_judge(event: JudgementRequested, task: str, deps: Deps) -> Sequence[Event]:
    """What one judge says, after the model calls that it came from."""
    spec = next(spec for spec in event.judges if spec.id == task)
    return await _bench.ask(event, spec, deps.settings)


ASKING = Effect(to_ask, ask_judge, lane_of, answers=(VoteCast, ModelCallRecorded, BreakerChanged))
