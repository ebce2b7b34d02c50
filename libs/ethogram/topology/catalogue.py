"""The catalogue of topics: loaded once from topics/catalog.yaml, refused if a key is unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

import ethogram.events as vocabulary
from ethogram.events.base import Event
from ethogram.events.explanation import explain

CATALOG = Path(__file__).parent.parent / "_topics" / "catalog.yaml"


class Topic(BaseModel):
    """One topic of the bus."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))

    name: str
    about: str
    events: tuple[str, ...]
    """Class names in ethogram.events; the model is the schema."""
    key: str
    partitions: dict[str, int]
    """Per deployment: embedded, production."""
    retention_days: int | Literal["forever"]
    cleanup: Literal["delete", "compact"]
    max_message_bytes: int
    producers: tuple[str, ...]
    consumers: tuple[str, ...]
    control: bool = False
    """Control topics have a consumer of their own, so that data waiting elsewhere does not hold them up."""
    bare: str | None = None
    """Event type of a body without headers."""
    raw: bool = False
    """Carries records as they came, without an event type."""

    @cached_property
    def types(self) -> Mapping[str, type[Event]]:
        """Its events by CloudEvents type."""
        classes = [event_class(name) for name in self.events]
        return {cls.TYPE: cls for cls in classes}

    @cached_property
    def bare_type(self) -> type[Event] | None:
        """The event class of a body without headers."""
        return event_class(self.bare) if self.bare else None

    @property
    def config(self) -> dict[str, str]:
        """Kafka's configuration entries for it."""
        forever = self.retention_days == "forever"
        milliseconds = -1 if forever else int(self.retention_days) * 86_400_000
        return {
            "cleanup.policy": self.cleanup,
            "retention.ms": str(milliseconds),
            "max.message.bytes": str(self.max_message_bytes),
        }


def event_class(name: str) -> type[Event]:
    """The event class called `name`; KeyError with the known names if there is none."""
    found = getattr(vocabulary, name, None)
    if not (isinstance(found, type) and issubclass(found, Event) and found.TYPE):
        known = ", ".join(sorted(cls.__name__ for cls in Event.BY_TYPE.values()))
        raise KeyError(f"{name!r} is no event; known: {known}")
    return found


class Catalogue:
    """All topics, and which topic an event belongs on."""

    def __init__(self, topics: Iterable[Topic]) -> None:
        self.topics: dict[str, Topic] = {}
        self._topic_of: dict[type[Event], Topic] = {}
        for topic in topics:
            self._add(topic)

    def _add(self, topic: Topic) -> None:
        if topic.name in self.topics:
            raise ValueError(f"{topic.name} stands twice in the catalogue")
        self.topics[topic.name] = topic
        for cls in topic.types.values():
            if cls in self._topic_of:
                raise ValueError(f"{cls.__name__} is on {self._topic_of[cls].name} and on {topic.name}; one is allowed")
            self._topic_of[cls] = topic

    def topic_of(self, event_type: type[Event]) -> Topic:
        """The one topic that carries this event."""
        return self._topic_of[event_type]

    def consumed_by(self, service: str) -> tuple[Topic, ...]:
        """Topics that name this service as a consumer."""
        return tuple(topic for topic in self.topics.values() if service in topic.consumers)

    @property
    def dead_letters(self) -> Topic:
        """The raw topic for records that a service could not process."""
        return next(topic for topic in self.topics.values() if topic.raw)


def parse_catalogue(text: str) -> Catalogue:
    """Read a catalogue; ValueError names the topic and key that are wrong."""
    document: dict[str, Any] = yaml.safe_load(text)
    if set(document) != {"defaults", "topics"}:
        raise ValueError(f"the catalogue has the keys {', '.join(map(str, document))}; expected defaults, topics")
    return Catalogue(_topic({**document["defaults"], **entry}) for entry in document["topics"])


def _topic(entry: dict[str, Any]) -> Topic:
    try:
        return Topic.model_validate(entry)
    except ValidationError as error:
        raise ValueError(f"{entry.get('name', 'a topic without a name')}: {explain(error, Topic)}") from None


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The catalogue of this release."""
    return parse_catalogue(CATALOG.read_text(encoding="utf-8"))
