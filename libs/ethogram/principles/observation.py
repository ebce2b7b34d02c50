"""One act as inference sees it: flat, so that recorded games without any event have the same form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ethogram.behaviour.profiles import FIRST
from ethogram.events.behaviour import Act, BehaviourObserved


@dataclass(frozen=True, slots=True)
class Observation:
    """One act of one agent. Symbols are `C` and `D`; an act with other symbols is no evidence for what needs these."""

    game: str
    """Which game, unique per agent and seat: strategies start anew in each."""
    intended: str
    """What it meant to do: C or D; in a scenario the leaning of the option that it chose."""
    executed: str
    """What was carried out."""
    other: str
    """What the counterpart did in the same turn (in a scenario: had done before)."""
    before: str = ""
    """Own and other's executed action of the turn before; empty on a first turn and in scenarios."""
    evidence: str = ""
    """Id of the decision, cited as evidence."""
    chosen: bool = True
    """Whether the agent made a choice at all; what did not choose is no evidence, but the game goes on."""
    last: bool = False
    """Whether this was the last turn of its game."""
    archetype: str | None = None
    """Kind of dilemma; none in a game."""
    option: str = ""
    """The chosen option of a scenario."""
    turn: int = 0
    """Number of the act within its game; games and turns order what is cited."""
    counterpart: str = ""
    """Whom it faced, if that is known."""
    condition: str = ""
    """Conditions of a recorded game."""
    claims: tuple[str, ...] = ()
    """Principles claimed with it."""
    effects: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Per option of a scenario its declared effect on each principle, -1 to 1."""

    @property
    def dyadic(self) -> bool:
        """Whether both sides are one C or one D each, as the dictionary of strategies needs it."""
        return self.archetype is None and all(move in ("C", "D") for move in (self.intended, self.executed, self.other))

    @property
    def context(self) -> str:
        """The archetype of a scenario, else the memory-one state of the game."""
        return self.archetype or self.before or FIRST


def sight(event: BehaviourObserved, act: Act) -> Observation:
    """The observation that an act of an observed turn stands for."""
    leanings = {option.id: option.leaning for option in event.options} if event.situation else {}
    scenario = event.situation is not None
    return Observation(
        game=f"{event.game_id}#{act.seat}",
        intended=leanings.get(act.intended, act.intended),
        executed=leanings.get(act.executed, act.executed),
        other=act.others,
        before="" if scenario or len(act.before) != 2 else act.before,
        evidence=act.decision_id,
        chosen=act.outcome == "chosen",
        last=event.last,
        archetype=event.situation.archetype if event.situation else None,
        option=act.intended if scenario else "",
        turn=event.turn,
        counterpart=act.counterpart,
        condition=act.condition,
        claims=act.claims,
        effects={option.id: option.effects for option in event.options} if scenario else {},
    )
