"""The ledger: all that an arena keeps. What is older than a few rounds is forgotten, and heard in no case any more."""

from __future__ import annotations

from pydantic import Field

from ethogram.events import (
    AgentId,
    ArenaPlan,
    ArenaStage,
    Charge,
    EventId,
    GameId,
    Heard,
    Real,
    SessionId,
    TurnResolved,
    Value,
    derive,
)
from ethogram.events.arena import Exit, Plea

LEAST_KEPT = 5
"""Rounds that are kept at least."""


class Entry(Value):
    """One contribution, as it was."""

    round: int
    seat: int
    turn: int
    """The turn in which it was made."""
    gave: Real = 0.0
    """Points that went to the pot."""
    entered: Real = 0.0
    """Points that the book says."""
    paid_to: int | None = None
    """The seat that got what was entered."""
    copied: int | None = None
    """The seat whose work was handed in as the own."""


class Work(Value):
    """The latest work in words of a seat, in the form in which works are compared."""

    seat: int
    words: str


class Said(Value):
    """Words, and whom they reached."""

    heard: Heard
    to: int | None = None
    """The seat that they are for; none: all."""


class Case(Value):
    """An accusation that is not decided."""

    number: int
    """From 1."""
    accused: int
    """Seat."""
    accusers: tuple[int, ...] = ()
    """Seats; none: the arena itself."""
    charge: Charge | None = None
    """What the arena has found."""
    evidence: tuple[EventId, ...] = ()
    """As cited."""
    words: tuple[str, ...] = ()
    """What the accusers say."""
    plea: Plea = "silent"
    """What the accused says to it."""


class Record(Value):
    """What one seat has come to."""

    agent_id: AgentId
    fines: Real = 0.0
    strikes: int = 0
    upheld: int = 0
    """Accusations against it that were upheld."""
    dismissed: int = 0
    """Accusations by it that were dismissed."""
    rounds: int = 0
    """Rounds that it has seen the end of."""
    out: Exit | None = None
    """Why it left."""
    tried: tuple[EventId, ...] = ()
    """Evidence on which the council has spoken."""


class Arena(Value):
    """Where an arena stands."""

    plan: ArenaPlan
    game_id: GameId
    stage: ArenaStage = "contribute"
    round: int = 1
    order: tuple[int, ...] = ()
    """Seats in the order of this round."""
    place: int = 0
    """Whose turn it is in that order."""
    records: tuple[Record, ...]
    """One per seat."""
    entries: tuple[Entry, ...] = ()
    """Of the latest rounds."""
    works: tuple[Work, ...] = ()
    """One per seat that ever handed in words."""
    said: tuple[Said, ...] = ()
    """The latest words."""
    cases: tuple[Case, ...] = ()
    """Of this round, not decided."""
    heard: int = 0
    """Cases so far."""
    news: tuple[str, ...] = ()
    """What has happened in this round so far, for the narrator."""
    told: str = Field(default="")
    """The story of the round before."""

    @property
    def alive(self) -> tuple[int, ...]:
        """Seats that are still in."""
        return tuple(seat for seat, record in enumerate(self.records) if record.out is None)

    @property
    def window(self) -> int:
        """Rounds that are kept."""
        return max(LEAST_KEPT, self.plan.patience)

    def of_round(self, number: int) -> tuple[Entry, ...]:
        """Contributions of a round, in order."""
        return tuple(entry for entry in self.entries if entry.round == number)

    def agent(self, seat: int) -> AgentId:
        """Who sits there."""
        return self.records[seat].agent_id

    def seat_of(self, agent_id: AgentId) -> int | None:
        """Where an agent sits."""
        return next((seat for seat, record in enumerate(self.records) if record.agent_id == agent_id), None)

    def with_record(self, seat: int, **changes: object) -> Arena:
        """The arena with one seat's record changed."""
        changed = self.records[seat].model_copy(update=changes)
        return self.model_copy(update={"records": (*self.records[:seat], changed, *self.records[seat + 1 :])})


def turn_id(session_id: SessionId, game_id: GameId, turn: int) -> EventId:
    """The id of the record of a turn: what accusations cite."""
    return EventId(derive(TurnResolved.TYPE, session_id, game_id, turn))
