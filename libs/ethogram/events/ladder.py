"""The ladder: how contestants are rated over a tenant's sessions, and who holds which title, in one order."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from ethogram.events.base import Event, Value
from ethogram.events.canonical import Real
from ethogram.events.ids import AgentId, EventId, SessionId, derive
from ethogram.events.training import DEFAULT_TENANT, Slug


def ladder_of(tenant: str | None) -> SessionId:
    """The key under which everything about a tenant's ladder stands: there is one, over all its sessions."""
    return SessionId(derive("ladder", tenant or DEFAULT_TENANT))


LADDER = ladder_of(None)
"""The ladder of who names no tenant."""
Name = Annotated[str, Field(min_length=1)]


class Placement(Value):
    """How one contestant came out of a session."""

    contestant: str
    """Who it is across sessions: `id#digest` of adapter and configuration."""
    agent_id: AgentId
    """What the session calls it."""
    place: Annotated[int, Field(ge=1)]
    """From 1; equal places are draws."""
    total: Real
    """Its score."""
    approved: bool
    """Whether the council approved it, with conditions or without."""


class SessionPlaced(Event, type="session.placed"):
    """A completed session that counts: how its contestants came out. The order of these records is the ladder's."""

    title: Name
    """What was played for: the name of the training."""
    placements: tuple[Placement, ...]
    """By place, then by contestant."""
    champion: str | None = None
    """The contestant that was crowned, if any."""
    tenant: Slug | None = None
    """Whom the session belongs to; none: to `default`."""

    @property
    def state_key(self) -> str:
        """All sessions of a tenant meet the one state of its ladder."""
        return ladder_of(self.tenant)


class Rating(Value):
    """What is believed of a contestant's strength."""

    mu: Real
    """Mean."""
    sigma: Real
    """Standard deviation."""
    sessions: int
    """Sessions that it rests on."""


class Move(Value):
    """What one session changed for one contestant."""

    contestant: str
    """Who."""
    place: int
    """Its place in the session."""
    before: Rating | None = None
    """Its rating before; none for a newcomer."""
    after: Rating
    """Its rating from now on."""


class Holding(Value):
    """A title in somebody's hands."""

    contestant: str
    """Who holds it."""
    since: SessionId
    """The session in which it was taken."""
    defences: int = 0
    """Sessions since then in which the holder was crowned against others."""
    challenges: tuple[str, ...] = ()
    """Who was crowned without the holder since it last played for the title, in order."""


class _OnLadder(Event):
    """Base of what the ladder says: keyed by the ladder, one per session that was placed."""

    IDENTITY: ClassVar[tuple[str, ...]] = ("of_session",)

    session_id: SessionId = LADDER
    """The ladder's key."""
    tenant: Slug | None = None
    """Whose ladder it is; none: that of `default`."""
    of_session: SessionId
    """The session that made it so."""
    placed_id: EventId
    """Its SessionPlaced."""
    number: Annotated[int, Field(ge=1)]
    """Which session on the ladder it is, from 1: the order of all of them."""


class LadderMoved(_OnLadder, type="ladder.moved"):
    """One session has moved the ratings of those who took part."""

    moves: tuple[Move, ...]
    """By place, then by contestant."""


class TitleTaken(_OnLadder, type="title.taken"):
    """A title has a new holder: it was free, its holder was beaten, or left too many challenges unanswered."""

    title: Name
    """The title."""
    before: Holding | None = None
    """How it was held; none: nobody held it."""
    after: Holding
    """How it is held now."""


class TitleDefended(_OnLadder, type="title.defended"):
    """The holder was crowned against others."""

    title: Name
    """The title."""
    before: Holding
    """How it was held."""
    after: Holding
    """How it is held now."""


class TitleChallenged(_OnLadder, type="title.challenged"):
    """Somebody was crowned while the holder did not take part."""

    title: Name
    """The title."""
    before: Holding
    """How it was held."""
    after: Holding
    """The same holder, with one challenge more."""


class TitleHeld(Event, type="title.held"):
    """Who holds a title now. The topic keeps the latest record of each title."""

    IDENTITY: ClassVar[tuple[str, ...]] = ("title", "number")

    session_id: SessionId = LADDER
    """The ladder's key."""
    tenant: Slug | None = None
    """Whose title it is; none: one of `default`."""
    title: Name
    """The title."""
    number: int
    """Which session on the ladder made it so."""
    holding: Holding
    """Who holds it, and how."""

    @property
    def key(self) -> str:
        """A title's records replace each other."""
        return f"{self.tenant}/{self.title}" if self.tenant else self.title
