"""The hearing of a session: gathers what the other services found, and judges once all of it is there.

Three topics arrive in any order between them: the session's admission, the observed behaviour with its closing
snapshot, and the closing inference of each agent. The council speaks when the last of them is in, whichever it is.
Turns that come before the admission wait for it, for it says which constitution holds, hence what is to be counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pydantic import Field, ValidationError

from ethogram.council import accusations
from ethogram.council.agreement import summary
from ethogram.council.case import Case, waived
from ethogram.council.competence import competence, scale
from ethogram.council.conduct import Conduct
from ethogram.council.constitution import Constitution, constitution, read_constitution
from ethogram.council.convening import convene
from ethogram.council.deliberation import hear_out
from ethogram.council.gate import Gate, rule
from ethogram.council.judges import JUDGES, Judge
from ethogram.council.ladder import Ladder
from ethogram.council.overruling import Outcome, outcome, overruled
from ethogram.council.panel import Panel, panel_of
from ethogram.council.placing import contestants, place
from ethogram.council.scores import crown, metrics, scorecards
from ethogram.council.verdict import issue
from ethogram.events import (
    AccusationAnswered,
    AgentId,
    ArenaConcluded,
    BehaviourObserved,
    BehaviourSnapshot,
    Event,
    EventId,
    InvalidRecord,
    Principle,
    PrinciplesInferred,
    Real,
    SessionAdmitted,
    SessionCompleted,
    SessionId,
    SessionPlaced,
    TurnProposed,
    Value,
    VerdictOverridden,
    VoteCast,
    quantise,
)
from ethogram.events.arena import ARENA
from ethogram.events.envelope import Record


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
    training: str = ""
    """Name of the training."""
    dry: bool = False
    """Whether it is a dry run: nobody is crowned."""
    time: str = ""
    """When the session began (RFC 3339), by its first event."""
    own: Constitution | None = None
    """The constitution, where it is not the one of this release."""
    waiting: tuple[BehaviourObserved, ...] = ()
    """Turns that came before the session's first event."""
    gate: Gate = Gate()
    """What it keeps of turns that take effect only after it has spoken."""
    proposed: tuple[TurnProposed, ...] = ()
    """Those that came before the session's first event."""
    scale: tuple[Real, Real] | None = None
    """Lowest and highest payoff that the session's games pay; none without a game."""
    arena: bool = False
    """Whether the session has an arena, which is then waited for."""
    arena_places: dict[AgentId, Real] | None = None
    """How well each came off in it, 0 (last) to 1 (first); none until it is over."""
    arena_champion: AgentId | None = None
    """Who has won it."""
    conducts: dict[AgentId, Conduct] = Field(default_factory=dict)
    """By agent."""
    agents: tuple[AgentId, ...] | None = None
    """Agents of the closing snapshot; none until it is in."""
    inferred: dict[AgentId, Inferred] = Field(default_factory=dict)
    """Closing inference by agent."""
    judged: bool = False
    """Whether the council has spoken."""
    contestants: dict[AgentId, str] = Field(default_factory=dict)
    """Who takes part across sessions, by agent; nobody where the session does not count."""
    tenant: str | None = None
    """Whom the session belongs to."""
    placed: SessionPlaced | None = None
    """How they came out: said once the session is completed, for a cancelled one does not count."""
    panel: Panel | None = None
    """Models that sit in this council; none where no model does."""
    ladder: Ladder | None = None
    """Under the ladder's own key: the ladder. No session has one."""
    outcome: Outcome | None = None
    """What it said, once it has."""


Heard = tuple[Hearing, Sequence[Event]]


def open_hearing(state: Hearing, record: Record) -> Heard:
    """Learn what holds here. A session that an unknown constitution was promised is refused, not judged by ours."""
    event = record.event
    if not isinstance(event, SessionAdmitted) or state.admitted:
        return state, ()
    opened = _opened(state, event, _promised(event), record.time).model_copy(update={"proposed": ()})
    ruled: list[Event] = []
    for proposed in state.proposed:
        opened, said = rule_on(opened, proposed)
        ruled += said
    judged, verdicts = _judge_if_whole(opened, event.session_id)
    return judged, (*ruled, *verdicts)


