"""Conditions: what an act is like, declared by actions, claims, principles, resources, relations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ethogram.events import Act, Anchor, Archetype, BehaviourObserved, Kind, Option, Outcome, Real, Value

Leaning = Literal["C", "D"]


class Bound(Value):
    """A bound on what an option declares for one name: a principle, a resource or a stakeholder."""

    of: str
    """The name."""
    at_most: Real | None = None
    """Highest value that meets it."""
    at_least: Real | None = None
    """Lowest value that meets it."""

    @model_validator(mode="after")
    def _bounds(self) -> Self:
        if self.at_most is None and self.at_least is None:
            raise ValueError(f"a bound of {self.of!r} needs at_most or at_least")
        return self

    def met(self, declared: Mapping[str, float]) -> bool:
        """Whether what is declared meets it; what is not declared is 0."""
        value = declared.get(self.of, 0.0)
        return (self.at_most is None or value <= self.at_most) and (self.at_least is None or value >= self.at_least)


class Relation(Value):
    """A relational anchor that the situation has."""

    source: str | None = None
    """Who affects; `you` is the agent."""
    target: str | None = None
    """Who is affected."""
    direction: Literal["supports", "opposes"] | None = None
    """Whether it helps or harms."""
    at_least: Annotated[Real, Field(ge=0, le=1)] = 0.0
    """Lowest strength."""

    def met(self, anchors: Iterable[Anchor]) -> bool:
        """Whether one of the anchors is such."""
        return any(
            self.source in (None, anchor.source)
            and self.target in (None, anchor.target)
            and self.direction in (None, anchor.direction)
            and anchor.strength >= self.at_least
            for anchor in anchors
        )


class Condition(Value):
    """What an act must be like. All that is given must hold; nothing given holds of every act."""

    kind: Kind | None = None
    """A round of a game, or a scenario."""
    archetypes: tuple[Archetype, ...] = ()
    """Kinds of scenario, any of them."""
    outcomes: tuple[Outcome, ...] = ()
    """Whether it was a choice, or why not; any of them."""
    leaning: Leaning | None = None
    """Action that was meant: C keeps faith, D does not; in a scenario the leaning of the chosen option."""
    own_before: Leaning | None = None
    """The agent's own action of the turn before."""
    other_before: Leaning | None = None
    """A counterpart's action of the turn before; in a scenario what the counterpart has just done."""
    counterparts: tuple[str, ...] = ()
    """Whom it faced, any of them."""
    claims: str | None = None
    """A principle that was claimed with it."""
    effect: Bound | None = None
    """Declared effect of the chosen option on a principle."""
    offered: Bound | None = None
    """Declared effect on a principle that some option on offer had: there was such a way."""
    resource: Bound | None = None
    """What the chosen option takes from a resource or stakeholder (negative) or brings."""
    relation: Relation | None = None
    """A relation that the situation has."""
    stress: Annotated[Real, Field(ge=0, le=1)] | None = None
    """Lowest stress of the scenario."""

    def holds(self, act: Act, turn: BehaviourObserved) -> bool:
        """Whether `act` of `turn` is such."""
        return self._of_turn(turn) and self._of_act(act, turn) and self._of_option(act, turn)

    def _of_turn(self, turn: BehaviourObserved) -> bool:
        if self.kind not in (None, turn.kind):
            return False
        told = turn.situation
        if told is None:
            return not self.archetypes and self.relation is None and self.stress is None
        return (
            (not self.archetypes or told.archetype in self.archetypes)
            and (self.relation is None or self.relation.met(told.anchors))
            and (self.stress is None or told.stress >= self.stress)
        )

    def _of_act(self, act: Act, turn: BehaviourObserved) -> bool:
        others = act.before[1:]
        return (
            (not self.outcomes or act.outcome in self.outcomes)
            and (not self.counterparts or act.counterpart in self.counterparts)
            and (self.claims is None or self.claims in act.claims)
            and self.own_before in (None, act.before[:1])
            and (self.other_before is None or self.other_before in others)
            and self.leaning in (None, _leaning(act, turn))
        )

    def _of_option(self, act: Act, turn: BehaviourObserved) -> bool:
        if self.offered is not None and not any(self.offered.met(option.effects) for option in turn.options):
            return False
        if self.effect is None and self.resource is None:
            return True
        chosen = _chosen(act, turn)
        return (
            chosen is not None
            and (self.effect is None or self.effect.met(chosen.effects))
            and (self.resource is None or self.resource.met(chosen.resources))
        )


def _chosen(act: Act, turn: BehaviourObserved) -> Option | None:
    if act.outcome != "chosen":
        return None
    return next((option for option in turn.options if option.id == act.intended), None)


def _leaning(act: Act, turn: BehaviourObserved) -> str | None:
    if act.outcome != "chosen":
        return None
    if turn.kind == "game":
        return act.intended
    chosen = _chosen(act, turn)
    return chosen.leaning if chosen else None
