"""The in-memory driver: runs services over records without a broker, for tests and for the replayer."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic

from ethogram.events.base import Event
from ethogram.events.envelope import Position, Record
from ethogram.events.errors import InvalidRecord
from ethogram.events.ids import EventId
from ethogram.topology.catalogue import catalogue
from ethogram.topology.machine import Kept, performed, step
from ethogram.topology.service import S, Service

Answer = Callable[[Any, str], Sequence[Event]]
"""Stands for an effect in memory: `(event, task) -> events`."""


@dataclass
class Driver(Generic[S]):
    """One service in memory: give it records, get records; the same step as behind Kafka."""

    service: Service[S]
    kept: dict[str, Kept[S]] = field(default_factory=dict)
    emitted: list[Record] = field(default_factory=list)
    rejected: list[tuple[Record, InvalidRecord]] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)

    def feed(self, record: Record) -> tuple[Record, ...]:
        """Let the service decide on one record; a repeated id is passed over."""
        if record.id in self._known:
            return ()
        self._known.add(record.id)
        key = self.service.key_of(record.event)
        done = step(self.service, self.kept.get(key, Kept(self.service.initial)), record)
        self.kept[key] = done.kept
        if done.rejection:
            self.rejected.append((record, done.rejection))
        self.emitted.extend(done.emitted)
        return done.emitted

    def state(self, key: str) -> S:
        """State of one key."""
        return self.kept.get(key, Kept(self.service.initial)).state


def drive(service: Service[S], records: Iterable[Record]) -> Driver[S]:
    """Feed all records to a fresh service."""
    driver = Driver(service)
    for record in records:
        driver.feed(record)
    return driver


@dataclass
class Bus:
    """Several services on one bus in memory: every record reaches every service that reads its topic."""

    services: Sequence[Service[Any]]
    answers: dict[type[Event], Answer] = field(default_factory=dict)
    """Stands for the effects, by the event that asks for them."""
    log: list[Record] = field(default_factory=list)
    _offsets: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def __post_init__(self) -> None:
        self.drivers = {service.name: Driver(service) for service in self.services}

    def play(self, *commands: Event) -> list[Record]:
        """Publish commands and run until the bus is quiet; the whole log comes back."""
        waiting = deque(self._placed(command_record(command)) for command in commands)
        while waiting:
            record = waiting.popleft()
            self.log.append(record)
            for driver in self.drivers.values():
                waiting.extend(self._placed(made) for made in self._deliver(driver, record))
        return self.log

    def _deliver(self, driver: Driver[Any], record: Record) -> list[Record]:
        service = driver.service
        if service.witness is None and not self._reads(service, record):
            return []
        made = list(driver.feed(record))
        effect = service.performs.get(type(record.event))
        if effect:
            for task in effect.tasks(record.event):
                answer = self.answers[type(record.event)]
                made.extend(performed(service, record, answer(record.event, task), record.time))
        return made

    @staticmethod
    def _reads(service: Service[Any], record: Record) -> bool:
        # by topic, not by type, as from Kafka: the numbers of a writer count all that it wrote to a topic
        topics = {catalogue().topic_of(event_type).name for event_type in service.consumes}
        return catalogue().topic_of(type(record.event)).name in topics

    def _placed(self, record: Record) -> Record:
        topic = catalogue().topic_of(type(record.event)).name
        offset = self._offsets[topic]
        self._offsets[topic] += 1
        return Record(**{**_fields(record), "position": Position(topic, 0, offset)})


def _fields(record: Record) -> dict[str, Any]:
    return {name: getattr(record, name) for name in Record.__slots__}


def command_record(command: Event, *, time: str = "2026-01-01T00:00:00Z", source: str = "/test") -> Record:
    """A command as a writer would put it on the bus."""
    return Record(event=command, id=EventId(command.id), source=source, time=time, correlation=command.session_id)
