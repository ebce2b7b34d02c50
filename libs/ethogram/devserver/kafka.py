"""Embedded Apache Kafka: one node in KRaft mode, data on disk, on the Java runtime that pip installed."""

from __future__ import annotations

import base64
import hashlib
import logging
from dataclasses import dataclass
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from ethogram.devserver import jars
from ethogram.devserver.folders import Folders
from ethogram.devserver.ports import LOOPBACK, accepts
from ethogram.devserver.processes import Command, run_once

USUAL_PORT = 9092
JVM_FLAGS = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError",
             "--sun-misc-unsafe-memory-access=allow")  # fmt: skip
PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers={host}:{controller_port}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller_port}
advertised.listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller_port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
log.dirs={data}
auto.create.topics.enable=false
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
message.max.bytes=5242880
log.cleaner.threads=1
log.cleaner.dedupe.buffer.size=16777216
num.network.threads=2
num.io.threads=4
background.threads=2
num.recovery.threads.per.data.dir=2
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
"""
"""A broker that was killed is let in again only when the session of the one before has timed out: with Kafka's own 9 s
it is back 12 s after a kill, with these 3 s after 5 (measured)."""
LOGGING = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %p %c{1} %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
"""


@dataclass(frozen=True, slots=True)
class Kafka:
    """A broker of one home; `port` and `controller_port` may differ from start to start."""

    folders: Folders
    port: int
    controller_port: int

    @property
    def bootstrap_servers(self) -> str:
        """Where clients find it."""
        return f"{LOOPBACK}:{self.port}"

    def prepare(self, progress: jars.Progress = lambda done, total: None) -> Command:
        """Fetch jars, write the configuration, format the data folder if it is new: the command that starts it."""
        class_path = jars.class_path(self.folders.cache, jars.BROKER, progress=progress)
        properties = self._configure()
        if not (self._data / "meta.properties").exists():
            run_once(self._java(
                "kafka-format", class_path, "kafka.tools.StorageTool", "format", "--standalone", "--ignore-formatted",
                "--cluster-id", self.cluster_id, "--config", str(properties),
            ))  # fmt: skip
        return self._java("kafka", class_path, "kafka.Kafka", str(properties))

    def is_ready(self) -> bool:
        """Whether it answers clients: this broker, and not another one that was faster to take the port."""
        return accepts(self.port) and cluster_at(self.bootstrap_servers) == self._formatted_id

    @property
    def _data(self) -> Path:
        return self.folders.kafka / "log"

    @property
    def cluster_id(self) -> str:
        """What a new data folder of this home is formatted with."""
        digest = hashlib.sha256(str(self.folders.home).encode()).digest()[:16]
        named = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        return named.replace("-", "_", 1) if named.startswith("-") else named  # else the tool takes it for an option

    @property
    def _formatted_id(self) -> str | None:
        """Cluster id that the data folder was formatted with; its home may have moved since."""
        lines = (self._data / "meta.properties").read_text(encoding="utf-8").splitlines()
        return next((line.partition("=")[2] for line in lines if line.startswith("cluster.id=")), None)

    def _configure(self) -> Path:
        self._data.mkdir(parents=True, exist_ok=True)
        properties = self.folders.kafka / "server.properties"
        text = PROPERTIES.format(host=LOOPBACK, port=self.port, controller_port=self.controller_port, data=self._data)
        properties.write_text(text, encoding="utf-8")
        (self.folders.kafka / "log4j2.properties").write_text(LOGGING, encoding="utf-8")
        return properties

    def _java(self, name: str, class_path: str, *arguments: str) -> Command:
        logging = f"-Dlog4j2.configurationFile={self.folders.kafka / 'log4j2.properties'}"
        return Command(name, [jars.java(), *JVM_FLAGS, logging, "-cp", class_path, *arguments], self.folders.log(name))


def answers(bootstrap_servers: str, timeout_s: float = 5) -> bool:
    """Whether a broker answers there."""
    return cluster_at(bootstrap_servers, timeout_s) is not None


def cluster_at(bootstrap_servers: str, timeout_s: float = 5) -> str | None:
    """Cluster id of the broker that answers there; None if none does."""
    admin = AdminClient({"bootstrap.servers": bootstrap_servers, "log_level": 0}, logger=_silent())
    try:
        return admin.list_topics(timeout=timeout_s).cluster_id
    except KafkaException:
        return None


def _silent() -> logging.Logger:
    logger = logging.getLogger("ethogram.devserver.kafka")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    return logger
