"""What the director keeps of a session: where each game stands. Frozen; a step shares all that it does not change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from ethogram.events import (
    AgentId,
    AgentSpec,
    ApprovalPolicy,
    Budget,
    DecisionMade,
    Event,
    EventId,
    GameId,
    Message,
    Occasion,
    Outcome,
    Person,
    Real,
    Ruling,
    ScenarioPlan,
    SessionId,
    Speech,
    Value,
)
from ethogram.games.arena.ledger import Arena
from ethogram.games.contests import Contest
from ethogram.games.picks import Pick
from ethogram.games.rules import Ruleset
from ethogram.games.skills import Skills

Phase = Literal["unknown", "playing", "judging", "completed", "failed"]


class Answer(Value):
    """A decision that is in, while its turn waits for the other seats."""

    decision_id: EventId
    """The DecisionMade."""
    outcome: Outcome
    """As decided, or `illegal`."""
    intended: str
    """Id of the option; the default one where nothing valid was chosen."""
    claims: tuple[str, ...] = ()
    """Principles claimed with it."""
    check: str | None = None
    """Its answer to the question about the text."""
    speech: Speech | None = None
    """What it says with it."""
    skills: tuple[str, ...] = ()
    """Skills that it rests on."""


class Override(Value):
    """What a person wants carried out for a seat in the next turn of a game."""

    seat: int
    """The seat."""
    option: str
    """Id of the option."""
    command_id: str
    """The command."""


class Request(Value):
    """What people are asked to approve."""

    about: Occasion
    """A session that is to begin, or a turn that is to take effect."""
    policy: ApprovalPolicy
    """Whom to ask, and what then."""
    level: int = 0
    """Which rung of it is asked."""
    game_id: GameId | None = None
    turn: int | None = None
    """The turn that waits."""
    seat: int | None = None
    """The seat that it is about."""
    agent_id: AgentId | None = None
    """The agent on it."""
    intended: str | None = None
    """Id of the option that it chose."""
    instead: str | None = None
    """Id of the option that is carried out if that is rejected."""
    options: tuple[str, ...] = ()
    """All that were on offer."""
    reasons: tuple[str, ...] = ()
    """Why people are asked."""


class Play(Value):
    """One game of a session: a match between agents, or one agent's sequence of scenarios."""

    players: tuple[AgentId, ...]
    """Who sits on seat 0, 1, ..."""
    turns: int
    """How many turns it has; 0: that hangs on the play."""
    rules: int | None = None
    """Which of the session's rulesets holds; none for scenarios."""
    presented: int = 0
    """Last turn that was presented."""
    history: tuple[str, ...]
    """Executed actions, one string per player; for scenarios the agent's leanings and the counterpart's conduct."""
    answers: tuple[Answer | None, ...]
    """Per seat, for the presented turn."""
    seen: tuple[tuple[str, ...], ...] = ()
    """Per seat the history as it saw it, where that is not what was executed."""
    earned: tuple[Real, ...] = ()
    """Per seat, what the turn before earned."""
    scores: tuple[Real, ...] = ()
    """Per seat, what it earned in all."""
    memory: str = ""
    """What the game itself remembers, beside the history."""
    rounds: int = 0
    """How many rounds a match has."""
    series: int = 0
    """Which series of its heat a match belongs to."""
    turned: bool = False
    """Whether the group of its series sits in reverse order."""
    resolved: int = 0
    """How many turns are resolved."""
    over: bool = False
    """Whether no turn follows; its histories are forgotten then."""
    pick: Pick | None = None
    """The dilemma of the current turn; none in a match."""
    awaits: EventId | None = None
    """The TurnResolved whose inference decides on the next dilemma, or the last case of an arena that the council is
    to decide; none while nothing is awaited."""
    arena: Arena | None = None
    """Where it stands, if it is an arena."""
    met: dict[str, int] = Field(default_factory=dict)
    """How often each template was met with each conduct (`old-supplier C`), where the next one is chosen by what is
    inferred."""

    @property
    def held(self) -> bool:
        """Whether its next turn is known and still to be presented."""
        return self.presented == self.resolved and not self.over and self.awaits is None


class Spent(Value):
    """What model calls of one agent have cost."""

    tokens: int = 0
    cost_micros: int = 0


