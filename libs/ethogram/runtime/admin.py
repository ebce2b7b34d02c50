"""Topics of the catalogue on a real broker: made, held against the catalogue, described. Never deleted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourceType,
)

from ethogram.events.errors import TransientError
from ethogram.runtime.brokers import reach
from ethogram.topology.catalogue import Catalogue, Topic, catalogue

REPLICATION = {"embedded": 1, "production": -1}
"""-1: what the cluster has as its `default.replication.factor` (three, unless it is a single broker)."""
TIMEOUT_S = 15


@dataclass(frozen=True, slots=True)
class TopicState:
    """One topic of the catalogue as the broker has it."""

    topic: Topic
    wanted_partitions: int
    partitions: int | None
    """None: the broker does not have it."""
    drift: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Configuration entries that differ: `name -> (broker's, catalogue's)`."""

    @property
    def exists(self) -> bool:
        """Whether the broker has it."""
        return self.partitions is not None

    @property
    def warning(self) -> str | None:
        """What applying the catalogue will not change, and why."""
        if self.partitions is None or self.partitions == self.wanted_partitions:
            return None
        return (
            f"{self.topic.name} has {self.partitions} partitions, the catalogue says {self.wanted_partitions}: "
            "left as it is, because sessions would move to other partitions in the middle of their history"
        )


@dataclass(frozen=True, slots=True)
class Applied:
    """What `apply_topics` did."""

    created: tuple[str, ...]
    altered: tuple[str, ...]
    unchanged: tuple[str, ...]
    warnings: tuple[str, ...]


class Topics:
    """Admin of one broker's topics."""

    def __init__(self, bootstrap_servers: str, deployment: str = "embedded", known: Catalogue | None = None) -> None:
        self._catalogue = known or catalogue()
        self._deployment = deployment
        self._servers = bootstrap_servers
        self._admin = AdminClient({**reach(bootstrap_servers), "log_level": 2})

    def states(self) -> list[TopicState]:
        """Every topic of the catalogue, in its order, as the broker has it."""
        partitions = self._partitions()
        present = [name for name in self._catalogue.topics if name in partitions]
        configs = self._configs(present)
        return [
            TopicState(
                topic, topic.partitions[self._deployment], partitions.get(name), _drift(topic, configs.get(name))
            )
            for name, topic in self._catalogue.topics.items()
        ]

    def apply(self, *, change: bool = True) -> Applied:
        """Create what is missing and correct what has drifted; a second call does nothing. `change`: not only told."""
        states = self.states()
        absent = [state for state in states if not state.exists]
        drifted = [state for state in states if state.drift]
        if change:
            self._create(absent)
            self._alter(drifted)
        changed = {state.topic.name for state in (*absent, *drifted)}
        return Applied(
            created=tuple(state.topic.name for state in absent),
            altered=tuple(state.topic.name for state in drifted),
            unchanged=tuple(state.topic.name for state in states if state.topic.name not in changed),
            warnings=tuple(state.warning for state in states if state.warning),
        )

    def describe(self, name: str) -> TopicState:
        """One topic; KeyError with the known names if the catalogue does not have it."""
        if name not in self._catalogue.topics:
            raise KeyError(f"no topic {name!r} in the catalogue; known: {', '.join(self._catalogue.topics)}")
        return next(state for state in self.states() if state.topic.name == name)

    def _partitions(self) -> dict[str, int]:
        try:
            found = self._admin.list_topics(timeout=TIMEOUT_S).topics
        except KafkaException as error:
            raise _unreachable(self._servers, error) from error
        return {name: len(topic.partitions) for name, topic in found.items()}

    def _configs(self, names: Iterable[str]) -> dict[str, Mapping[str, Any]]:
        resources = [ConfigResource(ResourceType.TOPIC, name) for name in names]
        if not resources:
            return {}
        answers = self._admin.describe_configs(resources, request_timeout=TIMEOUT_S)
        return {resource.name: future.result() for resource, future in answers.items()}

    def _create(self, states: Iterable[TopicState]) -> None:
        new = [
            NewTopic(state.topic.name, num_partitions=state.wanted_partitions,
                     replication_factor=REPLICATION[self._deployment], config=state.topic.config)
            for state in states
        ]  # fmt: skip
        if new:
            _await(self._admin.create_topics(new, request_timeout=TIMEOUT_S).values())

    def _alter(self, states: Iterable[TopicState]) -> None:
        resources = [
            ConfigResource(ResourceType.TOPIC, state.topic.name, incremental_configs=[
                ConfigEntry(name, wanted, incremental_operation=AlterConfigOpType.SET)
                for name, (_, wanted) in state.drift.items()
            ])
            for state in states
        ]  # fmt: skip
        if resources:
            _await(self._admin.incremental_alter_configs(resources, request_timeout=TIMEOUT_S).values())


def apply_topics(bootstrap_servers: str, deployment: str = "embedded") -> Applied:
    """Make the broker's topics those of the catalogue."""
    return Topics(bootstrap_servers, deployment).apply()


def _drift(topic: Topic, broker: Mapping[str, Any] | None) -> dict[str, tuple[str, str]]:
    if broker is None:
        return {}
    wanted = topic.config
    return {name: (broker[name].value, value) for name, value in wanted.items() if broker[name].value != value}


def _await(futures: Iterable[Future[Any]]) -> None:
    for future in futures:
        try:
            future.result()
        except KafkaException as error:
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:  # another `apply` at the same time: as wished
                raise


def _unreachable(servers: str, error: KafkaException) -> TransientError:
    return TransientError("broker-unreachable", f"no Kafka broker answers at {servers} ({error.args[0].str()})")
