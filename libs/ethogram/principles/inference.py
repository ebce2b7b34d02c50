"""Inference while the games run: every ten acts of an agent an ethogram, and a last one when the session ends."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from ethogram.events.base import Event, Value
from ethogram.events.behaviour import BehaviourObserved, BehaviourSnapshot
from ethogram.events.ids import AgentId
from ethogram.principles.conclusion import conclude
from ethogram.principles.evidence import Evidence, update
from ethogram.principles.observation import sight

REPORT_EVERY = 10
"""Acts of an agent between two of its ethograms."""


class Inference(Value):
    """What inference keeps of one session."""

    agents: dict[AgentId, Evidence] = Field(default_factory=dict)
    """One per agent that has acted."""


def weigh_turn(state: Inference, event: BehaviourObserved) -> tuple[Inference, Sequence[Event]]:
    """Learn from one observed turn; conclude for each agent whose number of acts is a multiple of ten, or whose next
    scenario waits for it."""
    agents = dict(state.agents)
    made = []
    for act in event.acts:
        evidence = update(agents.get(act.agent_id) or Evidence(), sight(event, act))
        agents[act.agent_id] = evidence
        if awaited(event) or evidence.acts % REPORT_EVERY == 0:
            after = event.turn_id if awaited(event) else None
            made.append(conclude(evidence, event.session_id, act.agent_id, closing=False, after=after))
    return state.model_copy(update={"agents": agents}), made


def awaited(event: BehaviourObserved) -> bool:
    """Whether the choice of the next scenario waits for what is inferred from this turn."""
    return event.situation is not None and event.situation.probing


def close_session(state: Inference, event: BehaviourSnapshot) -> tuple[Inference, Sequence[Event]]:
    """On the closing snapshot, say the last word on every agent in it, sorted by id."""
    if not event.closing:
        return state, ()
    last = [
        conclude(state.agents.get(agent) or Evidence(), event.session_id, agent, closing=True)
        for agent in sorted(event.profiles)
    ]
    return state, last
