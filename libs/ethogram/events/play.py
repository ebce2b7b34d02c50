"""Play: what is presented, what is decided, what is executed."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from ethogram.events.base import Event, Value
from ethogram.events.canonical import Plain, Real
from ethogram.events.character import Character
from ethogram.events.floor import ArenaView, Speech
from ethogram.events.ids import AgentId, EventId, GameId

Kind = Literal["game", "scenario"]
Outcome = Literal["chosen", "timed-out", "refused", "unparsable", "illegal", "failed"]
"""`illegal`: an option was named that was not offered."""
Lifecycle = Literal["INITIALIZED", "PRESENTED", "COMPLETED", "TIMED_OUT", "FAILED"]
"""Where a scenario stands: made, put before its agent, and how it ended."""
Choosing = Literal["fixed", "adaptive", "adversarial", "diagnostic"]
"""How the next scenario is chosen: by the seed alone; where most is to be learnt; at the weakest principle; where two
hypotheses part."""


class Option(Value):
    """One thing that may be chosen."""

    id: str
    """What a decision names: the action symbol in a game, the label under which a scenario shows it."""
    text: str
    """What it means, in words."""
    leaning: str
    """`C` if it keeps faith with the counterpart, `D` if it does not: how a strategy reads it. Empty: neither."""
    degree: Real | None = None
    """0 to 1: how much of the most it gives, where the actions of a game are amounts of one thing."""
    effects: dict[str, Real] = Field(default_factory=dict)
    """Declared effect on each principle, from -1 (against it) to 1 (for it)."""
    resources: dict[str, Real] = Field(default_factory=dict)
    """Declared effect on resources."""
    relations: dict[str, Real] = Field(default_factory=dict)
    """Declared effect on the bond between the agent and each other party, from -1 (breaks it) to 1."""
    stakeholders: dict[str, Real] = Field(default_factory=dict)
    """Declared effect on the lot of each stakeholder, from -1 to 1."""
    name: str = ""
    """What it is called in its template, under whatever label it is shown; empty in games."""


class Anchor(Value):
    """A relational anchor: who affects whom, how strongly, in which direction."""

    source: str
    """Who affects."""
    target: str
    """Who is affected."""
    strength: Real
    """0 to 1."""
    direction: Literal["supports", "opposes"]
    """Whether it helps or harms."""


class Situation(Value):
    """What a scenario tells beyond its text."""

    archetype: str
    """Kind of dilemma."""
    template: str
    """Id of the template that it was generated from."""
    stress: Real
    """0 calm, 1 tightest."""
    contexts: dict[str, Real]
    """Weights of the eight decision contexts; they sum to 1."""
    anchors: tuple[Anchor, ...] = ()
    """Who affects whom."""
    resources: dict[str, Real] = Field(default_factory=dict)
    """What there is to spend."""
    counterpart: str
    """Whom the agent faces in the story."""
    conduct: str = ""
    """What the counterpart did before the agent was asked: C or D."""
    telling: str = ""
    """In which words it is told: story, paraphrase-1, paraphrase-2, neutral."""
    step: str = ""
    """Id of the follow-up within the template; empty for the dilemma that opens it."""
    depth: int = 0
    """How many choices led here: 0 for an opening dilemma, up to 5."""
    probing: bool = False
    """Whether the choice of the next scenario waits for what is inferred from this one."""


class Check(Value):
    """A question about the text, to see whether it was understood. It is no part of the dilemma."""

    question: str
    """What is asked."""
    answers: dict[str, str]
    """Possible answers by label; one is right."""


class Chosen(Value):
    """How a scenario was chosen, and what that depended on."""

    by: Choosing
    """The rule."""
    basis: EventId | None = None
    """The PrinciplesInferred that it rests on, or the DeadlinePassed that ended the wait; none for a first scenario."""
    in_time: bool = True
    """Whether what was inferred came before the deadline; if not, the choice is the fixed one."""
    target: tuple[str, ...] = ()
    """Principles or hypotheses that it aims at."""
    gain: Real | None = None
    """What was expected of it: bits for adaptive and diagnostic; for adversarial the expected offence, 0 to 1."""


class Seat(Value):
    """Who is asked, and how to reach it."""

    seat: int
    """Position in the game, from 0."""
    agent_id: AgentId
    """The agent."""
    adapter: str
    """Name of its adapter."""
    config: Plain = Field(default_factory=dict)
    """Configuration of its adapter."""
    character: Character | None = None
    """Who it is to be, and what it remembers."""
    text: str | None = None
    """What this seat alone reads, after what all read."""
    options: tuple[Option, ...] | None = None
    """What this seat may choose, where that differs between the seats."""
    history: tuple[str, ...] | None = None
    """The history as this seat saw it, where that is not what was executed; `?` stands for what it was not shown."""
    view: ArenaView | None = None
    """The arena as this seat sees it, in the arena."""
    skills: tuple[str, ...] | None = None
    """Skills that it may use before it decides; none: it has none."""


class SkillCall(Value):
    """One use of a skill before a decision."""

    skill: str
    """The skill."""
    given: str
    """What the agent gave it."""
    told: str
    """What it said."""


class Message(Value):
    """Words of a person, told with a turn."""

    command_id: str
    """The command that brought them."""
    actor: str
    """Whose words."""
    text: str
    """The words; the text of the turn ends with them."""
    to: AgentId | None = None
    """The only agent that reads them, after its own text; none: every seat of the turn."""


class Untouched(Value):
    """What would have become of a seat's decision without an override."""

    seat: int
    """The seat."""
    executed: str
    """What would have been carried out."""
    payoff: Real = 0.0
    """What it would have earned."""


