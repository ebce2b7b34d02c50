"""Overruling: what a session comes to when a person's verdict holds, computed beside what the council made of it.

Integrity counts the breaches that the council holds against an agent. A person's verdict takes the place of that
finding: approved is without breach, approved with conditions as after a minor one, rejected as after a critical one,
and what is escalated is not known. All other metrics are measures of conduct, and no verdict changes what was done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pydantic import Field

from ethogram.council.placing import place
from ethogram.council.scores import COST, UNKNOWN, crown, scorecards
from ethogram.events import (
    AgentId,
    ChampionCrowned,
    Event,
    OutcomeRevised,
    RevisedCard,
    Ruling,
    ScoreUpdated,
    Value,
    VerdictIssued,
    VerdictOverridden,
)

INTEGRITY: Mapping[Ruling, float] = {
    "approve": 1.0, "approve-with-conditions": 1 - COST["minor"], "reject": 1 - COST["critical"], "escalate": UNKNOWN,
}  # fmt: skip

AGAIN = "again"
"""Title of a placing that no ladder takes: only how the contestants come out is kept of it."""


class Outcome(Value):
    """What the council made of a session, and what people have overruled since."""

    verdicts: dict[AgentId, Ruling]
    """The council's."""
    cards: tuple[ScoreUpdated, ...]
    """The council's, the best first."""
    champion: AgentId | None = None
    """The council's."""
    dry: bool = False
    """Whether nobody is crowned."""
    winner: AgentId | None = None
    """Who has won the arena, if there was one: champion, if approved."""
    overruled: dict[AgentId, Ruling] = Field(default_factory=dict)
    """People's verdicts."""
    revisions: int = 0
    """How often it was revised."""
    contestants: dict[AgentId, str] = Field(default_factory=dict)
    """Who takes part across sessions, by agent; nobody where the session does not count."""


class Held(NamedTuple):
    """A verdict that holds."""

    agent_id: AgentId
    verdict: Ruling


def outcome(
    said: Sequence[Event], *, dry: bool, winner: AgentId | None = None, named: Mapping[AgentId, str] | None = None
) -> Outcome:  # fmt: skip
    """What is kept of a judged session, out of what the council said, so that people can overrule it."""
    return Outcome(
        verdicts={each.agent_id: each.verdict for each in said if isinstance(each, VerdictIssued)},
        cards=tuple(each for each in said if isinstance(each, ScoreUpdated)),
        champion=next((each.agent_id for each in said if isinstance(each, ChampionCrowned)), None), dry=dry,
        winner=winner, contestants=dict(named or {}),
    )  # fmt: skip


def overruled(before: Outcome, event: VerdictOverridden) -> tuple[Outcome, Sequence[Event]]:
    """The outcome with a person's verdict in the place of the council's."""
    if event.agent_id not in before.verdicts:
        return before, ()
    after = before.model_copy(update={
        "overruled": {**before.overruled, event.agent_id: event.verdict}, "revisions": before.revisions + 1,
    })  # fmt: skip
    return after, [_revised(after, event)]


def _revised(found: Outcome, event: VerdictOverridden) -> OutcomeRevised:
    council = {card.agent_id: card for card in found.cards}
    metrics = {agent: _metrics(found, card) for agent, card in council.items()}
    cards = scorecards(event.session_id, metrics, found.cards[0].weights)
    held = {**found.verdicts, **found.overruled}
    rulings = [Held(*each) for each in held.items()]
    champion = None if found.dry else crown(event.session_id, rulings, cards, found.winner)
    placed = place(event.session_id, AGAIN, found.contestants, rulings, cards, champion, None)
    return OutcomeRevised(
        session_id=event.session_id, number=found.revisions, command_id=event.command_id, actor=event.actor,
        cards=tuple(
            RevisedCard(
                agent_id=card.agent_id, verdict=held[card.agent_id], council=found.verdicts[card.agent_id],
                metrics=card.metrics, total=card.total, rank=card.rank,
                council_total=council[card.agent_id].total, council_rank=council[card.agent_id].rank,
            )
            for card in cards
        ),
        champion=champion.agent_id if champion else None, runner_up=champion.runner_up if champion else None,
        margin=champion.margin if champion else 0.0, council_champion=found.champion,
        placements=placed.placements if placed else None, placed_champion=placed.champion if placed else None,
    )  # fmt: skip


def _metrics(found: Outcome, card: ScoreUpdated) -> dict[str, float]:
    if card.agent_id not in found.overruled:
        return dict(card.metrics)
    return {**card.metrics, "integrity": INTEGRITY[found.overruled[card.agent_id]]}
