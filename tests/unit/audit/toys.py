"""A small world for the tests of this room: toy services under the real names, and a bus that races them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from pydantic import Field

from ethogram.audit import Salts, Witnessed, sign, witness
from ethogram.events import (
    Act,
    AgentId,
    AuditCheckpoint,
    AuditLogged,
    BehaviourObserved,
    BehaviourSnapshot,
    CancelSession,
    ChampionCrowned,
    Chance,
    DecisionMade,
    Event,
    GameId,
    Lineage,
    LineageChanged,
    Option,
    PauseSession,
    Played,
    Prediction,
    PrinciplesInferred,
    Profile,
    ResumeSession,
    ScenarioPresented,
    ScoreUpdated,
    Seat,
    SessionAdmitted,
    SessionCompleted,
    SessionFinished,
    SessionId,
    SessionJudged,
    SessionPaused,
    SessionResumed,
    StartTraining,
    Strategy,
    TurnResolved,
    Value,
    VerdictIssued,
    Versions,
)
from ethogram.events.envelope import Position, Raw, Record, decode, encode
from ethogram.topology import Driver, Effect, Service, Whole, catalogue, command_record, performed

SESSION = SessionId("11111111-2222-4333-8444-555555555555")
TURNS = 3
GAMES = ("g1", "g2")
AGENTS = (AgentId("ann"), AgentId("bob"))
START = StartTraining.model_validate(
    {
        "session_id": SESSION, "name": "toy",
        "agents": [{"id": "ann", "adapter": "builtin"}, {"id": "bob", "adapter": "python"}],
        "games": [{"game": "prisoners-dilemma", "rounds": TURNS}],
    }
)  # fmt: skip
PAUSE = PauseSession(session_id=SESSION, command_id="p1", actor="eve")
RESUME = ResumeSession(session_id=SESSION, command_id="r1", actor="eve")
CANCEL = CancelSession(session_id=SESSION, command_id="c1", actor="eve")


class Direction(Value):
    """What the toy director keeps."""

    waiting: dict[str, dict[int, str]] = Field(default_factory=dict)
    ids: dict[str, dict[int, str]] = Field(default_factory=dict)
    resolved: int = 0
    open: int = 0
    paused: bool = False
    over: bool = False
    held: tuple[str, ...] = ()


def _presented(game: str, turn: int) -> ScenarioPresented:
    seats = (Seat(seat=0, agent_id=AGENTS[0], adapter="builtin"), Seat(seat=1, agent_id=AGENTS[1], adapter="python"))
    options = (Option(id="C", text="keep", leaning="C"), Option(id="D", text="break", leaning="D"))
    return ScenarioPresented(
        session_id=SESSION, game_id=GameId(game), turn=turn, turns=TURNS, kind="game", seed=game, text="choose",
        options=options, seats=seats, history=(),
    )  # fmt: skip


def admit(state: Direction, event: StartTraining) -> tuple[Direction, Sequence[Event]]:
    versions = Versions(ethogram="0", templates="t", constitution="c", dictionary="d")
    admitted = SessionAdmitted(
        session_id=SESSION, name=event.name, mode=event.mode, seed=event.seed, agents=event.agents, games=(),
        versions=versions,
    )  # fmt: skip
    return state.model_copy(update={"open": len(GAMES)}), (admitted, *(_presented(game, 1) for game in GAMES))


def collect(state: Direction, event: DecisionMade) -> tuple[Direction, Sequence[Event]]:
    if state.over:
        return state, ()
    place = f"{event.game_id} {event.turn}"
    seats = {**state.waiting.get(place, {}), event.seat: event.option or "D"}
    ids = {**state.ids.get(place, {}), event.seat: event.id}
    if len(seats) < 2:
        update = {"waiting": {**state.waiting, place: seats}, "ids": {**state.ids, place: ids}}
        return state.model_copy(update=update), ()
    number, last = state.resolved + 1, event.turn == TURNS
    turn = TurnResolved(
        session_id=SESSION, game_id=event.game_id, turn=event.turn, kind="game", presented_id=event.presented_id,
        number=number, last=last,
        actions=tuple(
            Played(
                seat=seat, agent_id=AGENTS[seat], decision_id=ids[seat], outcome="chosen", intended=seats[seat],
                executed=seats[seat],
            )
            for seat in sorted(seats)
        ),
    )  # fmt: skip
    waiting = {name: found for name, found in state.waiting.items() if name != place}
    state = state.model_copy(update={"waiting": waiting, "resolved": number, "open": state.open - last})
    if last:
        return _ended(state, [turn])
    if state.paused:
        return state.model_copy(update={"held": (*state.held, f"{event.game_id} {event.turn + 1}")}), (turn,)
    return state, (turn, _presented(event.game_id, event.turn + 1))


def _ended(state: Direction, events: list[Event]) -> tuple[Direction, Sequence[Event]]:
    if state.open:
        return state, events
    return state.model_copy(update={"over": True}), (*events, SessionFinished(session_id=SESSION, turns=state.resolved))


def pause(state: Direction, event: PauseSession) -> tuple[Direction, Sequence[Event]]:
    paused = SessionPaused(session_id=SESSION, command_id=event.command_id, actor=event.actor)
    return state.model_copy(update={"paused": True}), (paused,)


def resume(state: Direction, event: ResumeSession) -> tuple[Direction, Sequence[Event]]:
    resumed = SessionResumed(session_id=SESSION, command_id=event.command_id, actor=event.actor)
    held = [_presented(place.split()[0], int(place.split()[1])) for place in state.held]
    return state.model_copy(update={"paused": False, "held": ()}), (resumed, *held)


def cancel(state: Direction, event: CancelSession) -> tuple[Direction, Sequence[Event]]:
    if state.over:
        return state, ()
    finished = SessionFinished(session_id=SESSION, turns=state.resolved, cancelled=True, actor=event.actor)
    return state.model_copy(update={"over": True}), (finished,)


def complete(state: Direction, event: SessionJudged) -> tuple[Direction, Sequence[Event]]:
    return state, (SessionCompleted(session_id=SESSION),)


class Nothing(Value):
    """No state."""


def _decision(event: ScenarioPresented, seat: int, option: str) -> DecisionMade:
    return DecisionMade(
        session_id=SESSION, game_id=event.game_id, turn=event.turn, seat=seat,
        agent_id=event.seats[seat].agent_id, presented_id=event.id, outcome="chosen", option=option,
    )  # fmt: skip


def decide_builtin(state: Nothing, event: ScenarioPresented) -> tuple[Nothing, Sequence[Event]]:
    return state, (_decision(event, 0, "C" if event.turn % 2 else "D"),)


async def _never(event: Any, task: str, deps: Any) -> Sequence[Event]:
    raise AssertionError("a replay never asks an agent")


class Tracking(Value):
    """What the toy tracker keeps."""

    seen: int = 0
    due: int | None = None


def observe(state: Tracking, event: TurnResolved) -> tuple[Tracking, Sequence[Event]]:
    acts = tuple(
        Act(
            seat=played.seat, agent_id=played.agent_id, counterpart="x", number=state.seen + 1, outcome="chosen",
            intended=played.intended, executed=played.executed, before="", others="", payoff=0,
            decision_id=played.decision_id,
        )
        for played in event.actions
    )  # fmt: skip
    observed = BehaviourObserved(
        session_id=SESSION, game_id=event.game_id, turn=event.turn, kind="game", number=event.number,
        turn_id=event.id, acts=acts, last=event.last,
    )  # fmt: skip
    return _closed(state.model_copy(update={"seen": state.seen + 1}), [observed])


def expect(state: Tracking, event: SessionFinished) -> tuple[Tracking, Sequence[Event]]:
    return _closed(state.model_copy(update={"due": event.turns}), [])


def _closed(state: Tracking, events: list[Event]) -> tuple[Tracking, Sequence[Event]]:
    if state.due == state.seen:
        profile = Profile(acts=state.seen, cooperations=0, entropy=0)
        profiles = dict.fromkeys(AGENTS, profile)
        events.append(BehaviourSnapshot(session_id=SESSION, turns=state.seen, closing=True, profiles=profiles))
    return state, events


class Inferring(Value):
    """What the toy worker keeps."""

    acts: int = 0
    cooperations: int = 0


def weigh(state: Inferring, event: BehaviourObserved) -> tuple[Inferring, Sequence[Event]]:
    kept = sum(act.executed == "C" for act in event.acts)
    return Inferring(acts=state.acts + 1, cooperations=state.cooperations + kept), ()


def conclude(state: Inferring, event: BehaviourSnapshot) -> tuple[Inferring, Sequence[Event]]:
    told = [
        PrinciplesInferred(
            session_id=SESSION, agent_id=agent, acts=state.acts, closing=True, principles=(), strategy=Strategy(),
            prediction=Prediction(n=state.cooperations), summary=f"{state.cooperations} of {state.acts}",
        )
        for agent in AGENTS
    ]  # fmt: skip
    lines = [
        LineageChanged(session_id=SESSION, agent_id=agent, acts=state.acts, closing=True, lineage=Lineage())
        for agent in AGENTS
    ]
    return state, [*lines, *told]


class Hearing(Value):
    """What the toy judge keeps."""

    admitted: bool = False
    closed: bool = False
    heard: tuple[str, ...] = ()


def hear_start(state: Hearing, event: SessionAdmitted) -> tuple[Hearing, Sequence[Event]]:
    return _judged(state.model_copy(update={"admitted": True}))


def hear_end(state: Hearing, event: BehaviourSnapshot) -> tuple[Hearing, Sequence[Event]]:
    return _judged(state.model_copy(update={"closed": True}))


def hear_principles(state: Hearing, event: PrinciplesInferred) -> tuple[Hearing, Sequence[Event]]:
    return _judged(state.model_copy(update={"heard": (*state.heard, event.agent_id)})) if event.closing else (state, ())


def _judged(state: Hearing) -> tuple[Hearing, Sequence[Event]]:
    if not (state.admitted and state.closed and len(state.heard) == len(AGENTS)):
        return state, ()
    verdicts = [
        VerdictIssued(session_id=SESSION, agent_id=agent, verdict="approve", votes=(), constitution="c")
        for agent in AGENTS
    ]
    scores = [
        ScoreUpdated(session_id=SESSION, agent_id=agent, metrics={}, weights={}, total=0.5, rank=rank)
        for rank, agent in enumerate(AGENTS, 1)
    ]
    champion = ChampionCrowned(session_id=SESSION, agent_id=AGENTS[0], total=0.5)
    judged = SessionJudged(session_id=SESSION, verdicts=len(AGENTS), champion=AGENTS[0])
    return state, (*verdicts, *scores, champion, judged)


def logged(rule: Any) -> Whole[Any]:
    """The rule, with a line of the audit log."""

    def decide(state: Direction, record: Record) -> tuple[Direction, Sequence[Event]]:
        moved, events = rule(state, record.event)
        line = AuditLogged(
            session_id=SESSION, about=record.id, who="eve", what=record.event.TYPE, when=record.time, verdict="accepted"
        )
        return moved, (*events, line)

    return Whole(decide)


DIRECTOR = Service(
    name="scenario-generator", initial=Direction(),
    decides={
        StartTraining: logged(admit), DecisionMade: collect, PauseSession: logged(pause),
        ResumeSession: logged(resume), CancelSession: logged(cancel), SessionJudged: complete,
        VerdictIssued: logged(lambda state, event: (state, ())),
    },
    emits=(
        SessionAdmitted, ScenarioPresented, TurnResolved, SessionFinished, SessionPaused, SessionResumed,
        SessionCompleted, AuditLogged,
    ),
)  # fmt: skip
RUNNER = Service(
    name="agent-runner", initial=Nothing(), decides={ScenarioPresented: decide_builtin},
    performs={ScenarioPresented: Effect(tasks=lambda event: ["1"], run=_never)}, emits=(DecisionMade,),
)  # fmt: skip
TRACKER = Service(
    name="action-tracker", initial=Tracking(), decides={TurnResolved: observe, SessionFinished: expect},
    emits=(BehaviourObserved, BehaviourSnapshot),
)  # fmt: skip
WORKER = Service(
    name="inference-worker", initial=Inferring(), decides={BehaviourObserved: weigh, BehaviourSnapshot: conclude},
    emits=(PrinciplesInferred, LineageChanged),
)  # fmt: skip
JUDGE = Service(
    name="judge", initial=Hearing(),
    decides={SessionAdmitted: hear_start, BehaviourSnapshot: hear_end, PrinciplesInferred: hear_principles},
    emits=(VerdictIssued, ScoreUpdated, ChampionCrowned, SessionJudged),
)  # fmt: skip
SERVICES: tuple[Service[Any], ...] = (DIRECTOR, RUNNER, TRACKER, WORKER, JUDGE)
AUDITOR = Service(name="auditor", initial=Witnessed(), witness=witness, emits=(AuditCheckpoint,), signed=True)


class Race:
    """Services on one bus, each reading its topics at its own pace, as chance will have it."""

    def __init__(self, seed: int, services: Sequence[Service[Any]] = SERVICES) -> None:
        self.chance = Chance(seed, "race")
        self.topics: dict[str, list[Record]] = {name: [] for name in catalogue().topics}
        self.drivers = [Driver(service) for service in services]
        self.read: dict[tuple[str, str], int] = {}

    def play(self, *commands: Event) -> list[Record]:
        """Commands come at any time, in order; the records come back topic by topic, as a broker gives them."""
        waiting = list(commands)
        self.put([command_record(waiting.pop(0))])
        while moves := [*self._moves(), *(["command"] if waiting else [])]:
            move = self.chance.choice(moves)
            if isinstance(move, str):
                self.put([command_record(waiting.pop(0))])
            else:
                self._step(*move)
        return [record for records in self.topics.values() for record in records]

    def put(self, records: Sequence[Record]) -> None:
        for record in records:
            topic = catalogue().topic_of(type(record.event))
            key, value, headers = encode(record)
            position = Position(topic.name, 0, len(self.topics[topic.name]))
            self.topics[topic.name].append(decode(Raw(position, key, value, headers), topic.types))

    def _moves(self) -> Iterator[tuple[Driver[Any], str]]:
        for driver in self.drivers:
            for topic in catalogue().consumed_by(driver.service.name):
                if self.read.get((driver.service.name, topic.name), 0) < len(self.topics[topic.name]):
                    yield driver, topic.name

    def _step(self, driver: Driver[Any], topic: str) -> None:
        place = driver.service.name, topic
        record = self.topics[topic][self.read.get(place, 0)]
        self.read[place] = self.read.get(place, 0) + 1
        self.put(driver.feed(record))
        effect = driver.service.performs.get(type(record.event))
        if effect and isinstance(record.event, ScenarioPresented):
            for task in effect.tasks(record.event):
                answer = _decision(record.event, int(task), self.chance.choice("CD"))
                self.put(performed(driver.service, record, [answer], record.time))


def interleaved(records: Sequence[Record], chance: Chance) -> list[Record]:
    """The same records with another order between the topics."""
    topics: dict[str, list[Record]] = {}
    for record in records:
        assert record.position
        topics.setdefault(record.position.topic, []).append(record)
    merged = []
    while topics:
        topic = chance.choice(sorted(topics))
        merged.append(topics[topic].pop(0))
        if not topics[topic]:
            del topics[topic]
    return merged


def audited(records: Sequence[Record], key: Any, salts: Salts | None = None) -> list[Record]:
    """The records with the checkpoints of an auditor that signs with `key`, and salts its leaves with `salts`."""
    driver = Driver(replace(AUDITOR, witness=partial(witness, salts=salts)) if salts else AUDITOR)
    for record in records:
        driver.feed(record)
    return [*records, *(signed(made, key) for made in driver.emitted)]


def signed(record: Record, key: Any) -> Record:
    """A record with its signature."""
    fields = {name: getattr(record, name) for name in Record.__slots__}
    return Record(**{**fields, "signature": sign(record.event.body(), key)})
