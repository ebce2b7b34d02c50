"""Several processes of one service in one thread: the real worker and the real database, a broker in memory.

A process takes one turn when it is told to, dies where it is told to, and learns of a rebalance or does not. So every
order of events can be tried, and the same order again.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine

from ethogram.events.envelope import Headers, Position, Raw
from ethogram.runtime import clock, crashpoints
from ethogram.runtime.batch import read
from ethogram.runtime.crashpoints import CrashPoint, reached
from ethogram.runtime.effects import Answer
from ethogram.runtime.health import Health
from ethogram.runtime.partition import partition_of
from ethogram.runtime.producer import Outlet
from ethogram.runtime.retry import Patience
from ethogram.runtime.store import inbox, offsets, tasks
from ethogram.runtime.store.offsets import Place, Zombie
from ethogram.runtime.store.tasks import Lease
from ethogram.runtime.worker import Worker
from ethogram.topology import Deps, Service, catalogue

TIME = 1_795_000_000_000


class Died(BaseException):
    """This process was killed."""


def die() -> None:
    """What a crash point does here."""
    raise Died


@dataclass
class Broker:
    """Topics in memory."""

    logs: dict[Place, list[Raw]] = field(default_factory=lambda: defaultdict(list))
    began: int = TIME
    """When it took the first record, in milliseconds."""

    def append(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers) -> Raw:
        """Write one record; it comes back as it will be delivered."""
        log = self.logs[topic, partition_of(key or b"", catalogue().topics[topic].partitions["embedded"])]
        place = Position(topic, partition_of(key or b"", catalogue().topics[topic].partitions["embedded"]), len(log))
        raw = Raw(place, key, value, headers, self.began + len(log))
        log.append(raw)
        return raw

    def records(self, topic: str) -> list[Raw]:
        """Everything on a topic, in order per partition."""
        return [raw for place, log in sorted(self.logs.items()) if place[0] == topic for raw in log]


@dataclass
class Producer:
    """As confluent-kafka's: what is produced is on its way until it is polled, and acknowledged one poll later."""

    broker: Broker
    _waiting: list[Callable[[], Raw]] = field(default_factory=list)
    _reports: list[Callable[[Any, Any], None]] = field(default_factory=list)
    _written: list[Callable[[Any, Any], None]] = field(default_factory=list)

    def produce(self, topic: str, value: bytes, key: bytes, *, headers: list[Any], on_delivery: Any) -> None:
        """Take a message."""
        self._waiting.append(lambda: self.broker.append(topic, key, value, tuple(headers)))
        self._reports.append(on_delivery)

    def poll(self, _wait_s: float = 0.0) -> None:
        """One step further: what was written is acknowledged, what was on its way is written."""
        acknowledged, self._written = self._written, []
        for report in acknowledged:
            report(None, None)
        for write in self._waiting:
            write()
        self._waiting, self._written, self._reports = [], self._reports, []

    def flush(self, _wait_s: float = 0.0) -> int:
        """Everything is written and acknowledged."""
        self.poll()
        self.poll()
        return 0


class Subscription:
    """The partitions that a process believes to own."""

    def __init__(self, broker: Broker, engine: Engine, service: str, places: Iterable[Place]) -> None:
        self._broker = broker
        self._positions: dict[Place, int] = {}
        self.epochs: dict[Place, int] = {}
        for topic, partition in sorted(places):
            with engine.begin() as connection:
                claims = offsets.claim(connection, service, topic, "topic-1", [partition])
            for place, claim in claims.items():
                self._positions[place], self.epochs[place] = claim.next_offset, claim.epoch

    def take(self, limit: int) -> list[Raw]:
        """The next records."""
        taken: list[Raw] = []
        for place, position in self._positions.items():
            fresh = self._broker.logs[place][position : position + limit - len(taken)]
            self._positions[place] += len(fresh)
            taken.extend(fresh)
        return taken

    def hint(self, next_offsets: dict[Place, int], *, now: bool = False) -> None:
        """Nobody watches."""

    def pause(self) -> None:
        """A worker that has halted takes nothing."""

    @property
    def behind(self) -> bool:
        """Whether there is more to take."""
        return any(position < len(self._broker.logs[place]) for place, position in self._positions.items())


class Inlet:
    """One subscription."""

    def __init__(self, subscription: Subscription) -> None:
        self.subscriptions = [subscription]
        self.assigned, self._fresh = True, True

    def take(self, limit: int, _wait_s: float) -> tuple[Subscription, list[Raw]] | None:
        """The next records, if there are any."""
        raws = self.subscriptions[0].take(limit)
        return (self.subscriptions[0], raws) if raws else None

    def collect_fresh(self) -> bool:
        """Whether partitions came since the last call."""
        fresh, self._fresh = self._fresh, False
        return fresh


