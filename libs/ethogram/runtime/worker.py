"""One process of one service: the loop that takes records, settles them, and sends what follows."""

from __future__ import annotations

from typing import Generic

from sqlalchemy import Engine

from ethogram.events.envelope import Raw
from ethogram.runtime import clock, telemetry
from ethogram.runtime.answers import settle_answers
from ethogram.runtime.batch import Sign
from ethogram.runtime.consumer import BATCH, Inlet, Subscription
from ethogram.runtime.crashpoints import CrashPoint, reached
from ethogram.runtime.effects import Performer
from ethogram.runtime.housekeeping import Housekeeping
from ethogram.runtime.producer import Outlet, hand_over, relay, settle_acknowledged
from ethogram.runtime.retry import Patience
from ethogram.runtime.settle import Settled, Settler, next_offsets
from ethogram.topology import Service
from ethogram.topology.service import S

WAIT_S = 0.05
WAIT_BUSY_S = 0.005
"""While effects run, their answers are looked for this often."""
WORK_S = 0.1
"""Work that one batch may be: what a control record waits for at most."""
GATHER_S = 0.05
"""Time between two batches of a service that gathers; whatever comes after a longer rest is settled at once."""
SMALLEST_BATCH = 10
GRACE_S = 8.0
"""Time for running effects to end when the process is asked to stop."""
MEASURE_S = 2.0


class Worker(Generic[S]):
    """One process of one service."""

    def __init__(
        self, service: Service[S], engine: Engine, inlet: Inlet, outlet: Outlet, patience: Patience,
        performer: Performer | None = None, sign: Sign | None = None,
    ) -> None:  # fmt: skip
        self._service = service
        self.engine = engine
        self._inlet = inlet
        self._outlet = outlet
        self._patience = patience
        self._performer = performer
        self._sign = sign
        self._settler = Settler(service, engine, sign)
        self._stopping = False
        self._halted = False
        self._batch = SMALLEST_BATCH
        self._house = Housekeeping(service, engine)
        self._gather_until = self._measured_at = 0.0
        self.health = patience.health
        patience.stopping = lambda: self._stopping

    def stop(self) -> None:
        """Ask for the end: the batch in hand is finished, running effects get a moment."""
        self._stopping = True

    def work(self) -> None:
        """Settle records until asked to stop. Whatever comes out of here is the end of the process."""
        if self._performer:
            self._performer.start()
        while not self._stopping:
            self.health.beat()
            self.turn()
            self._measure()
        self._drain()

    def turn(self) -> None:
        """Once round: answers of effects first, then the next records, else whatever is left to do."""
        self._outlet.poll()
        self._enter_answers()
        self._gather()
        busy = self._performer is not None and self._performer.busy
        taken = self._inlet.take(self._batch, WAIT_BUSY_S if busy else WAIT_S)
        self._after_assignment()
        if taken and not self._halted:
            self._settle(*taken)
        elif not taken:
            self._rest()

    def _gather(self) -> None:
        """One transaction for many records costs little more than one for a single record."""
        while self._service.gathers and (left := self._gather_until - clock.monotonic()) > 0:
            self._outlet.poll(left)

    def _settle(self, subscription: Subscription, raws: list[Raw]) -> None:
        started = clock.monotonic()
        self._gather_until = 0.0 if len(raws) >= self._batch else started + GATHER_S
        sent = self._outlet.sent
        epochs = subscription.epochs
        settled = self._patience.insist(lambda: self._settler.settle(raws, epochs=epochs, sent=sent))
        self._outlet.forget(sent)
        self._send(settled)
        if self._performer and settled.tasks:
            self._performer.wake()
        self._adapt(len(raws), clock.monotonic() - started)
        if not settled.halted:
            subscription.hint(next_offsets(raws))
            reached(CrashPoint.HINTED)

    def _send(self, settled: Settled) -> None:
        doubtful = self._patience.doubt()
        hand_over(self.engine, self._outlet, self._service.name, settled.posted, doubtful=doubtful)
        if settled.halted:
            self._halt()

    def _enter_answers(self) -> None:
        answers = self._performer.answers() if self._performer else []
        if not answers:
            return
        sent = self._outlet.sent
        settled = self._patience.insist(
            lambda: settle_answers(self._service, self.engine, self._sign, answers, sent, self._settler.limit)
        )
        self._outlet.forget(sent)
        self._send(settled)

    def _after_assignment(self) -> None:
        if not self._inlet.collect_fresh():
            return
        if self._inlet.assigned:
            self.health.clear("starting")
        relayed = self._patience.insist(lambda: relay(self.engine, self._outlet, self._service.name))
        partitions = sum(len(subscription.epochs) for subscription in self._inlet.subscriptions)
        telemetry.log().info("partitions assigned", partitions=partitions, relayed=relayed)

    def _rest(self) -> None:
        if self._outlet.sent.published:
            reached(CrashPoint.ACKNOWLEDGED)
            self._patience.insist(self._mark)
        for subscription in self._inlet.subscriptions:
            subscription.hint({})
        if self._house.is_due:
            self._patience.insist(self._house.keep)

    def _mark(self) -> None:
        with self.engine.connect() as connection:
            settle_acknowledged(connection, self._outlet)

    def _measure(self) -> None:
        if clock.monotonic() - self._measured_at < MEASURE_S:
            return
        self._measured_at = clock.monotonic()
        telemetry.UNPUBLISHED.labels(self._service.name).set(self._outlet.in_flight)
        lag = sum(subscription.lag() for subscription in self._inlet.subscriptions)
        telemetry.LAG.labels(self._service.name).set(lag)

    def _adapt(self, count: int, seconds: float) -> None:
        """Choose the size of the next batch, so that it is about a tenth of a second of work."""
        if count < self._batch and seconds < WORK_S:
            return
        fitting = int(count * WORK_S / max(seconds, 0.001))
        self._batch = max(SMALLEST_BATCH, min(BATCH, fitting, self._batch * 2))

    def _halt(self) -> None:
        if self._halted:
            return
        self._halted = True
        for subscription in self._inlet.subscriptions:
            subscription.pause()
        self.health.hold("halted", "too many unforeseen errors: see `ethogram dlq list`; restart after the fix")
        telemetry.HALTED.labels(self._service.name).set(1)
        telemetry.log().error("halted: too many unforeseen errors; fix the cause, restart, redrive the dead letters")

    def _drain(self) -> None:
        self.health.hold("stopping", "asked to stop")
        if self._performer:
            self._performer.stop(GRACE_S)
            self._enter_answers()
        self._outlet.flush(GRACE_S)
        self._mark()
        for subscription in self._inlet.subscriptions:
            subscription.hint({}, now=True)
            subscription.close()
        telemetry.log().info("stopped")
