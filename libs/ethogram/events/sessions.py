"""The life of a session, told by the director alone."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ethogram.events.base import Event, Value
from ethogram.events.canonical import Plain, Real
from ethogram.events.gating import ApprovalPolicy
from ethogram.events.ids import AgentId, GameId
from ethogram.events.people import Person
from ethogram.events.recording import Recording
from ethogram.events.training import AgentSpec, ArenaPlan, Budget, Feedback, JudgeSpec, Mode, ScenarioPlan, Slug


class MoveRules(Value):
    """Who may do what in one stage of a round."""

    stage: int
    """From 0; seats of one stage move at once."""
    seats: tuple[int, ...]
    """Who moves."""
    actions: tuple[str, ...]
    """Symbols of the actions, one character each."""
    default: str
    """Action that is carried out for a seat that made no valid choice."""


class GameRules(Value):
    """The executed rules of one match, as the engine applies them."""

    game_id: GameId
    """Unique within the session, e.g. `g001`."""
    game: str
    """Name of the game, e.g. `prisoners-dilemma`."""
    players: tuple[AgentId, ...]
    """Who sits on seat 0, 1, ..."""
    rounds: int
    """Rounds of the match; where their number is not known to the players, the one that the seed has drawn."""
    noise: Real
    """Probability that an executed action is another than the intended one."""
    actions: tuple[str, ...]
    """Symbols of all actions, one character each; empty where a library plays the game and they vary."""
    payoffs: dict[str, tuple[Real, ...]]
    """Payoff per seat for each joint action, e.g. `CD: [0, 5]`; empty where a rule pays."""
    default: str = ""
    """Action that is carried out for a seat that made no valid choice; empty where that hangs on the stage."""
    moves: tuple[MoveRules, ...] = ()
    """Stages of a round; none where all seats move once, at once, with the same actions."""
    turns: int = 0
    """Turns that the match has, in the arena at most; 0: that hangs on the play."""
    misperception: Real = 0.0
    """Probability that a seat sees another action of another than was executed."""
    continuation: Real = 1.0
    """Probability that another round follows; below 1 the players do not know how many there are."""
    feedback: Feedback = "actions"
    """What the players learn after a turn."""
    rule: str = ""
    """Name of the rule that pays, where there is no table."""
    knobs: dict[str, Real] = Field(default_factory=dict)
    """Numbers that the payoffs follow from."""
    span: tuple[Real, Real] | None = None
    """The least and the most that a seat can earn in a round, where that is known."""
    engine: str = ""
    """Library that plays the game, with its version; empty: ours."""


class Versions(Value):
    """What code and content this session is pinned to; a replay uses the same or says that it does not."""

    ethogram: str
    """Release that admitted the session."""
    templates: str
    """Digest of the scenario templates."""
    constitution: str
    """Digest of the constitution."""
    dictionary: str
    """Digest of the dictionary of strategies."""


class SessionAdmitted(Event, type="session.admitted"):
    """A start-training command was valid; the session begins and needs no other topic to be understood."""

    name: str
    """Name of the training."""
    mode: Mode
    """How the council gates it."""
    seed: int
    """Root of all chance in this session."""
    agents: tuple[AgentSpec, ...]
    """Resolved agents."""
    games: tuple[GameRules, ...]
    """Matches to be played, in order of pairing."""
    scenarios: ScenarioPlan | None = None
    """Scenarios that each agent faces."""
    arena: ArenaPlan | None = None
    """The arena in which all agents meet; its match stands among the games."""
    budget: Budget | None = None
    """What all agents together may spend."""
    recording: Recording | None = None
    """Set when nothing is played here: the session is made of recorded games."""
    versions: Versions
    """Pinned code and content."""
    constitution: Plain | None = None
    """What the agents are held to, where that is not the constitution of the release."""
    people: tuple[Person, ...] = ()
    """Who may steer it, by signed commands; where nobody is named, anybody may pause, resume and cancel."""
    gate: Real | None = None
    """What must be at stake in a turn for it to take effect only after the council; none: no turn waits."""
    judges: tuple[JudgeSpec, ...] | None = None
    """Models that sit in the council beside the four judges of the house; none: nobody does."""
    policies: tuple[ApprovalPolicy, ...] | None = None
    """Whom to ask for approval, of what; none: nobody is asked before it begins."""
    tenant: Slug | None = None
    """Whom the session belongs to; none: to `default`."""


class SessionRejected(Event, type="session.rejected"):
    """A start-training command was refused; the same words stand on its dead letter."""

    IDENTITY = ("command_id",)

    reason: str
    """What is wrong, where, and what would be valid."""
    command_id: str
    """The id of the refused record."""
    tenant: Slug | None = None
    """Whom it would have belonged to; none: to `default`."""


class SessionPaused(Event, type="session.paused"):
    """No new turn is presented until the session is resumed."""

    IDENTITY = ("command_id",)

    command_id: str
    """The id of the command that asked for it."""
    actor: str
    """Who asked."""
    reason: str = ""
    """Why."""
    turns: int = 0
    """Turns resolved when it took effect: a replay need not guess the order of the two topics."""


class SessionResumed(Event, type="session.resumed"):
    """The session goes on."""

    IDENTITY = ("command_id",)

    command_id: str
    """The id of the command that asked for it."""
    actor: str
    """Who asked."""
    reason: str = ""
    """Why."""
    turns: int = 0
    """Turns resolved when it took effect: a replay need not guess the order of the two topics."""


class AgentSwapped(Event, type="session.agent-swapped"):
    """An agent is reached in another way from its next turn on; turns that are before it are answered as they were."""

    IDENTITY = ("command_id",)

    command_id: str
    """The id of the command that asked for it."""
    agent: AgentSpec
    """How it is reached now."""
    before: AgentSpec
    """How it was reached."""
    actor: str
    """Who asked."""
    reason: str = ""
    """Why."""
    turns: int = 0
    """Turns resolved when it took effect."""


class SessionFinished(Event, type="session.finished"):
    """Play is over: every turn is resolved, or the session was cancelled. The council takes over."""

    turns: int
    """Turns resolved in all; who waits for the whole session waits for this many."""
    turns_by_agent: dict[AgentId, int] = Field(default_factory=dict)
    """Resolved turns in which each agent sat."""
    cancelled: bool = False
    """Whether it was ended early: by a person, or because a budget was used up."""
    actor: str | None = None
    """Who ended it early; `budget` where one was used up."""
    reason: str | None = None
    """Why it was cancelled."""
    ended_by: Literal["cancel", "budget", "approval"] | None = None
    """What ended it early: a command, a budget, or an approval that was not given."""


class SessionCompleted(Event, type="session.completed"):
    """The council has spoken; nothing more will be decided in this session."""

    cancelled: bool = False
    """Whether play ended early by a person's command."""


class SessionFailed(Event, type="session.failed"):
    """The session cannot go on."""

    reason: str
    """Why, in words for people."""
