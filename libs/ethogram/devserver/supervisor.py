"""The supervisor: starts Kafka, PostgreSQL and every service of one home, and keeps them until it is told to stop."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from ethogram.devserver import ports
from ethogram.devserver.folders import Folders
from ethogram.devserver.forkserver import ForkServer
from ethogram.devserver.kafka import USUAL_PORT, Kafka
from ethogram.devserver.keeper import Keeper
from ethogram.devserver.postgres import Postgres
from ethogram.devserver.probes import probe
from ethogram.devserver.processes import Child, Command, start, wait_until
from ethogram.devserver.state import StateFile, end_leftovers
from ethogram.events.errors import EthogramError
from ethogram.runtime.settings import DRIVER, Settings

SERVICES = (
    "scenario-generator", "agent-runner", "action-tracker", "inference-worker", "judge", "auditor", "gateway",
)  # fmt: skip
GATEWAY = "gateway"
FORKS = sys.platform == "linux"
"""Elsewhere it is not safe to fork a process that has imported so much: services are started one by one."""
READY_WITHIN_S = 60
HOPELESS_RESTARTS = 3
"""A service that ended so often before it was ever ready is not waited for."""


class Supervisor:
    """Everything that runs for one home."""

    def __init__(self, settings: Settings) -> None:
        folders = Folders.at(settings.home)
        self._settings = settings
        self._file = StateFile(folders)
        before = self._file.read()
        end_leftovers(before)
        self._api_port = _api_port(settings, before)
        self._folders = folders
        self._kafka = Kafka(folders, port=_kafka_port(settings, before), controller_port=ports.free_port())
        self._postgres = Postgres(folders)
        self._forks = ForkServer([_module(name) for name in SERVICES], folders.log("forkserver"))
        self._keepers = {name: Keeper(name, self._write) for name in ("kafka", "postgres")}
        self._keepers |= {name: Keeper(name, self._write, self._launch) for name in SERVICES}
        self._health = {name: ports.free_port() for name in SERVICES} | {GATEWAY: self._api_port}
        self._state: dict[str, Any] = {"state": "starting", "step": "", "error": None, "pid": os.getpid()}
        self._started_at = datetime.now(UTC).isoformat(timespec="seconds")

    async def run(self, stop: asyncio.Event) -> int:
        """Start everything, keep it until `stop`, end everything; the exit code."""
        main = asyncio.create_task(self._start_and_keep())
        told = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({main, told}, return_when=asyncio.FIRST_COMPLETED)
            return self._failure(main) if main.done() else 0
        finally:
            main.cancel()
            await self._stop()

    async def _start_and_keep(self) -> None:
        began = time.monotonic()
        self._say("starting", "starting Kafka and PostgreSQL")
        if FORKS:
            self._forks.prepare()
        await asyncio.gather(self._bring_up_kafka(), self._bring_up_postgres())
        self._say("starting", "starting services")
        for name in SERVICES:
            self._begin_service(name)
        keeping = asyncio.gather(*(keeper.keep() for keeper in self._keepers.values() if keeper.child))
        await asyncio.gather(*(self._await_service(name) for name in SERVICES))
        self._state["ready_after_s"] = round(time.monotonic() - began, 2)
        self._say("running", "")
        await keeping

    async def _bring_up_kafka(self) -> None:
        from ethogram.runtime.admin import apply_topics

        loop = asyncio.get_running_loop()

        def fetched(done: int, total: int) -> None:
            loop.call_soon_threadsafe(self._say, "starting", f"fetching Kafka: {done} of {total} jars")

        command = await asyncio.to_thread(self._kafka.prepare, fetched)
        await self._until_ready("kafka", command, self._kafka.is_ready)
        await asyncio.to_thread(apply_topics, self._kafka.bootstrap_servers)

    async def _bring_up_postgres(self) -> None:
        from ethogram.runtime.store.migrations import upgrade
        from ethogram.runtime.store.roles import make_explorer

        command = await asyncio.to_thread(self._postgres.prepare)
        await self._until_ready("postgres", command, self._postgres.is_ready)
        await asyncio.to_thread(upgrade, self._database_url)
        await asyncio.to_thread(make_explorer, self._database_url)

    async def _until_ready(self, name: str, command: Command, is_ready: Callable[[], bool]) -> None:
        child = self._keepers[name].begin(command)  # on this thread, which outlives it: the leash is tied to a thread
        await asyncio.to_thread(wait_until, is_ready, child, READY_WITHIN_S)

    def _begin_service(self, name: str) -> None:
        keeper = self._keepers[name]
        command = [sys.executable, "-m", _module(name)]
        environment = {**self._environment, "ETHOGRAM_HEALTH_PORT": str(self._health[name])}
        keeper.begin(Command(name, command, self._folders.log(name), environment))

    async def _await_service(self, name: str) -> None:
        """Wait, but not for ever: a service that does not get ready is reported and no reason to stop the others."""
        deadline = time.monotonic() + READY_WITHIN_S
        keeper = self._keepers[name]
        while keeper.child and keeper.restarts < HOPELESS_RESTARTS and time.monotonic() < deadline:
            if (await asyncio.to_thread(probe, self._health[name])).ready:
                return
            await asyncio.sleep(0.1)

    async def _stop(self) -> None:
        self._say("stopping", "stopping services")
        services = [keeper for name, keeper in self._keepers.items() if name in SERVICES]
        backing = [self._keepers["kafka"], self._keepers["postgres"]]
        for group in (services, backing):
            await asyncio.gather(*(keeper.stop() for keeper in group))
        await asyncio.to_thread(self._forks.stop)
        self._say("failed" if self._state["error"] else "stopped", "")

    def _launch(self, command: Command) -> Child:
        return self._forks.start(command) if FORKS else start(command)

    def _failure(self, main: asyncio.Task[None]) -> int:
        error = main.exception()
        self._state["error"] = error.message if isinstance(error, EthogramError) else repr(error)
        return 3

    @property
    def _database_url(self) -> str:
        return self._postgres.url().replace("postgresql", DRIVER, 1)

    @property
    def _environment(self) -> dict[str, str]:
        from ethogram.runtime.store.explorer import explorer_url

        return {
            "ETHOGRAM_HOME": str(self._settings.home),
            "ETHOGRAM_KAFKA_BOOTSTRAP_SERVERS": self._kafka.bootstrap_servers,
            "ETHOGRAM_DATABASE_URL": self._database_url,
            "ETHOGRAM_EXPLORER_URL": explorer_url(self._database_url),
            "ETHOGRAM_DEPLOYMENT": "embedded",
            "ETHOGRAM_API_HOST": self._settings.api_host,
            "ETHOGRAM_API_PORT": str(self._api_port),
        }

    def _say(self, state: str, step: str) -> None:
        self._state.update(state=state, step=step)
        self._write()

    def _write(self) -> None:
        self._file.write(self.describe())

    def describe(self) -> dict[str, Any]:
        """State of everything as data."""
        described = {name: keeper.describe() for name, keeper in self._keepers.items()}
        return {
            **self._state,
            "home": str(self._settings.home),
            "started_at": self._started_at,
            "kafka": {"bootstrap_servers": self._kafka.bootstrap_servers, **described["kafka"]},
            "postgres": {"url": self._postgres.url(), **described["postgres"]},
            "api": {"url": f"http://{self._settings.api_host}:{self._api_port}"},
            "services": {name: self._describe(name) for name in SERVICES},
        }

    def _describe(self, name: str) -> dict[str, Any]:
        log = str(self._folders.logs / f"{name}.log")
        return {**self._keepers[name].describe(), "health_port": self._health[name], "log": log}


def _kafka_port(settings: Settings, before: dict[str, Any]) -> int:
    last = before.get("kafka", {}).get("bootstrap_servers", "").rpartition(":")[2]
    return ports.choose(settings.kafka_port, int(last or USUAL_PORT), "ETHOGRAM_KAFKA_PORT")


def _api_port(settings: Settings, before: dict[str, Any]) -> int:
    wanted = settings.api_port if "api_port" in settings.model_fields_set else None
    last = before.get("api", {}).get("url", "").rpartition(":")[2]
    return ports.choose(wanted, int(last or settings.api_port), "ETHOGRAM_API_PORT")


def _module(service: str) -> str:
    return f"ethogram.services.{service.replace('-', '_')}"