def rule_on(state: Hearing, event: TurnProposed) -> Heard:
    """Say whether a turn may take effect."""
    if state.judged:
        return state, ()  # the session was ended meanwhile
    if not state.admitted:
        return state.model_copy(update={"proposed": (*state.proposed, event)}), ()
    gate, ruled = rule(state.gate, event, state.own or constitution(), state.training, state.time)
    return state.model_copy(update={"gate": gate}), [ruled]


def _opened(state: Hearing, event: SessionAdmitted, rules: Constitution, time: str) -> Hearing:
    own = None if rules == constitution() else rules
    told = {
        "admitted": True, "scale": scale(event), "training": event.name, "dry": event.mode == "dry-run",
        "time": time, "own": own, "waiting": (), "arena": event.arena is not None, "contestants": contestants(event),
        "panel": panel_of(event), "tenant": event.tenant,
    }  # fmt: skip
    opened = state.model_copy(update=told)
    for turn in state.waiting:
        opened, _ = weigh_turn(opened, turn)
    return opened


def _promised(event: SessionAdmitted) -> Constitution:
    rules = constitution()
    if event.constitution is not None:
        try:
            rules = read_constitution(event.constitution)
        except ValidationError as error:
            words = "; ".join(str(each["msg"]) for each in error.errors())
            raise InvalidRecord("other-constitution", f"the session's constitution cannot be read: {words}") from None
    if event.versions.constitution != rules.digest():
        raise InvalidRecord(
            "other-constitution",
            f"the session is pinned to constitution {event.versions.constitution[:12]}, this is {rules.digest()[:12]}",
        )
    return rules


def weigh_turn(state: Hearing, event: BehaviourObserved) -> Heard:
    """Add one turn to the conduct of those who acted in it."""
    if not state.admitted:
        return state.model_copy(update={"waiting": (*state.waiting, event)}), ()
    watches = (state.own or constitution()).watches
    conducts = dict(state.conducts)
    for act in event.acts:
        conducts[act.agent_id] = conducts.get(act.agent_id, Conduct()).after(act, event, watches)
    for bystander in event.bystanders if event.game != ARENA else ():
        conducts[bystander.agent_id] = conducts.get(bystander.agent_id, Conduct()).earning(bystander.payoff)
    panel = state.panel and state.panel.hearing(event)
    return state.model_copy(update={"conducts": conducts, "panel": panel}), ()


def hear_accusation(state: Hearing, event: AccusationAnswered) -> Heard:
    """Decide an accusation; it counts in the conduct of all whom it concerns."""
    if state.judged:
        return state, ()  # the session was ended meanwhile
    decided = accusations.hear(event)
    return state.model_copy(update={"conducts": accusations.counted(state.conducts, decided)}), [decided]


def close_arena(state: Hearing, event: ArenaConcluded) -> Heard:
    """Learn who has won the arena, and how well the others came off."""
    return _judge_if_whole(_arena_closed(state, event), event.session_id)


def _arena_closed(state: Hearing, event: ArenaConcluded) -> Hearing:
    last = max(len(event.places) - 1, 1)
    places = {place.agent_id: quantise(1 - (place.rank - 1) / last) for place in event.places}
    return state.model_copy(update={"arena_places": places, "arena_champion": event.champion})


def close_behaviour(state: Hearing, event: BehaviourSnapshot) -> Heard:
    """Learn from the closing snapshot who is to be judged."""
    if not event.closing:
        return state, ()
    return _judge_if_whole(_closed(state, event), event.session_id)


def _closed(state: Hearing, event: BehaviourSnapshot) -> Hearing:
    return state.model_copy(update={"agents": tuple(sorted(event.profiles))})


def take_inference(state: Hearing, event: PrinciplesInferred) -> Heard:
    """Take the closing inference of one agent."""
    if not event.closing:
        return state, ()
    return _judge_if_whole(_informed(state, event), event.session_id)


def _informed(state: Hearing, event: PrinciplesInferred) -> Hearing:
    principles = {principle.name: _shortened(principle) for principle in event.principles}
    found = Inferred(source=event.id, acts=event.acts, principles=principles)
    return state.model_copy(update={"inferred": {**state.inferred, event.agent_id: found}})


def _shortened(principle: Principle) -> Principle:
    return principle.model_copy(update={"supporting": (), "contradicting": (), "contexts": {}})


def _is_whole(state: Hearing) -> bool:
    if not state.admitted or state.agents is None or (state.arena and state.arena_places is None):
        return False
    return all(agent in state.inferred for agent in state.agents)


