"""Effects: what a service does in the world, on leased tasks, beside the loop that settles records."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections import Counter
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sqlalchemy import Engine

from ethogram.events import Event, TransientError
from ethogram.events.envelope import Record
from ethogram.runtime import clock, telemetry, tracing
from ethogram.runtime.batch import read
from ethogram.runtime.crashpoints import CrashPoint, reached
from ethogram.runtime.store import tasks
from ethogram.runtime.store.engine import is_transient
from ethogram.runtime.store.tasks import LEASE_S, Lease
from ethogram.topology import Deps, NotYet, Service

LOOK_EVERY_S = 1.0
"""How often it looks for tasks whose lease has ended."""
TRIES = 3
FIRST_PAUSE_S = 0.2


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a task: events, or an error."""

    lease: Lease
    record: Record
    events: Sequence[Event] = ()
    error: Exception | None = None
    attempts: int = 1
    traceparent: str | None = None
    """Context of what was done, for the records that come of it."""


class Slots(NamedTuple):
    """How many effects run at the same time."""

    at_once: int
    """In all."""
    per_lane: int
    """Of one lane."""


class Performer:
    """Runs effects of leased tasks on an event loop in a thread of its own; answers are collected by the main loop."""

    def __init__(self, service: Service[Any], engine: Engine, deps: Deps, holder: str, slots: Slots) -> None:
        self._service = service
        self._holder = holder
        self._engine = engine
        self._deps = deps
        self._slots = slots
        self._answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self._running: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._leases: dict[tuple[str, str], Lease] = {}
        """The latest lease of each task that runs here."""
        self._loop = asyncio.new_event_loop()
        self._wake = asyncio.Event()
        self._stopping = False
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="effects", daemon=True)

    def start(self) -> None:
        """Begin; tasks that an earlier process left behind come first."""
        self._thread.start()

    def wake(self) -> None:
        """There are new tasks."""
        self._loop.call_soon_threadsafe(self._wake.set)

    @property
    def busy(self) -> bool:
        """Whether answers are to be expected soon."""
        return bool(self._running)

    def answers(self, limit: int = 500) -> list[Answer]:
        """Answers that are there; the thread's own failure, if it has one, is raised here."""
        if self._failure is not None:
            raise self._failure
        collected: list[Answer] = []
        with suppress(queue.Empty):
            while len(collected) < limit:
                collected.append(self._answers.get_nowait())
        return collected

    def stop(self, grace_s: float) -> None:
        """Take no more tasks, wait for those that run, and give back what is left."""
        self._stopping = True
        self.wake()
        self._thread.join(grace_s)
        unfinished = list(self._leases.values())
        if unfinished:
            with suppress(Exception), self._engine.begin() as connection:
                tasks.release(connection, self._service.name, unfinished)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._work())
        except BaseException as failure:
            self._failure = failure

    async def _work(self) -> None:
        await self._in_database(self._abandon)
        renewing = self._watched(self._renew())
        while not self._stopping:
            self._wake.clear()
            await self._take()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), LOOK_EVERY_S)
        if self._running:
            await asyncio.wait(self._running.values())
        renewing.cancel()

    def _watched(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """A task whose unforeseen end is the end of the process, not a silence."""
        task = self._loop.create_task(work)
        task.add_done_callback(self._note_end)
        return task

    def _note_end(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            self._failure = task.exception()

    async def _take(self) -> None:
        while (free := self._slots.at_once - len(self._running)) > 0:
            busy = Counter(lease.lane for lease in self._leases.values())
            leased = await self._in_database(self._lease, free, busy)
            for lease in leased or ():
                reached(CrashPoint.LEASED)
                self._leases[lease.key] = lease
                if lease.key not in self._running:  # else it ran on here after its lease had ended
                    self._running[lease.key] = self._watched(self._perform(lease))
            lanes = Counter(lease.lane for lease in self._leases.values())
            if not leased or max(lanes.values(), default=0) < self._slots.per_lane:
                return  # no lane is full, so what was not leased is not there

    async def _perform(self, lease: Lease) -> None:
        telemetry.EFFECTS.labels(self._service.name).inc()
        started, began_ns = clock.monotonic(), clock.nanoseconds()
        try:
            answer = await self._answered(lease)
        except NotYet as later:
            await self._in_database(self._put_off, self._leases[lease.key], later.wait_s)
            return
        finally:
            telemetry.EFFECTS.labels(self._service.name).dec()
            self._running.pop(lease.key, None)
            latest = self._leases.pop(lease.key, lease)
        answer = replace(answer, lease=latest)
        outcome = "failed" if answer.error else "done"
        telemetry.EFFECT_SECONDS.labels(self._service.name, outcome).observe(clock.monotonic() - started)
        reached(CrashPoint.PERFORMED)
        traceparent = tracing.performed(self._service.name, answer.record, lease.task, began_ns, answer.events)
        self._answers.put(replace(answer, traceparent=traceparent))
        self._wake.set()

    async def _answered(self, lease: Lease) -> Answer:
        record = read(self._service, lease.raw).record
        if record is None:
            raise AssertionError(f"task {lease.event_id} {lease.task}: its record was readable when it was settled")
        telemetry.about(record)
        effect = self._service.performs[type(record.event)]
        for attempt in range(1, TRIES + 1):
            try:
                return Answer(lease, record, await effect.run(record.event, lease.task, self._deps), None, attempt)
            except TransientError as error:
                if attempt == TRIES:
                    return Answer(lease, record, (), error, attempt)
                await asyncio.sleep(error.retry_after_s or FIRST_PAUSE_S * 2 ** (attempt - 1))
            except NotYet:
                raise
            except Exception as error:
                return Answer(lease, record, (), error, attempt)
        raise AssertionError("every try returns or goes on")

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(LEASE_S / 4)
            held = list(self._leases.values())
            if held:
                await self._in_database(self._hold, held)

    async def _in_database(self, act: Any, *given: Any) -> Any:
        """Run `act` beside the loop; trouble that passes is left to the next round."""
        try:
            return await asyncio.to_thread(act, *given)
        except Exception as error:
            if not is_transient(error):
                raise
            telemetry.RETRIES.labels(self._service.name).inc()
            return None

    def _abandon(self) -> None:
        with self._engine.begin() as connection:
            tasks.abandon(connection, self._service.name, self._holder)

    def _lease(self, limit: int, busy: Mapping[str, int]) -> list[Lease]:
        with self._engine.begin() as connection:
            return tasks.lease(connection, self._service.name, self._holder, limit, self._slots.per_lane, busy)

    def _put_off(self, lease: Lease, wait_s: float) -> None:
        with self._engine.begin() as connection:
            tasks.put_off(connection, self._service.name, lease, wait_s)

    def _hold(self, held: Sequence[Lease]) -> None:
        with self._engine.begin() as connection:
            tasks.renew(connection, self._service.name, held)