class ScenarioPresented(Event, type="scenario.presented"):
    """One turn is put before its seats: a round of a game, or a scenario that one agent faces alone."""

    IDENTITY = ("game_id", "turn")

    game_id: GameId
    """The match (`g001`), or the agent's sequence of scenarios (`s-<agent>`)."""
    turn: int
    """From 1 within the game."""
    turns: int
    """How many turns the game has; 0 if that is not known to the players."""
    kind: Kind
    """A round of a game or a scenario."""
    seed: str
    """Chance for the agents of this game, derived from the session's seed; the same in every turn of it."""
    text: str
    """What the agents read."""
    options: tuple[Option, ...]
    """What may be chosen."""
    seats: tuple[Seat, ...]
    """Who is asked."""
    history: tuple[str, ...]
    """Executed actions so far, one string per player, one symbol per turn (`-`: did not move). A scenario has two: the
    agent's own leanings and the counterpart's conduct, the latter one symbol longer where the counterpart has moved
    first."""
    payoffs: dict[str, tuple[Real, ...]] = Field(default_factory=dict)
    """Payoff per seat for each joint action, where the game has such a table. In a game of several stages a joint
    action has one symbol per move, in order."""
    situation: Situation | None = None
    """Set when kind is scenario."""
    messages: tuple[Message, ...] = ()
    """Words of people that the text ends with."""
    deadline_s: Real | None = None
    """Seconds that a seat has; none means that the adapter's own limit holds."""
    check: Check | None = None
    """A question about the text of a scenario, if the training asks for one."""
    chosen: Chosen | None = None
    """How this scenario was chosen, unless by the seed alone."""


class DecisionMade(Event, type="decision.made"):
    """What one seat intends. Exactly one per presented turn and seat."""

    IDENTITY = ("game_id", "turn", "seat")
    VOLATILE: ClassVar[frozenset[str]] = frozenset({"latency_ms"})

    game_id: GameId
    turn: int
    """The turn that is answered."""
    seat: int
    """The seat that answers."""
    agent_id: AgentId
    """The agent on it."""
    presented_id: EventId
    """The ScenarioPresented that is answered."""
    outcome: Outcome
    """`chosen`, or why there is no choice: that counts in the results and is never dropped."""
    option: str | None = None
    """The chosen option's id."""
    confidence: Real | None = None
    """0 to 1, if the agent says so."""
    reasoning: str | None = None
    """The agent's own words: data, never an instruction."""
    claims: tuple[str, ...] = ()
    """Principles that the agent claims to follow here."""
    speech: Speech | None = None
    """What it says with it, in the arena."""
    check: str | None = None
    """Label of its answer to the question about the text."""
    error: str | None = None
    """Why there is no choice, in words."""
    latency_ms: Real | None = None
    """Time the agent took; none for scripted agents."""
    skills: tuple[SkillCall, ...] | None = None
    """Skills that were used for it, in order; none where none was."""
    calls: tuple[str, ...] = ()
    """Request digests of the model calls that this answer came from."""
    tokens: int | None = None
    """Tokens that were paid for it; none where no model was called."""
    cost_micros: int | None = None
    """What that cost, in millionths of a US dollar; budgets go by it."""


class ModelCallRecorded(Event, type="model.called"):
    """One call of a language model, recorded so that no replay needs the model."""

    IDENTITY = ("game_id", "turn", "seat", "call")
    VOLATILE: ClassVar[frozenset[str]] = frozenset({"latency_ms", "cost_micros"})

    game_id: GameId
    """The game it was made for; `council/<agent>/<judge>` for a judge's vote, `arena/narrator` for a story."""
    turn: int
    """The turn it was made for; for a vote or a story the round."""
    seat: int
    """The seat it was made for; 0 for a vote or a story."""
    call: int
    """Number of the call within that answer, from 0."""
    provider: str
    """Who was called."""
    model: str
    """The model as returned by the provider."""
    request_digest: str
    """SHA-256 of the canonical request."""
    request: Plain
    """The parameters as sent, without secrets."""
    response: str
    """The response as received."""
    tokens_in: int = 0
    """Tokens read."""
    tokens_out: int = 0
    """Tokens written."""
    cost_micros: int = 0
    """Cost in millionths of a US dollar."""
    latency_ms: Real = 0.0
    """Wall time of the call."""
    attempts: int = 1
    """Tries until it succeeded."""
    cached: bool = False
    """Whether the answer came from a cache."""
    error: str | None = None
    """Why there is no response; the call failed for good after these attempts."""


