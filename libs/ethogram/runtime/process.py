"""The entry point of a service process: settings, logs, health, the worker, and what ends it."""

from __future__ import annotations

import os
import signal
from types import FrameType
from typing import Any, NoReturn

from ethogram.events.errors import SettingsError
from ethogram.runtime import clock, crashpoints, telemetry, tracing
from ethogram.runtime.batch import Sign
from ethogram.runtime.consumer import Inlet
from ethogram.runtime.effects import Performer, Slots
from ethogram.runtime.health import Health, serve
from ethogram.runtime.producer import open_outlet
from ethogram.runtime.recorder import Recorder
from ethogram.runtime.retry import Patience
from ethogram.runtime.settings import Settings, load
from ethogram.runtime.store.engine import connect
from ethogram.runtime.worker import Worker
from ethogram.topology import Deps, Service


def run(service: Service[Any], *, sign: Sign | None = None, settings: Settings | None = None) -> NoReturn:
    """Run a service until SIGTERM. On anything unexpected the process ends with code 1; a supervisor restarts it.

    `sign` makes the detached signatures of a service that signs.
    """
    chosen = prepare(service, settings)
    try:
        worker = worker_of(service, chosen, sign)
        stop_on_signals(worker.stop)
        serve(worker.health, chosen.health_port, chosen.health_host)
        recorder = Recorder(worker.engine, service.name, chosen.instance, lambda: worker.health.ready).start()
        telemetry.log().info("started", instance=chosen.instance, pid=os.getpid())
        worker.work()
        recorder.stop()
    except BaseException:
        die()
    leave(0)


def worker_of(service: Service[Any], settings: Settings, sign: Sign | None) -> Worker[Any]:
    """A worker on the broker and the database of these settings."""
    engine = connect(settings.database_url, service.name)
    bootstrap, member = settings.kafka_bootstrap_servers, f"{service.name}-{settings.instance}"
    patience = Patience(service.name, Health(service.name))
    inlet = Inlet(service, engine, bootstrap, settings.instance, patience)
    outlet = open_outlet(service.name, bootstrap, f"{member}-{os.getpid()}")
    deps = Deps(settings, clock.monotonic)
    slots = Slots(settings.effects_at_once, settings.effects_per_lane)
    effects = Performer(service, engine, deps, member, slots) if service.performs else None
    return Worker(service, engine, inlet, outlet, patience, effects, sign)


def prepare(service: Service[Any], settings: Settings | None) -> Settings:
    """Settings, logs and crash points of a process; wrong settings end it with code 2."""
    try:
        chosen = settings or load()
    except SettingsError as error:
        raise SystemExit(f"{service.name}: {error}") from None
    telemetry.configure_logging(service.name, chosen.log_level)
    try:
        tracing.configure(service.name)
    except SettingsError as error:
        raise SystemExit(f"{service.name}: {error}") from None
    crashpoints.arm(chosen.crash_at)
    return chosen


def stop_on_signals(stop: Any) -> None:
    """SIGTERM and SIGINT ask for a graceful end."""

    def asked(_number: int, _frame: FrameType | None) -> None:
        stop()

    signal.signal(signal.SIGTERM, asked)
    signal.signal(signal.SIGINT, asked)


def die() -> NoReturn:
    """Crash-only: log what is being handled and end at once, without cleaning up; recovery is the start."""
    telemetry.log().critical("ended by the unexpected", exc_info=True)
    leave(1)


def leave(code: int) -> NoReturn:
    """End at once: threads of effects that hang keep nobody."""
    tracing.flush()
    os._exit(code)
