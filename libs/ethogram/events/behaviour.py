"""Behaviour: what the tracker saw, one record per turn, and where the agents stand."""

from __future__ import annotations

from pydantic import Field

from ethogram.events.base import Event, Value
from ethogram.events.canonical import Real
from ethogram.events.ids import AgentId, EventId, GameId
from ethogram.events.play import Bystander, Kind, Option, Outcome, Situation


class Act(Value):
    """One agent's part of a turn, seen from its own side."""

    seat: int
    """The seat."""
    agent_id: AgentId
    """The agent."""
    counterpart: str
    """Whom it faced: an agent's id, several joined by commas, or the counterpart of the scenario; empty if untold."""
    number: int
    """Number of this act among the agent's acts in the session, from 1."""
    outcome: Outcome
    """Whether it chose, or why not."""
    intended: str
    """What it meant to do: inference works on intentions."""
    executed: str
    """What was carried out."""
    before: str
    """Own and others' action of the turn before, as it saw them (`CD`); empty on a first turn."""
    others: str
    """Executed actions of the others this turn, one symbol each (`-`: did not move); in a scenario the counterpart's
    conduct."""
    payoff: Real
    """What it earned."""
    decision_id: EventId
    """Evidence: the decision that this act came from."""
    claims: tuple[str, ...] = ()
    """Principles claimed with it."""
    condition: str = ""
    """Conditions of a recorded game, if they were told."""


class BehaviourObserved(Event, type="behaviour.observed"):
    """One turn, enriched: exactly one record per resolved turn, in the order of `number`."""

    IDENTITY = ("game_id", "turn")

    game_id: GameId
    turn: int
    """From 1 within the game."""
    kind: Kind
    """A round of a game or a scenario."""
    number: int
    """Number of the turn within the session, from 1."""
    turn_id: EventId
    """The TurnResolved that was observed."""
    acts: tuple[Act, ...]
    """One per seat that moved."""
    bystanders: tuple[Bystander, ...] = ()
    """Seats that did not move."""
    game: str = ""
    """Name of the game; empty in a scenario."""
    options: tuple[Option, ...] = ()
    """What could be chosen; left out in games whose actions are C and D."""
    situation: Situation | None = None
    """Set when kind is scenario."""
    last: bool
    """Whether this was the last turn of its game."""


class Profile(Value):
    """Where one agent stands."""

    acts: int
    """Acts observed."""
    cooperations: int
    """Acts whose leaning was C."""
    entropy: Real
    """Shannon entropy of its choices in bits."""
    entropy_by_context: dict[str, Real] = Field(default_factory=dict)
    """The same per memory-one state in games of C and D (`CC`, `CD`, ...), by name in other games, and per archetype
    in scenarios."""
    choices: dict[str, dict[str, int]] = Field(default_factory=dict)
    """Choices by action, in games whose actions are not C and D."""
    outcomes: dict[str, int] = Field(default_factory=dict)
    """Acts by outcome."""
    payoff: Real = 0.0
    """Earned in all."""
    mean_payoff: Real = 0.0
    """Earned per act."""


class BehaviourSnapshot(Event, type="behaviour.snapshot"):
    """Profiles of all agents after a number of turns."""

    IDENTITY = ("turns", "closing")

    turns: int
    """Turns observed so far."""
    closing: bool
    """Whether play is over and every turn was observed: nothing follows it."""
    profiles: dict[AgentId, Profile]
    """One per agent."""
