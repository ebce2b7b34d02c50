"""Inference while the games run: an ethogram of an agent whenever it has acted a tenth more, one more at the end."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from ethogram.events.base import Event, Value
from ethogram.events.behaviour import BehaviourObserved, BehaviourSnapshot
from ethogram.events.ids import AgentId
from ethogram.events.principles import Lineage, LineageChanged
from ethogram.principles.closing import last_words
from ethogram.principles.conclusion import conclude
from ethogram.principles.dealings import Dealings
from ethogram.principles.evidence import Evidence, update
from ethogram.principles.observation import sight
from ethogram.principles.pages import pages_of
from ethogram.principles.story import Story
from ethogram.principles.study import NOTHING_READ, Study, study

REPORT_EVERY = 10
"""Acts of an agent between two of its ethograms; beyond a hundred acts, a tenth of them."""


class Inference(Value):
    """What inference keeps of one session."""

    agents: dict[AgentId, Evidence] = Field(default_factory=dict)
    """One per agent that has acted."""
    stories: dict[AgentId, Story] = Field(default_factory=dict)
    """Its latest acts, game by game."""
    studies: dict[AgentId, Study] = Field(default_factory=dict)
    """What was read from its story last."""
    dealings: dict[AgentId, Dealings] = Field(default_factory=dict)
    """What it did where payoffs are known."""


def weigh_turn(state: Inference, event: BehaviourObserved) -> tuple[Inference, Sequence[Event]]:
    """Learn from one observed turn; conclude for each agent that has acted enough since (`due`), or whose
    next scenario waits for it."""
    agents, stories, studies = dict(state.agents), dict(state.stories), dict(state.studies)
    dealings = dict(state.dealings)
    made: list[Event] = []
    for act in event.acts:
        agent, seen = act.agent_id, sight(event, act)
        evidence = update(agents.get(agent) or Evidence(), seen)
        dealings[agent] = (dealings.get(agent) or Dealings()).after(event, act)
        agents[agent], stories[agent] = evidence, (stories.get(agent) or Story()).after(seen)
        if not awaited(event) and not due(evidence.acts):
            continue
        known = studies.get(agent) or NOTHING_READ
        if known.due(evidence.acts):
            studies[agent] = study(pages_of(stories[agent]), evidence)
        found = studies.get(agent) or NOTHING_READ
        after = event.turn_id if awaited(event) else None
        made.append(conclude(evidence, event.session_id, agent, closing=False, after=after, study=found))
        if found.lineage != known.lineage:
            made.append(_changed(event, agent, evidence.acts, found.lineage, closing=False))
    kept = {"agents": agents, "stories": stories, "studies": studies, "dealings": dealings}
    return state.model_copy(update=kept), made


def due(acts: int) -> bool:
    """Whether an ethogram is made after so many acts: after every tenth one, from 200 on after every twentieth, from
    300 on after every thirtieth, and so on. So they become rarer as each changes less."""
    return acts % (REPORT_EVERY * max(1, acts // (10 * REPORT_EVERY))) == 0


def awaited(event: BehaviourObserved) -> bool:
    """Whether the choice of the next scenario waits for what is inferred from this turn."""
    return event.situation is not None and event.situation.probing


def close_session(state: Inference, event: BehaviourSnapshot) -> tuple[Inference, Sequence[Event]]:
    """On the closing snapshot, say the last word on every agent in it, sorted by id."""
    if not event.closing:
        return state, ()
    told = last_words(state.agents, state.stories, state.dealings, event.session_id, sorted(event.profiles))
    lines: list[Event] = [_changed(event, one.agent_id, one.acts, one.lineage, closing=True) for one in told]
    return state, [*lines, *told]


def _changed(event: Event, agent: AgentId, acts: int, lineage: Lineage, *, closing: bool) -> LineageChanged:
    return LineageChanged(session_id=event.session_id, agent_id=agent, acts=acts, closing=closing, lineage=lineage)
