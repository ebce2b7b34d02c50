"""A service inside Faust: Faust delivers, the same settling code as everywhere else decides what counts.

Faust is stateless here and at-least-once. It loses what a handler raises on, may commit past a record in flight and
sometimes stops without a word; therefore no handler raises, a gap in a session's sequence is read again from Kafka, a
sweep finds lost tails, and a watchdog ends the process when Faust delivers nothing although there is something.
"""

from __future__ import annotations

import asyncio
import os
import ssl
import threading
from collections.abc import Mapping, Sequence
from typing import Any, Generic, NoReturn

import faust
from faust.auth import SASLCredentials, SSLCredentials
from sqlalchemy import Engine

from ethogram.events.envelope import Position, Raw
from ethogram.runtime import clock, telemetry
from ethogram.runtime.batch import Sign
from ethogram.runtime.health import Health, serve
from ethogram.runtime.housekeeping import Housekeeping
from ethogram.runtime.process import die, leave, prepare
from ethogram.runtime.producer import hand_over, open_outlet, relay, settle_acknowledged
from ethogram.runtime.recorder import Recorder
from ethogram.runtime.reread import Lagging, Rereader, lagging
from ethogram.runtime.retry import Patience
from ethogram.runtime.settings import Settings
from ethogram.runtime.settle import GapFound, Settler, next_offsets
from ethogram.runtime.store.engine import connect
from ethogram.runtime.worker import GATHER_S
from ethogram.topology import Service, catalogue
from ethogram.topology.service import S

BATCH = 200
WITHIN_S = 0.005
SWEEP_EVERY_S = 2.0
SILENT_SWEEPS = 15
"""Sweeps that find something missing while Faust delivers nothing, before the process ends: 30 seconds."""


class Station(Generic[S]):
    """What Faust delivers to: settles records in a thread, one batch at a time."""

    def __init__(self, service: Service[S], settings: Settings, engine: Engine, sign: Sign | None) -> None:
        bootstrap = settings.kafka_bootstrap_servers
        client_id = f"{service.name}-{settings.instance}-{os.getpid()}"
        self._service = service
        self._engine = engine
        self._settler = Settler(service, engine, sign)
        self._house = Housekeeping(service, engine)
        self._outlet = open_outlet(service.name, bootstrap, client_id)
        self._rereader = Rereader(bootstrap, f"{client_id}-again")
        self._one_at_a_time = threading.Lock()
        self.health = Health(service.name)
        self._patience = Patience(service.name, self.health)
        self._delivered = False
        self._silent_sweeps = 0
        self._behind: set[Lagging] = set()
        self._reached: dict[tuple[str, int], int] = {}
        self.halted = False

    def deliver(self, raws: Sequence[Raw]) -> None:
        """Settle what Faust brings; what is missing before it is read again first."""
        with self._one_at_a_time:
            self._delivered = True
            if self.halted:
                return
            try:
                self._settle(raws, True)
            except GapFound as gap:
                self._rereader.before(gap.raws, self._settle_again)
                self._settle(raws, False)
            self._reached |= next_offsets(raws)

    def assigned(self) -> None:
        """Partitions came: what their last owner left behind goes out first."""
        with self._one_at_a_time:
            relayed = self._patience.insist(lambda: relay(self._engine, self._outlet, self._service.name))
        self.health.clear("starting")
        telemetry.log().info("partitions assigned", relayed=relayed)

    def measure(self, ends: Mapping[tuple[str, int], int], committed: Mapping[tuple[str, int], int]) -> None:
        """Tell the lag: `ends` of the partitions that Faust holds, and how far it began where nothing came yet."""
        starts = {place: max(self._reached.get(place, 0), committed.get(place, 0)) for place in ends}
        lag = sum(max(0, end - starts[place]) for place, end in ends.items())
        telemetry.LAG.labels(self._service.name).set(lag)
        telemetry.UNPUBLISHED.labels(self._service.name).set(self._outlet.in_flight)

    def sweep(self) -> None:
        """Find sessions that did not move although more was sent, and read their rest again."""
        self.health.beat()
        with self._one_at_a_time:
            self._outlet.poll()
            self._patience.insist(self._mark)
            if self._house.is_due:
                self._patience.insist(self._house.keep)
            behind = self._patience.insist(lambda: lagging(self._engine, self._service))
            stuck = behind & self._behind
            silent = not self._delivered
            self._behind, self._delivered = behind, False
            if not (stuck and silent) or self.halted:
                self._silent_sweeps = 0 if not silent else self._silent_sweeps
                return
            self._silent_sweeps += 1
            if self._silent_sweeps > SILENT_SWEEPS:
                raise RuntimeError("Faust delivers nothing although records wait")
            self._rereader.tail(stuck, self._settle_again)

    def close(self) -> None:
        """Send what is settled, and mark it."""
        with self._one_at_a_time:
            self._outlet.flush(8.0)
            self._mark()

    def _settle_again(self, raws: Sequence[Raw], gaps: bool) -> None:
        for at in range(0, len(raws), BATCH):
            self._settle(raws[at : at + BATCH], gaps)
        telemetry.REREAD.labels(self._service.name).inc(len(raws))

    def _settle(self, raws: Sequence[Raw], gaps: bool) -> None:
        sent = self._outlet.sent
        settled = self._patience.insist(lambda: self._settler.settle(raws, sent=sent, gaps=gaps))
        self._outlet.forget(sent)
        doubtful = self._patience.doubt()
        hand_over(self._engine, self._outlet, self._service.name, settled.posted, doubtful=doubtful)
        if settled.halted:
            self._halt()

    def _halt(self) -> None:
        self.halted = True
        self.health.hold("halted", "too many unforeseen errors: see `ethogram dlq list`; restart after the fix")
        telemetry.HALTED.labels(self._service.name).set(1)
        telemetry.log().error("halted: too many unforeseen errors; fix the cause, restart, redrive the dead letters")

    def _mark(self) -> None:
        with self._engine.connect() as connection:
            settle_acknowledged(connection, self._outlet)


