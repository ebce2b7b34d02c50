"""What a turn asks of its seats, and what became of their answers: the same for every kind of turn."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ethogram.events import ArenaView, Check, Kind, Option, Situation

History = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """What one seat is asked."""

    seat: int
    options: tuple[Option, ...]
    """What it may choose."""
    default: str
    """The option of a seat that made no valid choice."""
    own_options: bool = False
    """Whether other seats have other options."""
    text: str | None = None
    """What it alone reads."""
    history: History | None = None
    """The history as it saw it, where that is not what was executed."""
    look: Callable[[], tuple[ArenaView, str]] | None = None
    """What it sees of the arena, as values and in words; looked at when the turn is presented, not at each answer."""


@dataclass(frozen=True, slots=True)
class Executed:
    """What became of the intentions of a turn."""

    actions: Mapping[int, str]
    """What was carried out, by seat that moved: an action symbol, or the id of an option."""
    payoffs: Sequence[float]
    """What each seat earned."""
    symbols: Sequence[str]
    """What the history remembers, one symbol per player."""
    seen: tuple[str, ...] = ()
    """The symbols as each seat saw them, where that is not what was executed."""
    memory: str = ""
    """What the game itself remembers, beside the history."""
    over: bool = False
    """Whether nothing follows, in games whose length hangs on the play."""
    opens: bool = False
    """Whether it leads to one more turn."""


class Turn(Protocol):
    """A turn that can be presented and carried out."""

    @property
    def kind(self) -> Kind:
        """A round of a game or a scenario."""

    @property
    def text(self) -> str:
        """What the agents read."""

    @property
    def options(self) -> tuple[Option, ...]:
        """What may be chosen, by whichever seat."""

    @property
    def told(self) -> tuple[Option, ...]:
        """What the record of the turn says could be chosen."""

    @property
    def payoffs(self) -> dict[str, tuple[float, ...]]:
        """Payoff per seat for each joint action, where the game has them."""

    @property
    def situation(self) -> Situation | None:
        """What a scenario tells beyond its text."""

    @property
    def deadline_s(self) -> float | None:
        """Seconds for the answer, where time itself is part of the turn."""

    @property
    def check(self) -> Check | None:
        """A question about the text."""

    def understood(self, answer: str | None) -> bool | None:
        """Whether that question was answered rightly; none where it was not asked or not answered."""

    @property
    def asks(self) -> tuple[Ask, ...]:
        """Who is asked what; never nobody."""

    def shown(self, history: History) -> History:
        """The history as the agents see it in this turn."""

    def carry_out(self, intended: Mapping[int, str]) -> Executed:
        """Apply the rules to what the seats that were asked intend."""


class MatchTurn(ABC):
    """What turns of matches share: they tell no scenario, set no clock of their own and ask nothing about their text.

    Unless a game says otherwise, its options are those of whoever moves, its record tells them all, and it has no table
    of payoffs.
    """

    __slots__ = ()
    kind: Kind = "game"
    situation: Situation | None = None
    deadline_s: float | None = None
    check: Check | None = None

    @property
    @abstractmethod
    def asks(self) -> tuple[Ask, ...]:
        """Who is asked what."""

    @property
    def options(self) -> tuple[Option, ...]:
        """All that somebody may do in this turn."""
        return tuple({option.id: option for ask in self.asks for option in ask.options}.values())

    @property
    def told(self) -> tuple[Option, ...]:
        """The record of the turn has them all."""
        return self.options

    @property
    def payoffs(self) -> dict[str, tuple[float, ...]]:
        """There is no table."""
        return {}

    def understood(self, answer: str | None) -> bool | None:
        """Nothing is asked about the text."""
        return None

    def shown(self, history: History) -> History:
        """What the history remembers; seats get their own view where something is hidden."""
        return history
