"""What inference and tracking cost: of an act, late over early; of an entropy, a snapshot, a conclusion.

Each is the median of many in this process. Milliseconds mean little on a shared machine; the ratio stands.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

import numpy as np

from ethogram.behaviour.entropy import shannon
from ethogram.behaviour.profiles import Standing
from ethogram.events import Act, AgentId, Chance, EventId, SessionId
from ethogram.principles.conclusion import conclude
from ethogram.principles.evidence import Evidence, update
from ethogram.principles.observation import Observation

ACTS = 10_000
ROUNDS = 100
TRIALS = 50


def growth(seed: int = 3) -> dict[str, object]:
    """Median cost of an act around the 10,000th over that around the 100th, games of 100 rounds; and what follows."""
    evidence, spent, acts = Evidence(), [], _acts(ACTS + ROUNDS, seed)
    for act in acts:
        begun = time.perf_counter()
        evidence = update(evidence, act)
        spent.append(time.perf_counter() - begun)
    early, late = float(np.median(spent[50:150])), float(np.median(spent[ACTS - 50 : ACTS + 50]))
    concluding = _median(lambda: conclude(evidence, SessionId("bench"), AgentId("agent"), closing=True))
    return {"ratio": round(late / early, 3), "microseconds": round(late * 1e6), "concluding_ms": concluding}


def tracking(seed: int = 3) -> dict[str, object]:
    """Milliseconds for the entropy of 1,000 actions, counted anew, and for the snapshot of a profile of 10,000 acts."""
    standing = Standing()
    for number, act in enumerate(_acts(ACTS, seed)):
        played = Act(
            seat=0, agent_id=AgentId("agent"), counterpart="other", number=number + 1, outcome="chosen",
            intended=act.intended, executed=act.executed, before=act.before, others=act.other, payoff=1.0,
            decision_id=EventId(act.evidence),
        )  # fmt: skip
        standing = standing.after(played, act.context, act.intended)
    actions = [act.intended for act in _acts(1_000, seed)]
    return {
        "entropy_ms": _median(lambda: shannon(Counter(actions).values())),
        "snapshot_ms": _median(lambda: standing.profile().model_dump_json()),
    }


def _acts(many: int, seed: int) -> list[Observation]:
    """Acts of chance, in games one after another."""
    chance, acts, before = Chance(seed, "growth"), [], ""
    for number in range(many):
        own, other = chance.choice("CD"), chance.choice("CD")
        acts.append(Observation(
            game=f"g{number // ROUNDS}", intended=own, executed=own, other=other, evidence=str(number),
            before=before if number % ROUNDS else "", last=number % ROUNDS == ROUNDS - 1,
        ))  # fmt: skip
        before = own + other
    return acts


def _median(work: Callable[[], object]) -> float:
    """Milliseconds."""
    spent = []
    for _ in range(TRIALS):
        begun = time.perf_counter()
        work()
        spent.append(time.perf_counter() - begun)
    return round(float(np.median(spent)) * 1e3, 4)
