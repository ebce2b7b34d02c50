"""A service is one value with three tables: what it decides, what it performs, what it projects."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from ethogram.events.base import Event, Value
from ethogram.events.envelope import Record

S = TypeVar("S", bound=Value)

Rule = Callable[[S, Any], tuple[S, Sequence[Event]]]
"""`(state, event) -> (new state, events)`: pure; raises InvalidRecord for what it can foresee to be wrong."""
Witness = Callable[[S, Record], tuple[S, Sequence[Event]]]
"""Like Decide, but for whole records of every type: only the auditor needs that."""
Project = Callable[[Any, Sequence[Record]], None]
"""`(connection, records) -> None`: idempotent by event id, runs in the transaction that settles the records."""
Refuse = Callable[[S, "Refusal"], Sequence[Event]]
"""`(state, refusal) -> events`: what to say about a command that was refused, beside its dead letter."""


@dataclass(frozen=True, slots=True)
class Whole(Generic[S]):
    """A rule that asks for the whole record: when it happened, who signed it."""

    rule: Callable[[S, Record], tuple[S, Sequence[Event]]]


Decide = Rule[S] | Whole[S]


@dataclass(frozen=True, slots=True)
class Deps:
    """What an effect may use: settings and the clock, given by the runtime."""

    settings: Any
    clock: Callable[[], float]
    """Seconds, monotonic."""


def _alone(event: Any, task: str) -> str:
    """A lane per event."""
    return str(event.id)


class NotYet(Exception):
    """Raised by an effect that has nothing to answer so far: its task is given back and asked again later."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(wait_s)
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that is done in the world because of an event, outside any transaction, once per task."""

    tasks: Callable[[Any], Sequence[str]]
    """Pure: the names of the tasks that an event asks for (seats, say); none means nothing to do."""
    run: Callable[[Any, str, Deps], Awaitable[Sequence[Event]]]
    """`(event, task, deps) -> events`: its answer enters the log once; a replay never calls it."""
    lane: Callable[[Any, str], str] = _alone
    """Pure: whose slots a task takes. Tasks of one lane run a few at a time, so that no lane can fill all slots."""
    answers: tuple[type[Event], ...] | None = None
    """Types of its events; none: whatever the service emits. Others without a number are a finding of a replay."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that could not be processed for a foreseen reason."""

    session_id: str
    record_id: str
    code: str
    message: str
    actor: str = "unknown"
    """Who asked, where that could be read."""
    time: str = ""
    """When it was written (RFC 3339)."""
    record: Record | None = field(default=None, compare=False, repr=False)
    """The record itself, where it could be read."""


@dataclass(frozen=True)
class Service(Generic[S]):
    """Everything there is to say about a service; group, client id, image and metrics label derive from its name."""

    name: str
    """With hyphens, e.g. `inference-worker`."""
    initial: S
    """State of a session that was never seen; its class parses stored states."""
    decides: Mapping[type[Event], Decide[S]] = field(default_factory=dict)
    performs: Mapping[type[Event], Effect] = field(default_factory=dict)
    projects: Mapping[type[Event], Project] = field(default_factory=dict)
    """Applied to consumed events, and to events of types that the service emits itself at the moment it emits them."""
    refuses: Mapping[type[Event], Refuse[S]] = field(default_factory=dict)
    emits: tuple[type[Event], ...] = ()
    witness: Witness[S] | None = None
    archives: Project | None = None
    """For a witness: stores every record as it came."""
    tidies: Callable[[Any, str], None] | None = None
    """`(connection, now) -> None`: removes rows whose time is over; called now and then, `now` in RFC 3339."""
    gathers: bool = False
    """Whether it may let records come together: no turn of a game waits for it."""
    signed: bool = False
    """Whether its records carry a detached signature."""
    pinned: Callable[[Sequence[Record]], Service[S]] | None = None
    """The same service under what the session of these records is pinned to; a replay asks for it."""

    @property
    def source(self) -> str:
        """CloudEvents source."""
        return f"/ethogram/{self.name}"

    @property
    def group(self) -> str:
        """Kafka consumer group."""
        return f"ethogram.{self.name}"

    def key_of(self, event: Event) -> str:
        """The key of the state that an event meets here; a witness keeps one per key on the bus."""
        return event.key if self.witness is not None else event.state_key

    def may_answer(self, event: Event) -> bool:
        """Whether an effect of this service can have made an event."""
        kinds = [effect.answers for effect in self.performs.values()]
        return any(kind is None or type(event) in kind for kind in kinds)

    @property
    def consumes(self) -> frozenset[type[Event]]:
        """Event types that it reads from the bus (a witness reads every topic that names it)."""
        return frozenset({*self.decides, *self.performs, *(set(self.projects) - set(self.emits))})
