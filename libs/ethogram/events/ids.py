"""Identity: every id derives from its cause, so a redelivery or a re-run mints the same one."""

from __future__ import annotations

from typing import NewType
from uuid import NAMESPACE_URL, UUID, uuid5

SessionId = NewType("SessionId", str)
AgentId = NewType("AgentId", str)
GameId = NewType("GameId", str)
EventId = NewType("EventId", str)

NAMESPACE = uuid5(NAMESPACE_URL, "ethogram")


def derive(*parts: object) -> str:
    """The UUID version 5 of `parts`; length-prefixed, so that ("a", "bc") and ("ab", "c") differ."""
    return str(uuid5(NAMESPACE, "".join(f"{len(text)}:{text}" for text in map(str, parts))))


def session_at(topic: str, partition: int, offset: int) -> SessionId:
    """The session id of a start-training command that brought none: it derives from where the command stands."""
    return SessionId(derive("session", topic, partition, offset))


def is_uuid(text: str) -> bool:
    """Whether `text` is a UUID in its canonical form."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
