"""The catalogue on a real broker: applied once, found again, corrected when it drifts."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType

from ethogram.devserver.ports import free_port
from ethogram.events.errors import TransientError
from ethogram.runtime.admin import Topics, apply_topics
from ethogram.topology import catalogue


def eventually(holds: Callable[[], bool], timeout_s: float = 10) -> bool:
    """The controller's change reaches the broker a moment later."""
    deadline = time.monotonic() + timeout_s
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()


def test_every_topic_exists_with_its_partitions_and_configuration(kafka_bootstrap: str) -> None:
    states = Topics(kafka_bootstrap).states()
    assert [state.topic.name for state in states] == list(catalogue().topics)
    assert all(state.partitions == state.topic.partitions["embedded"] and not state.drift for state in states)


def test_applying_again_does_nothing(kafka_bootstrap: str) -> None:
    applied = apply_topics(kafka_bootstrap)
    assert not applied.created
    assert not applied.altered
    assert set(applied.unchanged) == set(catalogue().topics)


def test_drift_is_named_and_corrected(kafka_bootstrap: str) -> None:
    name = "ethogram.score.updated.v1"
    entry = ConfigEntry("retention.ms", "1000", incremental_operation=AlterConfigOpType.SET)
    resource = ConfigResource(ResourceType.TOPIC, name, incremental_configs=[entry])
    admin = AdminClient({"bootstrap.servers": kafka_bootstrap})  # its answers die with it
    for future in admin.incremental_alter_configs([resource]).values():
        future.result()

    topics = Topics(kafka_bootstrap)
    assert eventually(lambda: topics.describe(name).drift == {"retention.ms": ("1000", "2592000000")})
    assert topics.apply().altered == (name,)
    assert eventually(lambda: not topics.describe(name).drift)


def test_other_partitions_are_left_alone_and_said(kafka_bootstrap: str) -> None:
    applied = apply_topics(kafka_bootstrap, deployment="production")
    grown = [topic for topic in catalogue().topics.values() if topic.partitions["production"] > 4]
    assert len(applied.warnings) == len(grown) > 0
    assert "has 4 partitions, the catalogue says 12" in applied.warnings[0]
    assert Topics(kafka_bootstrap).describe("ethogram.turn.resolved.v1").partitions == 4


def test_an_unknown_topic_is_refused_with_the_known_names(kafka_bootstrap: str) -> None:
    with pytest.raises(KeyError, match=r"ethogram\.turn\.resolved\.v1"):
        Topics(kafka_bootstrap).describe("ethogram.turns")


def test_an_absent_broker_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ethogram.runtime.admin.TIMEOUT_S", 1)
    port = free_port()
    with pytest.raises(TransientError, match=f"no Kafka broker answers at 127.0.0.1:{port}"):
        Topics(f"127.0.0.1:{port}").states()