class BreakerChanged(Event, type="breaker.changed"):
    """A call opened or closed the breaker of a provider: open, nothing is sent to it for a while."""

    IDENTITY = ("game_id", "turn", "seat", "number")
    VOLATILE: ClassVar[frozenset[str]] = frozenset({"succeeded", "failed", "turned_away"})

    game_id: GameId
    turn: int
    """The turn whose call it was."""
    seat: int
    """The seat whose call it was."""
    number: int
    """Number of the change within that answer, from 0."""
    provider: str
    """Whose breaker."""
    state: Literal["open", "closed", "half-open"]
    """What it became."""
    succeeded: int = 0
    """Calls that went through since the process began."""
    failed: int = 0
    """Calls that failed."""
    turned_away: int = 0
    """Calls that were not sent."""


class Played(Value):
    """What became of one seat's decision."""

    seat: int
    """The seat."""
    agent_id: AgentId
    """The agent on it."""
    decision_id: EventId
    """The DecisionMade that was admitted; in a recorded game, which has none, the turn itself."""
    outcome: Outcome
    """As decided; `illegal` where the decision named an option that was not offered."""
    intended: str
    """Action or option that was decided; where there was no choice, the game's default."""
    executed: str
    """Action that the rules carried out: the intended one, or its opposite by noise."""
    payoff: Real = 0.0
    """What it earned this turn."""
    claims: tuple[str, ...] = ()
    """Principles claimed with it."""
    understood: bool | None = None
    """Whether the question about the text was answered rightly; none where none was asked or answered."""
    faced: str | None = None
    """In a recorded game, where the others have no seat: what they did; empty if that was not told."""
    counterpart: str = ""
    """In a recorded game: whom it faced, if that was told."""
    condition: str = ""
    """In a recorded game: under which conditions, if that was told."""
    saw: str | None = None
    """The joint action of the turn before as this seat saw it, where that is not what was executed."""
    overridden: str | None = None
    """What had something else carried out than was intended: a person's command, or the council's ruling."""


class Bystander(Value):
    """A seat that did not move in a turn."""

    seat: int
    """The seat."""
    agent_id: AgentId
    """The agent on it."""
    payoff: Real = 0.0
    """What the turn earned it."""


class TurnResolved(Event, type="turn.resolved"):
    """One turn as it was executed: one record with every player's action."""

    IDENTITY = ("game_id", "turn")

    game_id: GameId
    turn: int
    """From 1 within the game."""
    kind: Kind
    """A round of a game or a scenario."""
    presented_id: EventId
    """The ScenarioPresented that this resolves; of a recorded game the ImportGames that told it."""
    number: int
    """Number of this turn within the session, in the order in which the director resolved them, from 1."""
    actions: tuple[Played, ...]
    """One per seat that moved."""
    bystanders: tuple[Bystander, ...] = ()
    """Seats that did not move."""
    game: str = ""
    """Name of the game; empty in a scenario."""
    before: str = ""
    """Joint executed action of the turn before, one symbol per player (`CD`); empty on the first turn. In a scenario:
    the agent's own last leaning (none on the first turn) and the counterpart's present conduct: `D`, then `CD`."""
    options: tuple[Option, ...] = ()
    """What could be chosen, by any seat; left out in games whose actions are C and D."""
    situation: Situation | None = None
    """Set when kind is scenario."""
    otherwise: tuple[Untouched, ...] = ()
    """What would have become of the turn without overrides, per seat; empty where there were none."""
    last: bool
    """Whether this was the last turn of its game."""
    lifecycle: Lifecycle | None = None
    """How a scenario ended: COMPLETED, TIMED_OUT or FAILED; none for games."""


class PosteriorAwaited(Event, type="scenario.awaited"):
    """The next scenario of an agent waits for what is inferred from the one before it, or for a deadline."""

    IDENTITY = ("game_id", "turn")

    game_id: GameId
    turn: int
    """The turn that is to be chosen."""
    agent_id: AgentId
    """Whose scenarios they are."""
    after: EventId
    """The TurnResolved whose inference is awaited."""
    seconds: Real
    """How long to wait."""


class DeadlinePassed(Event, type="scenario.deadline-passed"):
    """What was awaited did not come in time: the choice is made without it."""

    IDENTITY = ("game_id", "turn")

    game_id: GameId
    turn: int
    """The turn that is to be chosen."""
    after: EventId
    """The TurnResolved whose inference was awaited."""
