"""Disturbances other than a kill: each is done to a running stack while sessions are under way, and undone again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from confluent_kafka import Consumer, Producer, TopicPartition

from ethogram.devserver.folders import Folders
from ethogram.devserver.postgres import Postgres
from ethogram.devserver.supervisor import SERVICES
from ethogram.events import Chance
from ethogram.topology import catalogue
from tests.chaos.field import Field, insist
from tests.chaos.victims import Victims
from tests.running import Running

WORKERS = tuple(name for name in SERVICES if name != "gateway")
GONE_S = 60.0
FROZEN_S = 15.0
"""Longer than the time-out after which a group gives a member's partitions to another one."""
FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")
SMALL = "400m"
"""Size of the disk that is filled."""


def gone(name: str) -> Callable[[Field, Victims, Chance], None]:
    """Kafka or PostgreSQL is away for a minute: whenever it comes back, it is killed."""

    def disturb(field: Field, victims: Victims, chance: Chance) -> None:
        end = time.monotonic() + GONE_S
        while time.monotonic() < end:
            victims.signal(name, signal.SIGKILL)
            time.sleep(0.1)

    return disturb


def broker_restarts(field: Field, victims: Victims, chance: Chance) -> None:
    """Kafka is killed ten times."""
    for _ in range(10):
        victims.kill("kafka")
        time.sleep(2 + 6 * chance.uniform())
        field.top_up()


def two_workers(field: Field, victims: Victims, chance: Chance) -> None:
    """Second processes of every service come and go: partitions change hands while games are played."""
    for _ in range(3):
        with second_workers(field.running):
            time.sleep(20)
            field.top_up()
        time.sleep(12)


def zombies(field: Field, victims: Victims, chance: Chance) -> None:
    """Each service in turn is frozen until another process has its partitions, and then wakes up."""
    with second_workers(field.running):
        time.sleep(12)
        for name in WORKERS:
            frozen = victims.signal(name, signal.SIGSTOP)
            time.sleep(FROZEN_S)
            field.top_up()
            if frozen is not None:
                with suppress(ProcessLookupError):
                    os.kill(frozen, signal.SIGCONT)
            time.sleep(2)


def clock_jumps(field: Field, victims: Victims, chance: Chance) -> None:
    """Second processes whose clocks jump by hours, both ways, beside those with the right time."""
    told = field.running.home / "faketime"
    told.write_text("+0")
    fake = {
        "LD_PRELOAD": str(FAKETIME), "FAKETIME_TIMESTAMP_FILE": str(told), "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }  # fmt: skip
    with second_workers(field.running, fake):
        for _ in range(8):
            told.write_text(f"{chance.choice(('+', '-'))}{chance.below(20_000)}")
            time.sleep(4)
            field.top_up()


def duplicates(field: Field, victims: Victims, chance: Chance) -> None:
    """Every record of every topic is delivered again, several times, in any order."""
    for _ in range(3):
        time.sleep(5)
        insist(lambda: republish(field.running, chance))
        field.top_up()


def full_disk(part: str) -> Callable[[Field, Victims, Chance], None]:
    """The disk of Kafka or PostgreSQL is full for half a minute."""

    def disturb(field: Field, victims: Victims, chance: Chance) -> None:
        ballast = disk_of(field.running.home, part) / "ballast"
        with ballast.open("wb") as file, suppress(OSError):
            while True:
                file.write(b"\0" * 2**20)
                file.flush()
        time.sleep(30)
        ballast.unlink()

    return disturb


def disk_of(home: Path, part: str) -> Path:
    """Where Kafka or PostgreSQL keeps its data."""
    folders = Folders.at(home)
    return folders.kafka if part == "kafka" else Postgres(folders).data.parent / "postgres-disk"


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A file system of its own at `folder`; only root can make one."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL},mode=0777", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


@contextmanager
def second_workers(running: Running, environment: Mapping[str, str] | None = None) -> Iterator[None]:
    """A second process of every service, in the same groups."""
    settings = running.settings
    given = {
        **os.environ, "ETHOGRAM_HOME": str(running.home), "ETHOGRAM_INSTANCE": "1", "ETHOGRAM_HEALTH_PORT": "0",
        "ETHOGRAM_KAFKA_BOOTSTRAP_SERVERS": settings.kafka_bootstrap_servers,
        "ETHOGRAM_DATABASE_URL": settings.database_url, "ETHOGRAM_AGENTS_ALLOW": ",".join(settings.agents_allow),
        "ETHOGRAM_AGENTS_PATH": os.pathsep.join(map(str, settings.agents_path)), **(environment or {}),
    }  # fmt: skip
    started = []
    for name in WORKERS:
        log = (running.home / "logs" / f"{name}-second.log").open("ab")
        module = f"ethogram.services.{name.replace('-', '_')}"
        started.append(subprocess.Popen([sys.executable, "-m", module], env=given, stdout=log, stderr=log))
        log.close()
    try:
        yield
    finally:
        for number, process in enumerate(started):
            process.send_signal(signal.SIGKILL if number % 2 else signal.SIGTERM)
        for process in started:
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()


def republish(running: Running, chance: Chance) -> None:
    """Write all records of all session topics again, to their partitions, in another order."""
    messages = _everything(running.bootstrap)
    producer = Producer({"bootstrap.servers": running.bootstrap, "log_level": 0})
    for at in range(len(messages) - 1, 0, -1):
        other = chance.below(at + 1)
        messages[at], messages[other] = messages[other], messages[at]
    for message in messages:
        producer.produce(message.topic(), message.value(), message.key(), message.partition(),
                         headers=list(message.headers() or ()))  # fmt: skip
        producer.poll(0)
    producer.flush(60)


def _everything(bootstrap: str) -> list[Any]:
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "storm.again", "enable.auto.commit": False})
    known = consumer.list_topics(timeout=10).topics
    places = [
        TopicPartition(name, number, 0)
        for name, topic in catalogue().topics.items()
        if not topic.raw and name in known
        for number in known[name].partitions
    ]
    ends = {(place.topic, place.partition): consumer.get_watermark_offsets(place)[1] for place in places}
    consumer.assign(places)
    found: list[Any] = []
    while len(found) < sum(ends.values()):
        found.extend(message for message in consumer.consume(1_000, 2.0) if message.error() is None)
    consumer.close()
    return found


def needs_root() -> str:
    """Why a disk cannot be filled here; empty if it can."""
    return "" if os.geteuid() == 0 and shutil.which("mount") else "needs root and mount"


def needs_faketime() -> str:
    """Why clocks cannot jump here; empty if they can."""
    return "" if FAKETIME.exists() else "needs libfaketime"
