"""Processes that a storm strikes, and how long each needs until it works again."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple

import psycopg
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from ethogram.devserver.folders import Folders
from ethogram.devserver.probes import probe
from ethogram.devserver.state import StateFile
from ethogram.devserver.supervisor import SERVICES
from tests.running import Running

BACKING = ("kafka", "postgres")
NAMES = (*SERVICES, *BACKING)
GIVE_UP_S = 120.0
LATE_S = 10.0
"""In less than this everything has to be back after a kill."""


class Recovery(NamedTuple):
    """One process that was killed and came back."""

    name: str
    began: float
    """When it was killed."""
    took_s: float
    """Until its successor was ready; GIVE_UP_S: nobody looked any longer."""


class Victims:
    """The processes of one stack."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._file = StateFile(Folders.at(running.home))
        self._watchers: list[threading.Thread] = []
        self.recoveries: list[Recovery] = []
        """From each kill until the successor was ready; of two kills in a row the second counts."""

    def pid(self, name: str) -> int | None:
        """Its process, if it has one."""
        found = self._part(name).get("pid")
        return found if isinstance(found, int) else None

    def signal(self, name: str, what: signal.Signals) -> int | None:
        """Send it a signal; its process id, None if there was none to send it to."""
        pid = self.pid(name)
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, what)
        return pid

    def kill(self, name: str) -> bool:
        """As by `kill -9`; whether there was anything to kill. Its recovery is watched meanwhile."""
        pid = self.signal(name, signal.SIGKILL)
        if pid is None:
            return False
        watcher = threading.Thread(target=self._watch, args=(name, pid, time.monotonic()), daemon=True)
        watcher.start()
        self._watchers.append(watcher)
        return True

    def is_ready(self, name: str) -> bool:
        """Whether it does its work."""
        if name == "kafka":
            return _broker_answers(self._running.bootstrap)
        if name == "postgres":
            return _database_answers(self._running.settings.database_url)
        return self.pid(name) is not None and probe(int(self._part(name)["health_port"])).ready

    def await_all(self) -> bool:
        """Wait until every one is ready; False if that takes too long."""
        for watcher in self._watchers:
            watcher.join(GIVE_UP_S)
        deadline = time.monotonic() + GIVE_UP_S
        while not all(map(self.is_ready, NAMES)):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.2)
        return True

    def summary(self) -> dict[str, Any]:
        """Recoveries by victim: how many, and how long they took; `late` are those of `LATE_S` and more, and of these
        `waited` those of services that could not have been quicker, for broker or database were away meanwhile."""
        found = {}
        for name in NAMES:
            mine = sorted((each for each in self.recoveries if each.name == name), key=lambda each: each.took_s)
            late = [each for each in mine if each.took_s >= LATE_S]
            if mine:
                found[name] = {
                    "kills": len(mine), "median_s": mine[len(mine) // 2].took_s, "longest_s": mine[-1].took_s,
                    "late": len(late), "waited": sum(self._waited(each) for each in late),
                }  # fmt: skip
        return found

    def _waited(self, late: Recovery) -> bool:
        backing = [each for each in self.recoveries if each.name in BACKING]
        return late.name not in BACKING and any(
            each.began < late.began + late.took_s and late.began < each.began + each.took_s for each in backing
        )

    def _watch(self, name: str, killed: int, began: float) -> None:
        while time.monotonic() - began < GIVE_UP_S:
            successor = self.pid(name)
            if successor not in (None, killed) and self.is_ready(name):
                if self.pid(name) == successor:
                    self.recoveries.append(Recovery(name, began, round(time.monotonic() - began, 1)))
                return
            time.sleep(0.1)
        self.recoveries.append(Recovery(name, began, GIVE_UP_S))

    def _part(self, name: str) -> Mapping[str, Any]:
        known = self._file.read()
        found: Mapping[str, Any] = known[name] if name in BACKING else known["services"][name]
        return found


def _broker_answers(bootstrap: str) -> bool:
    try:
        return bool(AdminClient({"bootstrap.servers": bootstrap, "log_level": 0}).list_topics(timeout=2).topics)
    except KafkaException:
        return False


def _database_answers(url: str) -> bool:
    try:
        with psycopg.connect(url.replace("+psycopg", ""), connect_timeout=2) as connection:
            connection.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True