class Performer:
    """Leases tasks in one turn and has their answers in a later one: between them anything may happen."""

    def __init__(self, service: Service[Any], engine: Engine, holder: str) -> None:
        self._service, self._engine, self._holder = service, engine, holder
        self._held: list[Lease] = []
        self.slow = False
        """Whether what runs takes longer: perhaps longer than its lease, so that the task is taken up again."""
        with engine.begin() as connection:
            tasks.abandon(connection, service.name, holder)

    busy = False

    def wake(self) -> None:
        """It looks at every turn."""

    def answers(self) -> list[Answer]:
        """Answers to what was leased before; then leases what waits."""
        ended = [] if self.slow else self._held
        answers = [self._answer(lease) for lease in ended]
        with self._engine.begin() as connection:
            leased = tasks.lease(connection, self._service.name, self._holder, 10, 10, {})
        self._held = [*(self._held if self.slow else []), *leased]
        if leased:
            reached(CrashPoint.LEASED)
        return answers

    @property
    def behind(self) -> bool:
        """Whether answers are to come."""
        return bool(self._held)

    def _answer(self, lease: Lease) -> Answer:
        record = read(self._service, lease.raw).record
        assert record is not None
        effect = self._service.performs[type(record.event)]
        try:
            events: Sequence[Any] = asyncio.run(effect.run(record.event, lease.task, Deps(None, clock.monotonic)))
        except Exception as error:
            return Answer(lease, record, (), error)
        reached(CrashPoint.PERFORMED)
        return Answer(lease, record, events)


@dataclass
class Process:
    """One process: dead or alive."""

    service: Service[Any]
    engine: Engine
    broker: Broker
    instance: int
    worker: Worker[Any] | None = None
    inlet: Inlet | None = None
    performer: Performer | None = None

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.worker is not None

    @property
    def behind(self) -> bool:
        """Whether a turn would do anything."""
        waits = self.inlet is not None and self.inlet.subscriptions[0].behind
        return waits or (self.performer is not None and self.performer.behind)

    def start(self, places: Iterable[Place]) -> None:
        """Start it, as the owner of these partitions."""
        self.inlet = Inlet(Subscription(self.broker, self.engine, self.service.name, places))
        self.performer = Performer(self.service, self.engine, f"{self.service.name}-{self.instance}")
        patience = Patience(self.service.name, Health(self.service.name))
        outlet: Any = Outlet(self.service.name, Producer(self.broker))  # type: ignore[arg-type]
        given: Any = (self.inlet, outlet, patience, self.performer)
        self.worker = Worker(self.service, self.engine, *given)

    def assign(self, places: Iterable[Place]) -> None:
        """Other partitions, after a rebalance that it took part in."""
        if self.worker is not None and self.inlet is not None:
            fresh = Inlet(Subscription(self.broker, self.engine, self.service.name, places))
            self.inlet.subscriptions, self.inlet._fresh = fresh.subscriptions, True

    def turn(self, crash_at: CrashPoint | None = None, passes: int = 1) -> bool:
        """One turn; False if it died in it. A zombie ends itself, as the process does."""
        if self.worker is None:
            return False
        crashpoints.arm(f"{crash_at}:{passes}" if crash_at else None, die)
        try:
            self.worker.turn()
        except (Died, Zombie):
            self.kill()
        finally:
            crashpoints.arm(None)
        return self.alive

    def kill(self) -> None:
        """As by `kill -9`: nothing is cleaned up."""
        self.worker = self.inlet = self.performer = None


def expire_leases(engine: Engine, service: str) -> None:
    """Time passes: every lease is over, whoever holds it."""
    late = "UPDATE tasks SET leased_until = now() - interval '1 second' WHERE service = %(service)s" \
           " AND done_at IS NULL AND leased_until < 'infinity'"  # fmt: skip
    with engine.begin() as connection:
        connection.exec_driver_sql(late, {"service": service})


def grow_old(engine: Engine, service: str) -> None:
    """Months pass: every row of the inbox that may be trimmed is."""
    aged = "UPDATE inbox SET received_at = received_at - interval '1 year' WHERE service = %(service)s"
    with engine.begin() as connection:
        connection.exec_driver_sql(aged, {"service": service})
        inbox.trim(connection, service)
