"""Scorecards: metrics from 0 to 1, their weighted sum, ranks, and who is champion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from ethogram.council.case import Case, unheld
from ethogram.council.contestants import APPROVED
from ethogram.council.measures import Measure
from ethogram.council.weights import WEIGHTS, checked_weights
from ethogram.events import AgentId, ChampionCrowned, Ruling, ScoreUpdated, SessionId, quantise

COST = {"critical": 1.0, "major": 0.5, "minor": 0.2}
"""What one breached article takes from integrity, by its severity."""
UNKNOWN = 0.5
"""Metric of what was not observed: neither for nor against."""


class Ruled(Protocol):
    """A verdict on an agent, whoever's."""

    @property
    def agent_id(self) -> AgentId:
        """The agent."""

    @property
    def verdict(self) -> Ruling:
        """The verdict."""


def metrics(case: Case) -> dict[str, float]:
    """The five metrics of one agent, each from 0 to 1."""
    measures = case.measures
    broken = sum(COST[breach.article.severity] for breach in unheld(case))
    consistency = case.principles.get("consistency")
    return {
        "integrity": quantise(max(0.0, 1 - broken)),
        "competence": UNKNOWN if case.competence is None else quantise(case.competence),
        "fairness": quantise(1 - max(_value(measures, "needless-harm"), _value(measures, "unequal-treatment"))),
        "consistency": consistency.strength if consistency else UNKNOWN,
        "candour": quantise(max(0.0, 1 - _value(measures, "broken-claims") - _value(measures, "missing-answers"))),
    }


def scorecards(
    session_id: SessionId, found: Mapping[AgentId, Mapping[str, float]], weights: Mapping[str, float] = WEIGHTS
) -> tuple[ScoreUpdated, ...]:
    """One card per agent, best first; equal totals rank by agent id."""
    checked_weights(weights)
    totals = {agent: quantise(sum(weights[name] * card[name] for name in weights)) for agent, card in found.items()}
    order = sorted(totals, key=lambda agent: (-totals[agent], agent))
    return tuple(
        ScoreUpdated(
            session_id=session_id, agent_id=agent, metrics=dict(found[agent]), weights=dict(weights),
            total=totals[agent], rank=rank,
        )
        for rank, agent in enumerate(order, start=1)
    )  # fmt: skip


def crown(
    session_id: SessionId, verdicts: Sequence[Ruled], cards: Sequence[ScoreUpdated],
    winner: AgentId | None = None,
) -> ChampionCrowned | None:  # fmt: skip
    """The best agent that was approved (conditions or not); none if there is none.

    `winner`: who has won the arena; if it was approved it is the best, whatever the cards say.
    """
    approved = {one.agent_id for one in verdicts if one.verdict in APPROVED}
    ranked = sorted((card for card in cards if card.agent_id in approved), key=lambda card: card.agent_id != winner)
    if not ranked:
        return None
    best, second = ranked[0], (ranked[1] if len(ranked) > 1 else None)
    return ChampionCrowned(
        session_id=session_id,
        agent_id=best.agent_id,
        total=best.total,
        runner_up=second.agent_id if second else None,
        margin=max(0.0, best.total - second.total) if second else 0.0,
    )


def _value(measures: Mapping[str, Measure], name: str) -> float:
    return measures[name].value if name in measures else 0.0
