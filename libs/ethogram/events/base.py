"""What every event is: a frozen, versioned fact (or command) that knows its type, its id and its key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict

from ethogram.events.canonical import canonical, digest
from ethogram.events.ids import EventId, SessionId, derive


class Value(BaseModel):
    """A frozen part of an event or of a state; unknown fields are refused when we write one."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)


Upcast = Callable[[dict[str, Any]], dict[str, Any]]
"""`payload -> payload`: what a payload says in the words of the next version. Pure; the identity fields stay."""


class Event(Value):
    """Base of all events. Subclasses name their type: `class TurnResolved(Event, type="turn.resolved")`."""

    TYPE: ClassVar[str] = ""
    """CloudEvents type, `ethogram.<entity>.<what-happened>.v<version>`."""
    VERSION: ClassVar[int] = 1
    IDENTITY: ClassVar[tuple[str, ...]] = ()
    """Fields that, with type and session, make this event the same event when it is made again."""
    VOLATILE: ClassVar[frozenset[str]] = frozenset()
    """Fields that digests leave out: wall time, latency, cost."""
    COMMAND: ClassVar[bool] = False
    """A command is written by anybody (its id is the writer's) and read strictly; a fact is ours."""
    UPCASTS: ClassVar[Mapping[int, Upcast]] = {}
    """By older version, how its payload is told in the version after it; what has no entry is not read any more."""
    IDS: ClassVar[str] = ""
    """What ids derive from: the type's first version, so that a fact has one id in every version."""
    BY_TYPE: ClassVar[dict[str, type[Event]]] = {}
    BY_IDS: ClassVar[dict[str, type[Event]]] = {}

    session_id: SessionId
    """The session that this belongs to; also the key of its record."""

    def __init_subclass__(cls, *, type: str = "", version: int = 1, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if type:
            cls.TYPE = f"ethogram.{type}.v{version}"
            cls.VERSION = version
            cls.IDS = f"ethogram.{type}.v1"
            cls.BY_TYPE[cls.TYPE] = cls.BY_IDS[cls.IDS] = cls

    @property
    def id(self) -> EventId:
        """The deterministic id: uuid5 over session, type and the identity fields."""
        return EventId(derive(self.IDS, self.session_id, *(getattr(self, name) for name in self.IDENTITY)))

    @property
    def key(self) -> str:
        """The key of its record on the bus."""
        return self.session_id

    @property
    def state_key(self) -> str:
        """The key of the state that it meets in a service that decides on it."""
        return self.key

    def body(self) -> bytes:
        """The payload as canonical JSON; fields that are None are left out."""
        return canonical(self.model_dump(mode="json", exclude_none=True))

    def digest(self) -> str:
        """SHA-256 over the canonical payload without its volatile fields."""
        return digest(canonical(self.model_dump(mode="json", exclude_none=True, exclude=set(self.VOLATILE))))

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Its types in all versions that are read, today's first."""
        stem = cls.TYPE.rpartition(".v")[0]
        return (cls.TYPE, *(f"{stem}.v{version}" for version in sorted(cls.UPCASTS, reverse=True)))

    @classmethod
    def upcast(cls, version: int, payload: Mapping[str, Any]) -> dict[str, Any]:
        """A payload of an older version in the words of this one; KeyError and such if it is none."""
        told = dict(payload)
        for older in range(version, cls.VERSION):
            told = cls.UPCASTS[older](told)
        return told

    @classmethod
    def read(cls, payload: Mapping[str, Any]) -> Self:
        """Parse a payload: commands strictly, facts tolerantly (fields of a later version are passed over)."""
        return cls.model_validate(payload, extra="forbid" if cls.COMMAND else "ignore")
