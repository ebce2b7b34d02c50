"""A follower that is started while the stack still makes its topics misses none of them."""

from __future__ import annotations

import pytest

from ethogram.client import Follower, followed_topics, new_session_id
from ethogram.client import follow as following
from ethogram.events import TransientError
from ethogram.topology import catalogue

TOPICS = followed_topics(catalogue())


@pytest.fixture
def slow_broker(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Tells of one topic more each time it is asked; how often that was."""
    asked: list[int] = []

    def partitions(follower: Follower) -> dict[str, int]:
        asked.append(1)
        return dict.fromkeys(TOPICS[: len(TOPICS) - 3 + len(asked)], 4)

    monkeypatch.setattr(Follower, "partitions", partitions)
    monkeypatch.setattr(following, "TOPICS_AGAIN_S", 0.001)
    return asked


def test_it_waits_until_all_topics_are_there(slow_broker: list[int]) -> None:
    follower = Follower("127.0.0.1:1")
    follower.start(new_session_id())
    assert {part.topic for part in follower._consumer.assignment()} == set(TOPICS) and len(slow_broker) == 3
    follower.close()


def test_topics_that_never_come_are_named_with_what_to_do(slow_broker: list[int]) -> None:
    follower = Follower("127.0.0.1:1", topics_s=0)
    with pytest.raises(TransientError, match="ethogram topics apply"):
        follower.start(new_session_id())
    follower.close()
