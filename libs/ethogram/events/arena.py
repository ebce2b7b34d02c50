"""The arena: rounds, accusations, hearings, eliminations, and who is left. Told by the director; the judge decides."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from ethogram.events.base import Event, Value
from ethogram.events.canonical import Real
from ethogram.events.council import Vote
from ethogram.events.floor import Charge
from ethogram.events.ids import AgentId, EventId, GameId
from ethogram.events.training import NarratorSpec, Selector

ARENA = GameId("arena")
"""The match of the arena, and the name of its game; a session has one at most."""
LONGEST_STORY = 2_000
"""Characters of a model's story of a round."""
Plea = Literal["deny", "admit", "silent"]
Finding = Literal["upheld", "dismissed"]
Exit = Literal["convicted", "last"]
"""convicted: by the council; last: it had the fewest points when the last one had to go."""


class ArenaRoundOpened(Event, type="arena.round-opened"):
    """A round of the arena begins: the order in which the agents contribute, and what that rests on."""

    IDENTITY = ("game_id", "round")

    game_id: GameId
    round: int
    """From 1."""
    selector: Selector
    """How the order was chosen; the first one is always drawn by lot."""
    order: tuple[AgentId, ...]
    """Who contributes when: whoever was worth least in the round before begins, under the eyes of all others."""
    worth: dict[AgentId, Real] = Field(default_factory=dict)
    """What each was worth to the round before, by the selector; empty in the first round."""
    samples: int = 0
    """Orders that the Shapley value was sampled from; 0: it is exact."""


class Account(Value):
    """One agent's part of a round."""

    agent_id: AgentId
    """The agent."""
    gave: Real
    """Points that went to the pot."""
    entered: Real
    """Points that the book says."""
    payoff: Real
    """What the round earned it, before fines."""
    points: Real
    """Payoffs less fines, so far."""


class ArenaRoundClosed(Event, type="arena.round-closed"):
    """A round of the arena is over: what was given, what it earned, and the story of it."""

    IDENTITY = ("game_id", "round")

    game_id: GameId
    round: int
    """From 1."""
    pot: Real
    """Points that were given, in all."""
    worth: Real
    """What the pot has grown to, and was shared out."""
    accounts: tuple[Account, ...]
    """Everybody who was in when the round began, by seat."""
    narration: str
    """The round in words, from templates."""
    narrator: NarratorSpec | None = None
    """Who is to tell it once more."""


class RoundNarrated(Event, type="arena.round-narrated"):
    """A model has told a round of the arena, or has not: then the story from templates stands alone."""

    IDENTITY = ("game_id", "round")

    game_id: GameId
    round: int
    """From 1."""
    narration: Annotated[str, StringConstraints(max_length=LONGEST_STORY)] = ""
    """The round in words: data, never an instruction, and for people alone. Empty where there is none."""
    absent: str = ""
    """Why there is none."""
    calls: tuple[str, ...] = ()
    """Request digests of the model calls that it came from."""


class AccusationFiled(Event, type="accusation.filed"):
    """Somebody is accused of cheating."""

    IDENTITY = ("game_id", "case")

    game_id: GameId
    case: int
    """Number of the case in this arena, from 1."""
    round: int
    """In which round."""
    accused: AgentId
    """Who is accused."""
    accusers: tuple[AgentId, ...] = ()
    """Who accuses; nobody: the arena itself."""
    charge: Charge | None = None
    """What the arena has found; none where only agents accuse."""
    evidence: tuple[EventId, ...] = ()
    """Events that are to show it."""
    words: tuple[str, ...] = ()
    """What the accusers say, one after the other: data, never an instruction."""


class Exhibit(Value):
    """One piece of evidence: what the log says about a cited event."""

    event_id: EventId
    """As cited."""
    known: bool
    """Whether it is a contribution in this arena that is recent enough to be heard."""
    agent_id: AgentId | None = None
    """Whose contribution it is."""
    round: int = 0
    """In which round."""
    gave: Real = 0.0
    """Points that went to the pot."""
    entered: Real = 0.0
    """Points that were entered in the book."""
    others_gave: Real = 0.0
    """Share of the most that the others gave in that round on average, 0 to 1."""
    copied: AgentId | None = None
    """Whose work was handed in as the own."""
    paid_to: AgentId | None = None
    """Who got what was entered, if that was diverted."""
    tried: bool = False
    """Whether it was before the council already, against the same agent."""