def run(service: Service[Any], *, sign: Sign | None = None, settings: Settings | None = None) -> NoReturn:
    """Run a service as a Faust application until SIGTERM; anything unexpected ends the process with code 1."""
    chosen = prepare(service, settings)
    try:
        engine = connect(chosen.database_url, service.name)
        station = Station(service, chosen, engine, sign)
        serve(station.health, chosen.health_port, chosen.health_host)
        recorder = Recorder(engine, service.name, chosen.instance, lambda: station.health.ready).start()
        telemetry.log().info("started", instance=chosen.instance, pid=os.getpid())
        app = application(service, chosen, station)
        worker = faust.Worker(app, quiet=True, override_logging=False, redirect_stdouts=False, loglevel="WARNING")
        try:
            worker.execute_from_commandline()
        except SystemExit as ended:
            if ended.code:
                raise
        station.close()
        recorder.stop()
        telemetry.log().info("stopped")
    except BaseException:
        die()
    leave(0)


def application(service: Service[Any], settings: Settings, station: Station[Any]) -> Any:
    """The Faust application of a service: raw bytes, no tables, no web server, no leader topic."""
    if service.performs:
        raise ValueError(f"{service.name} performs effects; only the plain runtime does that")
    folder = settings.home / "faust" / f"{service.name}-{settings.instance}"
    folder.mkdir(parents=True, exist_ok=True)
    app = faust.App(
        service.group,
        broker=[f"kafka://{address}" for address in settings.kafka_bootstrap_servers.split(",")],
        broker_credentials=credentials(settings),
        broker_client_id=f"{service.name}-{settings.instance}",
        broker_session_timeout=10,
        broker_rebalance_timeout=15,
        broker_heartbeat_interval=2,
        consumer_group_instance_id=f"{service.name}-{settings.instance}",
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=5_500_000,
        processing_guarantee="at_least_once",
        topic_disable_leader=True,
        topic_allow_declare=False,
        web_enabled=False,
        autodiscover=False,
        datadir=folder,
        store="memory://",
    )
    names = [topic.name for topic in catalogue().consumed_by(service.name)]
    topic = app.topic(*names, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")

    async def settle(stream: Any) -> None:
        async for events in stream.take_events(BATCH, within=WITHIN_S):
            began = clock.monotonic()
            await _or_die(station.deliver, [raw_of(event.message) for event in events])
            if service.gathers and len(events) < BATCH:
                await asyncio.sleep(began + GATHER_S - clock.monotonic())
            while station.halted:  # going on would acknowledge what is not settled
                await asyncio.sleep(1)

    async def sweep() -> None:
        while True:
            await asyncio.sleep(SWEEP_EVERY_S)
            station.measure(*_offsets(app.consumer))
            await _or_die(station.sweep)

    async def assigned(*_given: object, **_named: object) -> None:
        await _or_die(station.assigned)

    app.agent(topic, concurrency=1)(settle)
    app.task(sweep)
    signal: Any = app.on_partitions_assigned
    signal.connect(assigned, weak=False)
    return app


def credentials(settings: Settings) -> Any:
    """TLS and user at the brokers (runtime/brokers.py), as Faust wants them."""
    protocol = settings.kafka_security_protocol
    if protocol == "PLAINTEXT":
        return None
    context = ssl.create_default_context(cafile=settings.kafka_ca) if protocol.endswith("SSL") else None
    if protocol == "SSL":
        return SSLCredentials(context)
    return SASLCredentials(
        username=settings.kafka_username,
        password=settings.kafka_password.get_secret_value(),
        mechanism=settings.kafka_sasl_mechanism,
        ssl_context=context,
    )


def raw_of(message: Any) -> Raw:
    """A message of Faust as the envelope knows it."""
    headers = message.headers.items() if isinstance(message.headers, dict) else (message.headers or ())
    return Raw(
        position=Position(message.topic, message.partition, message.offset),
        key=message.key,
        value=message.value,
        headers=tuple((name, value or b"") for name, value in headers),
        timestamp=max(0, round((message.timestamp or 0) * 1000)),
    )


def _offsets(consumer: Any) -> tuple[dict[tuple[str, int], int], dict[tuple[str, int], int]]:
    """Ends of the partitions that a Faust consumer holds, and its committed offsets, without asking the broker."""
    held = list(consumer.assignment())
    ends = {(each.topic, each.partition): consumer.highwater(each) or 0 for each in held}
    committed = {(each.topic, each.partition): consumer._committed_offset[each] or 0 for each in held}
    return ends, committed


async def _or_die(act: Any, *given: Any) -> None:
    """Run `act` in a thread. Faust acknowledges what a handler raises on, so nothing may be raised in one."""
    try:
        await asyncio.to_thread(act, *given)
    except Exception:
        die()
