"""More members of a service's group, beside those of a running stack: processes of their own, that come and go."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from ethogram.devserver.ports import free_port
from ethogram.runtime.settings import as_environment
from tests.running import ROOT, Running


@dataclass
class Member:
    """One more process of one service."""

    running: Running
    service: str
    instance: str
    given: dict[str, str] = field(default_factory=dict)
    """Settings of its own, as variables."""
    process: subprocess.Popen[bytes] | None = None

    def join(self) -> None:
        """Start it."""
        module = f"ethogram.services.{self.service.replace('-', '_')}"
        told = {"ETHOGRAM_INSTANCE": self.instance, "ETHOGRAM_HEALTH_PORT": str(free_port()), **self.given}
        log = self.running.home / f"{self.service}-{self.instance}.log"
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", module], cwd=ROOT, stdout=out, stderr=out,
                env={**os.environ, **as_environment(self.running.settings), **told},
            )  # fmt: skip

    def leave(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it, and wait until it has ended."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


@contextmanager
def joined(running: Running, services: dict[str, int], **given: str) -> Iterator[list[Member]]:
    """So many more members of each service, until the end."""
    members = [
        Member(running, service, str(number), dict(given))
        for service, more in services.items()
        for number in range(1, more + 1)
    ]
    try:
        for member in members:
            member.join()
        yield members
    finally:
        for member in members:
            member.leave()


def shares(bootstrap: str, service: str) -> list[int]:
    """How many partitions each member of a service's group holds, the most first; nothing while it rebalances."""
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    try:
        group = admin.describe_consumer_groups([f"ethogram.{service}"])[f"ethogram.{service}"].result(10)
    except KafkaException:
        return []
    return sorted((len(member.assignment.topic_partitions) for member in group.members), reverse=True)


def await_shared(bootstrap: str, service: str, members: int, timeout_s: float = 90) -> None:
    """Wait until so many members hold partitions."""
    deadline = time.monotonic() + timeout_s
    while len(held := [count for count in shares(bootstrap, service) if count]) != members:
        assert time.monotonic() < deadline, f"{service}: {held} instead of {members} members that hold partitions"
        time.sleep(0.2)