class AccusationAnswered(Event, type="accusation.answered"):
    """The accused has had its say; the case goes before the council with all that belongs to it."""

    IDENTITY = ("game_id", "case")

    game_id: GameId
    case: int
    """Number of the case."""
    round: int
    """In which round."""
    accused: AgentId
    """Who is accused."""
    accusers: tuple[AgentId, ...] = ()
    """Who accuses; nobody: the arena itself."""
    charge: Charge | None = None
    """What the arena has found; none where only agents accuse."""
    words: tuple[str, ...] = ()
    """What the accusers say."""
    plea: Plea
    """What the accused says to it; an admission alone convicts nobody."""
    defence: str = ""
    """In its own words: data, never an instruction."""
    decision_id: EventId
    """The decision that the answer came from."""
    exhibits: tuple[Exhibit, ...] = ()
    """The evidence, as the log has it."""
    patience: int
    """Rounds without giving that make a free rider."""
    strikes: int = 0
    """Against the accused, from earlier convictions."""
    fine: Real
    """What a conviction costs."""
    slander: Real
    """What an accusation that is dismissed costs each accuser."""


class Statement(Value):
    """A line of the transcript of a hearing."""

    speaker: str
    """An agent, the arena, the record, or a judge."""
    words: str
    """What was said, or what the record shows."""
    event_id: EventId | None = None
    """The event that it is about."""


class AccusationDecided(Event, type="accusation.decided"):
    """The council has heard a case."""

    IDENTITY = ("game_id", "case")

    game_id: GameId
    case: int
    """Number of the case."""
    round: int
    """In which round."""
    accused: AgentId
    """Who was accused."""
    accusers: tuple[AgentId, ...] = ()
    """Who accused; nobody: the arena itself."""
    finding: Finding
    """Whether the accusation is upheld."""
    charge: Charge | None = None
    """What was shown; none where it is dismissed."""
    evidence: tuple[EventId, ...] = ()
    """Events that show it."""
    votes: tuple[Vote, ...]
    """One per judge, sorted by judge: approve upholds the accusation, reject dismisses it."""
    transcript: tuple[Statement, ...]
    """The hearing, in order."""
    fine: Real = 0.0
    """What the accused pays."""
    slander: Real = 0.0
    """What each accuser pays."""
    strikes: int = 0
    """Against the accused from now on."""
    eliminated: bool = False
    """Whether the accused has to leave the arena."""


class AgentEliminated(Event, type="agent.eliminated"):
    """An agent leaves the arena."""

    IDENTITY = ("game_id", "agent_id")

    game_id: GameId
    agent_id: AgentId
    """The agent."""
    round: int
    """In which round."""
    why: Exit
    """By conviction, or as the last one."""
    case: int | None = None
    """The case, where it was convicted."""
    points: Real
    """With how many points it leaves."""
    left: int
    """How many agents are still in."""


class Place(Value):
    """Where an agent ended in an arena."""

    agent_id: AgentId
    """The agent."""
    rank: int
    """From 1: who was in longer comes before, then who has more points, then by name."""
    points: Real
    """Payoffs less fines."""
    rounds: int
    """Rounds that it was in."""
    out: Exit | None = None
    """Why it left; none for those who were in at the end."""
    upheld: int = 0
    """Accusations against it that were upheld."""
    dismissed: int = 0
    """Accusations by it that were dismissed."""


class ArenaConcluded(Event, type="arena.concluded"):
    """The arena is over."""

    IDENTITY = ("game_id",)

    game_id: GameId
    title: str
    """The title that was played for."""
    rounds: int
    """Rounds that were played."""
    champion: AgentId | None = None
    """Who is left, or has most points of those who are; nobody if none is, or if play was ended early."""
    places: tuple[Place, ...]
    """Everybody, best first."""
    cases: int = 0
    """Accusations that were heard."""
    narration: str
    """How it ended, in words, from templates."""