def count_vote(state: Hearing, event: VoteCast) -> Heard:
    """Take what a model said."""
    if state.panel is None:
        return state, ()
    return _judge_if_whole(state.model_copy(update={"panel": state.panel.taking(event)}), event.session_id)


def _judge_if_whole(state: Hearing, session_id: SessionId) -> Heard:
    if not _is_whole(state) or state.judged:
        return state, ()
    rules = state.own or constitution()
    if state.panel is not None:
        panel, asked = convene(state.panel, session_id, _cases(state, rules))
        state = state.model_copy(update={"panel": panel})
        if asked or not panel.answered:
            return state, asked
    # What was gathered is not needed any more: the state of an ended session stays small.
    said, placed = _judge(state, session_id, rules)
    kept = outcome(said, dry=state.dry, winner=state.arena_champion, named=state.contestants)
    return Hearing(admitted=True, agents=state.agents, judged=True, placed=placed, outcome=kept), said


def close_hearing(state: Hearing, event: SessionCompleted) -> Heard:
    """Say how the contestants of a session came out, if it counts."""
    said = (state.placed,) if state.placed and not event.cancelled else ()
    return state.model_copy(update={"placed": None}), said


def overrule(state: Hearing, event: VerdictOverridden) -> Heard:
    """Compute what the session comes to when a person's verdict holds; what the council said stays."""
    if state.outcome is None:
        return state, ()
    revised, said = overruled(state.outcome, event)
    return state.model_copy(update={"outcome": revised}), said


def _judge(
    state: Hearing, session_id: SessionId, rules: Constitution, judges: Mapping[str, Judge] = JUDGES
) -> tuple[tuple[Event, ...], SessionPlaced | None]:
    cases, panel, digest = _cases(state, rules), state.panel, rules.digest()
    opinions = {agent: panel.opinions(agent) if panel else {} for agent in cases}
    votes = {agent: hear_out(case, judges, opinions[agent]) for agent, case in cases.items()}
    verdicts = [issue(session_id, agent, votes[agent], digest, waived(case)) for agent, case in cases.items()]
    cards = scorecards(session_id, {agent: metrics(case) for agent, case in cases.items()}, rules.weights)
    champion = None if state.dry else crown(session_id, verdicts, cards, state.arena_champion)
    placed = place(session_id, state.training, state.contestants, verdicts, cards, champion, state.tenant)
    sitting = [*judges, *(spec.id for spec in panel.judges)] if panel else judges
    judged = summary(session_id, verdicts, champion, placed is not None, sitting)
    return (*verdicts, *cards, *((champion,) if champion else ()), judged), placed


def _cases(state: Hearing, rules: Constitution) -> dict[AgentId, Case]:
    return {agent: _case(state, agent, rules) for agent in state.agents or ()}


def _case(state: Hearing, agent: AgentId, rules: Constitution) -> Case:
    conduct = state.conducts.get(agent, Conduct())
    found = state.inferred[agent]
    return Case(
        conduct, found.principles, rules, competence(conduct, state.scale, state.arena_places, agent), found.source,
        found.acts, agent, state.training, state.time, state.panel.words.get(agent, ()) if state.panel else (),
    )  # fmt: skip


def rehear(heard: Iterable[Record], rules: Constitution, judges: Mapping[str, Judge] = JUDGES) -> Sequence[Event]:
    """What these judges would say of a session under these rules; nothing if its record is not whole."""
    records = list(heard)
    opening = next((record for record in records if isinstance(record.event, SessionAdmitted)), None)
    if opening is None or not isinstance(opening.event, SessionAdmitted):
        return ()
    state = _opened(Hearing(), opening.event, rules, opening.time)
    for event in (record.event for record in records):
        if isinstance(event, BehaviourObserved):
            state, _ = weigh_turn(state, event)
        elif isinstance(event, BehaviourSnapshot) and event.closing:
            state = _closed(state, event)
        elif isinstance(event, AccusationAnswered):
            state, _ = hear_accusation(state, event)
        elif isinstance(event, ArenaConcluded):
            state = _arena_closed(state, event)
        elif isinstance(event, PrinciplesInferred) and event.closing:
            state = _informed(state, event)
        elif isinstance(event, VoteCast) and state.panel is not None:
            state = state.model_copy(update={"panel": state.panel.keeping(event)})  # no model is asked again
    return _judge(state, opening.event.session_id, rules, judges)[0] if _is_whole(state) else ()
