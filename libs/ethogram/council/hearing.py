"""The hearing of a session: gathers what the other services found, and judges once all of it is there.

Three topics arrive in any order between them: the session's admission, the observed behaviour with its closing
snapshot, and the closing inference of each agent. The council speaks when the last of them is in, whichever it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pydantic import Field

from ethogram.council.conduct import Conduct
from ethogram.council.constitution import Constitution, constitution
from ethogram.council.judges import JUDGES, Case, vote
from ethogram.council.scores import crown, metrics, scorecards
from ethogram.council.verdict import issue
from ethogram.events import (
    AgentId,
    BehaviourObserved,
    BehaviourSnapshot,
    ChampionCrowned,
    Event,
    EventId,
    InvalidRecord,
    Principle,
    PrinciplesInferred,
    Real,
    SessionAdmitted,
    SessionId,
    SessionJudged,
    Value,
    VerdictIssued,
    quantise,
)


class Inferred(Value):
    """What the council keeps of the closing inference on one agent."""

    source: EventId
    """The inference itself: votes cite it, as they cannot check the decisions that it names."""
    acts: int
    """Acts that it says it rests on."""
    principles: dict[str, Principle]
    """By name, without their evidence."""


class Hearing(Value):
    """What the council keeps of one session."""

    admitted: bool = False
    """Whether the session's first event is in."""
    scale: tuple[Real, Real] | None = None
    """Lowest and highest payoff that the session's games pay; none without a game."""
    conducts: dict[AgentId, Conduct] = Field(default_factory=dict)
    """By agent."""
    agents: tuple[AgentId, ...] | None = None
    """Agents of the closing snapshot; none until it is in."""
    inferred: dict[AgentId, Inferred] = Field(default_factory=dict)
    """Closing inference by agent."""
    judged: bool = False
    """Whether the council has spoken."""


Heard = tuple[Hearing, Sequence[Event]]


def open_hearing(state: Hearing, event: SessionAdmitted) -> Heard:
    """Learn what the games pay. A session that another constitution was promised is refused, not judged by ours."""
    rules = constitution()
    if event.versions.constitution != rules.digest():
        raise InvalidRecord(
            "other-constitution",
            f"the session is pinned to constitution {event.versions.constitution[:12]}, this release has "
            f"{rules.digest()[:12]}",
        )
    return _judge_if_whole(state.model_copy(update={"admitted": True, "scale": _scale(event)}), event.session_id)


def _scale(event: SessionAdmitted) -> tuple[float, float] | None:
    paid = [payoff for game in event.games for payoffs in game.payoffs.values() for payoff in payoffs]
    return (min(paid), max(paid)) if paid else None


def weigh_turn(state: Hearing, event: BehaviourObserved) -> Heard:
    """Add one turn to the conduct of those who acted in it."""
    conducts = dict(state.conducts)
    for act in event.acts:
        conducts[act.agent_id] = conducts.get(act.agent_id, Conduct()).after(act, event)
    return state.model_copy(update={"conducts": conducts}), ()


def close_behaviour(state: Hearing, event: BehaviourSnapshot) -> Heard:
    """Learn from the closing snapshot who is to be judged."""
    if not event.closing:
        return state, ()
    return _judge_if_whole(state.model_copy(update={"agents": tuple(sorted(event.profiles))}), event.session_id)


def take_inference(state: Hearing, event: PrinciplesInferred) -> Heard:
    """Take the closing inference of one agent."""
    if not event.closing:
        return state, ()
    principles = {principle.name: _shortened(principle) for principle in event.principles}
    found = Inferred(source=event.id, acts=event.acts, principles=principles)
    moved = state.model_copy(update={"inferred": {**state.inferred, event.agent_id: found}})
    return _judge_if_whole(moved, event.session_id)


def _shortened(principle: Principle) -> Principle:
    return principle.model_copy(update={"supporting": (), "contradicting": (), "contexts": {}})


def _is_whole(state: Hearing) -> bool:
    return state.admitted and state.agents is not None and all(agent in state.inferred for agent in state.agents)


def _judge_if_whole(state: Hearing, session_id: SessionId) -> Heard:
    if not _is_whole(state) or state.judged:
        return state, ()
    # What was gathered is not needed any more: the state of an ended session stays small.
    return Hearing(admitted=True, agents=state.agents, judged=True), tuple(_judge(state, session_id, constitution()))


def _judge(state: Hearing, session_id: SessionId, rules: Constitution) -> Iterator[Event]:
    cases = {agent: _case(state, agent, rules) for agent in state.agents or ()}
    verdicts = [
        issue(session_id, agent, [vote(judge, case) for judge in JUDGES], rules.digest())
        for agent, case in cases.items()
    ]
    cards = scorecards(session_id, {agent: metrics(case) for agent, case in cases.items()})
    champion = crown(session_id, verdicts, cards)
    yield from verdicts
    yield from cards
    if champion:
        yield champion
    yield _judged(session_id, verdicts, champion)


def _case(state: Hearing, agent: AgentId, rules: Constitution) -> Case:
    conduct = state.conducts.get(agent, Conduct())
    found = state.inferred[agent]
    return Case(conduct, found.principles, rules, _competence(conduct, state.scale), found.source, found.acts)


def _competence(conduct: Conduct, scale: tuple[float, float] | None) -> float | None:
    if scale is None or not conduct.game_acts or scale[0] == scale[1]:
        return None
    low, high = scale
    return quantise((conduct.payoff / conduct.game_acts - low) / (high - low))


def _judged(
    session_id: SessionId, verdicts: Sequence[VerdictIssued], champion: ChampionCrowned | None
) -> SessionJudged:
    tally = {ruling: [one.verdict for one in verdicts].count(ruling) for ruling in {one.verdict for one in verdicts}}
    return SessionJudged(
        session_id=session_id,
        verdicts=len(verdicts),
        champion=champion.agent_id if champion else None,
        tally=dict(sorted(tally.items())),
    )


def rehear(heard: Iterable[Event], rules: Constitution) -> Sequence[Event]:
    """What the council would say of a session under other rules; nothing if its record is not whole."""
    state, opening = Hearing(), None
    for event in heard:  # it is opened last, so that nothing is judged on the way
        if isinstance(event, SessionAdmitted):
            opening = event
        elif isinstance(event, BehaviourObserved):
            state, _ = weigh_turn(state, event)
        elif isinstance(event, BehaviourSnapshot):
            state, _ = close_behaviour(state, event)
        elif isinstance(event, PrinciplesInferred):
            state, _ = take_inference(state, event)
    if opening is None:
        return ()
    state = state.model_copy(update={"admitted": True, "scale": _scale(opening)})
    return tuple(_judge(state, opening.session_id, rules)) if _is_whole(state) else ()
