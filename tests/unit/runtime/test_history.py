"""Where the records of a session are looked for, also after its topics have grown."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from confluent_kafka import Consumer

from ethogram.runtime.history import parts_of
from ethogram.runtime.partition import partition_of

KEY = b"0b9f2f4e-0000-4000-8000-000000000001"
TURNS = "ethogram.turn.resolved.v1"


class Paper:
    """Topics of one size."""

    def __init__(self, partitions: int) -> None:
        self._partitions = partitions

    def list_topics(self, timeout: float) -> Any:
        topic = SimpleNamespace(partitions=dict.fromkeys(range(self._partitions)))
        return SimpleNamespace(topics={TURNS: topic, "ethogram.training.commands.v1": topic})


@pytest.mark.parametrize(("partitions", "sizes"), [(4, {4}), (12, {4, 12}), (24, {4, 12, 24})])
def test_a_session_is_found_where_it_lay_before_its_topics_grew(partitions: int, sizes: set[int]) -> None:
    found = parts_of(cast(Consumer, Paper(partitions)), [KEY])
    turns = [number for topic, number in found if topic == TURNS]
    assert turns == sorted({partition_of(KEY, size) for size in sizes})
    assert len([topic for topic, _ in found if topic != TURNS]) == partitions  # anybody writes commands under any key