class Addressed(Value):
    """Words of the chat that an agent is told, and has not answered."""

    number: int
    """Their number in the chat."""
    agent_id: AgentId
    """Who is told."""
    game_id: GameId
    """With a turn of which game."""
    turn: int
    """With which turn."""

    def meets(self, decision: DecisionMade) -> bool:
        """Whether this decision is the one that was made after the words had been told."""
        told = (self.agent_id, self.game_id, self.turn)
        return told == (decision.agent_id, decision.game_id, decision.turn)


class Chat(Value):
    """The chat of a session."""

    said: int = 0
    """How many entries it has."""
    asked: tuple[Addressed, ...] = ()
    """Words that agents have not answered."""


class Import(Value):
    """How far an import has come."""

    parts: int
    """Parts in all."""
    choices: int
    """Choices in all."""
    done: int = 0
    """Parts that were taken in."""
    games: int = 0
    """Games that have begun."""
    turn: int = 0
    """Rounds of the last game, if that goes on; else 0."""
    agent_id: AgentId = AgentId("")
    """Whose game goes on."""
    before: str = ""
    """Its last joint action."""


class Course(Value):
    """The course of one session."""

    session_id: SessionId = SessionId("")
    phase: Phase = "unknown"
    """Judging begins when play is over."""
    paused: bool = False
    cancelled: bool = False
    command: str = ""
    """Digest of the start-training command, to know a repetition from another command with the same id."""
    seed: int = 0
    """Root of all chance in this session."""
    templates: str = ""
    """Digest of the scenario templates that it was admitted with."""
    agents: dict[AgentId, AgentSpec] = Field(default_factory=dict)
    """By id."""
    rulesets: tuple[Ruleset, ...] = ()
    """One per entry of the training's games."""
    scenarios: ScenarioPlan | None = None
    """Scenarios that each agent faces."""
    imported: Import | None = None
    """Set in a session of recorded games."""
    contests: tuple[Contest, ...] = ()
    """One per entry of the training's games."""
    games: dict[GameId, Play] = Field(default_factory=dict)
    """Games of this heat, and sequences of scenarios; where their order matters they go by id, for a stored course
    forgets any other."""
    budget: Budget | None = None
    """What all agents together may spend."""
    spent: dict[AgentId, Spent] = Field(default_factory=dict)
    """What each agent has spent; none that called no model."""
    matches: int = 0
    """Matches of the first heats."""
    width: int = 3
    """Digits of a match's number."""
    turns_by_agent: dict[AgentId, int] = Field(default_factory=dict)
    """Turns in matches that are kept no more, or that a log tells of."""
    open: int = 0
    """Games that are not over."""
    resolved: int = 0
    """Turns resolved so far."""
    dry: bool = False
    """Whether it is a dry run."""
    people: tuple[Person, ...] = ()
    """Who may steer it; nobody named: anybody may hold it, let it go on and end it."""
    used: tuple[str, ...] = ()
    """Commands of people that have taken effect: none does so twice."""
    gate: Real | None = None
    """What must be at stake in a turn for it to wait for the council; none: no turn waits."""
    policies: tuple[ApprovalPolicy, ...] = ()
    """Whom to ask for approval."""
    requests: dict[str, Request] = Field(default_factory=dict)
    """What people are asked now."""
    overrides: dict[GameId, tuple[Override, ...]] = Field(default_factory=dict)
    """For the next turn of each game that is resolved."""
    messages: dict[GameId, tuple[Message, ...]] = Field(default_factory=dict)
    """For the next turn of each game that is presented."""
    verdicts: dict[AgentId, Ruling] = Field(default_factory=dict)
    """What the council decided."""
    chat: Chat = Chat()
    """Its chat."""
    skills: Skills = Skills()
    """What its agents may use before they decide."""

    def with_play(self, game_id: GameId, play: Play) -> Course:
        """The course with one game changed; what waited for its next turn has been used up with that turn."""
        before = self.games[game_id]
        changes: dict[str, object] = {"games": {**self.games, game_id: play}}
        if play.presented != before.presented and game_id in self.messages:
            changes["messages"] = {game: told for game, told in self.messages.items() if game != game_id}
        if play.resolved != before.resolved and game_id in self.overrides:
            changes["overrides"] = {game: kept for game, kept in self.overrides.items() if game != game_id}
        return self.model_copy(update=changes)


Said = tuple[Course, Sequence[Event]]
"""A course as it is after a decision, and what is said of it."""
