"""What every event is: a frozen, versioned fact (or command) that knows its type, its id and its key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict

from ethogram.events.canonical import canonical, digest
from ethogram.events.ids import EventId, SessionId, derive


class Value(BaseModel):
    """A frozen part of an event or of a state; unknown fields are refused when we write one."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)


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
    BY_TYPE: ClassVar[dict[str, type[Event]]] = {}

    session_id: SessionId
    """The session that this belongs to; also the key of its record."""

    def __init_subclass__(cls, *, type: str = "", version: int = 1, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if type:
            cls.TYPE = f"ethogram.{type}.v{version}"
            cls.VERSION = version
            cls.BY_TYPE[cls.TYPE] = cls

    @property
    def id(self) -> EventId:
        """The deterministic id: uuid5 over session, type and the identity fields."""
        return EventId(derive(self.TYPE, self.session_id, *(getattr(self, name) for name in self.IDENTITY)))

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
    def read(cls, payload: Mapping[str, Any]) -> Self:
        """Parse a payload: commands strictly, facts tolerantly (fields of a later version are passed over)."""
        return cls.model_validate(payload, extra="forbid" if cls.COMMAND else "ignore")
