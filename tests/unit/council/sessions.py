"""Small sessions as the council hears them: acts of one agent, its closing inference, and records in any order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ethogram.council import Breach, Case, Conduct, Constitution, breaches, constitution, constitution_digest
from ethogram.events import (
    BehaviourObserved,
    BehaviourSnapshot,
    DecisionMade,
    Event,
    EventId,
    Principle,
    PrinciplesInferred,
    SessionAdmitted,
    SessionId,
    derive,
)
from ethogram.events.envelope import Position, Record
from ethogram.services.judge.service import judge
from ethogram.topology import Driver, catalogue

SESSION = SessionId("11111111-2222-4333-8444-555555555555")
PAYOFFS = {"CC": [3, 3], "CD": [0, 5], "DC": [5, 0], "DD": [1, 1]}
Act = dict[str, Any]


def decision_id(game: str, turn: int, seat: int = 0) -> EventId:
    """The id of a decision, as it derives from its place."""
    return EventId(derive(DecisionMade.TYPE, SESSION, game, turn, seat))


def move(intended: str, before: str = "CC", counterpart: str = "b", **changes: Any) -> Act:
    """A round of a game, seen by the agent `a`; `before` is its own and the other's action of the round before."""
    return {
        "kind": "game",
        "intended": intended,
        "before": before,
        "counterpart": counterpart,
        "others": "C",
        **changes,
    }


def choice(**chosen: float) -> Act:
    """A scenario in which `a` took an option with these effects, though one without any was open."""
    effects = {name.replace("_", "-"): value for name, value in chosen.items()}
    options = [{"id": "taken", "text": "", "leaning": "D", "effects": effects},
               {"id": "passed", "text": "", "leaning": "C", "effects": dict.fromkeys(effects, 0.0)}]  # fmt: skip
    return {"kind": "scenario", "intended": "taken", "before": "", "counterpart": "Mira", "others": "C",
            "options": options}  # fmt: skip


def turns(acts: Iterable[Act], agent: str = "a", game: str = "g001", first: int = 1) -> list[BehaviourObserved]:
    """One observed turn per act, numbered from `first`."""
    return [_turn(act, agent, game, turn, first + turn - 1) for turn, act in enumerate(acts, 1)]


def _turn(act: Act, agent: str, game: str, turn: int, number: int) -> BehaviourObserved:
    told = {"seat": 0, "agent_id": agent, "number": turn, "outcome": "chosen", "executed": act["intended"],
            "payoff": 1.0, "decision_id": decision_id(game, turn)}  # fmt: skip
    own = {name: value for name, value in act.items() if name not in ("kind", "options", "tie")}
    tie = {"source": "Mira", "target": "you", "strength": act.get("tie", 0), "direction": "supports"}
    scenario = {"situation": {"archetype": "loyalty", "template": "t", "stress": 0.3, "contexts": {}, "anchors": [tie],
                              "counterpart": "Mira", "conduct": "C"}} if act["kind"] == "scenario" else {}  # fmt: skip
    return BehaviourObserved.model_validate(
        {"session_id": SESSION, "game_id": game, "turn": turn, "kind": act["kind"], "number": number, "turn_id": "t",
         "acts": [{**told, **own}], "options": act.get("options", ()), "last": False, **scenario}
    )  # fmt: skip


def principle(name: str, low: float, high: float, observations: int = 40, **changes: Any) -> Principle:
    """An inferred principle with this 95 % interval."""
    told = {"name": name, "strength": (low + high) / 2, "interval": (low, high), "observations": observations,
            "identifiable": True, "why": "", **changes}  # fmt: skip
    return Principle.model_validate(told)


def inferred(agent: str, *principles: Principle, acts: int = 40, closing: bool = True) -> PrinciplesInferred:
    """The inference on one agent."""
    return PrinciplesInferred.model_validate(
        {"session_id": SESSION, "agent_id": agent, "acts": acts, "closing": closing, "principles": principles,
         "strategy": {}, "prediction": {}, "summary": ""}
    )  # fmt: skip


def admitted(*agents: str) -> SessionAdmitted:
    """A session under the shipped constitution, with one game between the first two agents."""
    game = {"game_id": "g001", "game": "prisoners-dilemma", "players": agents[:2], "rounds": 40, "noise": 0,
            "actions": ["C", "D"], "payoffs": PAYOFFS}  # fmt: skip
    versions = {"ethogram": "0", "templates": "", "constitution": constitution_digest(), "dictionary": ""}
    return SessionAdmitted.model_validate(
        {"session_id": SESSION, "name": "n", "mode": "auto", "seed": 1, "games": [game] if len(agents) > 1 else [],
         "agents": [{"id": agent, "adapter": "builtin"} for agent in agents], "versions": versions}
    )  # fmt: skip


def closed(**acts: int) -> BehaviourSnapshot:
    """The closing snapshot, with the acts of each agent."""
    profiles = {agent: {"acts": count, "cooperations": 0, "entropy": 0} for agent, count in acts.items()}
    return BehaviourSnapshot.model_validate(
        {"session_id": SESSION, "turns": sum(acts.values()), "closing": True, "profiles": profiles}
    )


def case_of(acts: Iterable[Act], *principles: Principle, rules: Constitution | None = None, **told: Any) -> Case:
    """The case of an agent that acted so, under the shipped constitution or `rules`."""
    conduct, held = Conduct(), rules or constitution()
    for turn in turns(acts):
        conduct = conduct.after(turn.acts[0], turn, held.watches)
    return Case(conduct, {one.name: one for one in principles}, held, **{"agent_id": "a", **told})


def broken(acts: Iterable[Act], *principles: Principle, **told: Any) -> dict[str, Breach]:
    """Articles that these acts break, by id."""
    return {breach.article.id: breach for breach in breaches(case_of(acts, *principles, **told))}


def lanes(*agents: str, acts: Sequence[Act]) -> list[list[Record]]:
    """All records of a session in which each agent acted so, one list per topic, in the order of the topic."""
    observed = [
        turn for place, agent in enumerate(agents) for turn in turns(acts, agent, f"s-{agent}", 1 + place * len(acts))
    ]
    behaviour: list[Event] = [*observed, closed(**{agent: len(acts) for agent in agents})]
    principles: list[Event] = []
    for agent in agents:
        closing = inferred(agent, principle("consistency", 0.8, 0.95), acts=len(acts))
        principles += [inferred(agent, acts=10, closing=False), closing]
    return [_numbered([admitted(*agents)]), _numbered(behaviour), _numbered(principles)]


def _numbered(events: Sequence[Event]) -> list[Record]:
    topic = catalogue().topic_of(type(events[0])).name
    return [
        Record(
            event, event.id, f"/{topic}", "2026-11-21T10:00:00Z", SESSION, None, place + 1, Position(topic, 0, place)
        )
        for place, event in enumerate(events)
    ]


def heard(records: Iterable[Record]) -> list[Event]:
    """What the judge says to these records, with its state written and read again after each of them."""
    driver = Driver(judge)
    for record in records:
        driver.feed(record)
        kept = driver.kept[SESSION]
        assert type(kept.state).model_validate_json(kept.state.model_dump_json()) == kept.state
    assert not driver.rejected
    return [record.event for record in driver.emitted]
