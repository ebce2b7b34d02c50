"""The live feed on a real broker: past and present of one session, without gap, without double, resumable anywhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import islice
from typing import Any

import pytest
from confluent_kafka import Producer

from ethogram.client import Follower, Publisher, new_session_id
from ethogram.events import (
    EventId,
    ModelCallRecorded,
    SessionCompleted,
    SessionFinished,
    SessionPaused,
    SessionResumed,
    TransientError,
)
from ethogram.events.base import Event
from ethogram.events.envelope import Record, encode
from ethogram.services.gateway.feed import KafkaFeed
from ethogram.topology import catalogue

LIFECYCLE = "ethogram.session.lifecycle.v1"


def _write(bootstrap: str, *events: Event) -> None:
    producer = Producer({"bootstrap.servers": bootstrap, "partitioner": "murmur2_random"})
    for event in events:
        record = Record(event, EventId(event.id), "/test", "2026-01-01T00:00:00Z", event.session_id)
        key, value, headers = encode(record)
        producer.produce(catalogue().topic_of(type(event)).name, value, key, headers=list(headers))
    assert producer.flush(60) == 0


def _pause(session: Any, number: int) -> SessionPaused:
    return SessionPaused(session_id=session, command_id=f"c{number}", actor="ann")


async def _take(frames: AsyncIterator[tuple[str, Any]], count: int) -> list[tuple[str, Any]]:
    return [await asyncio.wait_for(anext(frames), 60) for _ in range(count)]


@pytest.fixture
def feed(kafka_bootstrap: str) -> Any:
    opened = KafkaFeed(kafka_bootstrap)
    opened.start()
    yield opened
    opened.stop()


def test_past_and_present_come_once_and_in_order(kafka_bootstrap: str, feed: KafkaFeed) -> None:
    session, other = new_session_id(), new_session_id()

    async def follow() -> list[str]:
        _write(kafka_bootstrap, *(_pause(session, number) for number in range(50)), _pause(other, 0))
        frames = feed.follow(session, None)
        past = await _take(frames, 50)
        _write(kafka_bootstrap, *(_pause(session, number) for number in range(50, 80)), _pause(other, 1))
        live = await _take(frames, 30)
        return [frame["event"]["command_id"] for _, frame in past + live]

    assert asyncio.run(follow()) == [f"c{number}" for number in range(80)]


def test_writing_while_somebody_joins_loses_nothing(kafka_bootstrap: str, feed: KafkaFeed) -> None:
    session = new_session_id()

    async def write_on() -> None:
        for start in range(0, 400, 20):
            await asyncio.to_thread(
                _write, kafka_bootstrap, *(_pause(session, number) for number in range(start, start + 20))
            )

    async def follow() -> list[list[str]]:
        writing = asyncio.create_task(write_on())
        seen = []
        for _ in range(3):
            await asyncio.sleep(0.05)
            seen.append(asyncio.create_task(_take(feed.follow(session, None), 400)))
        await writing
        return [[frame["event"]["command_id"] for _, frame in frames] for frames in await asyncio.gather(*seen)]

    for seen in asyncio.run(follow()):
        assert seen == [f"c{number}" for number in range(400)]


def test_a_reader_resumes_after_the_last_event_id_at_another_gateway(kafka_bootstrap: str, feed: KafkaFeed) -> None:
    session = new_session_id()
    facts: list[Event] = [_pause(session, 0), SessionResumed(session_id=session, command_id="d", actor="ann")]
    facts += [SessionFinished(session_id=session, turns=1), SessionCompleted(session_id=session)]

    async def follow(another: KafkaFeed) -> tuple[list[str], list[str]]:
        _write(kafka_bootstrap, *facts)
        first = await _take(feed.follow(session, None), 2)
        rest = await _take(another.follow(session, first[-1][0]), 2)
        return [frame["id"] for _, frame in first], [frame["id"] for _, frame in rest]

    another = KafkaFeed(kafka_bootstrap)
    another.start()
    try:
        first, rest = asyncio.run(follow(another))
    finally:
        another.stop()
    assert first + rest == [fact.id for fact in facts]


def test_a_publisher_without_a_broker_says_so_in_time() -> None:
    publisher = Publisher("127.0.0.1:1", wait_s=1)
    with pytest.raises(TransientError, match=r"127\.0\.0\.1:1"):
        publisher.check()
    with pytest.raises(TransientError):
        publisher.publish(_command())


def _command() -> Event:
    from ethogram.events import PauseSession

    return PauseSession(session_id=new_session_id(), command_id="c")


def test_a_spectator_who_leaves_in_the_middle_of_the_past_disturbs_nobody(
    kafka_bootstrap: str, feed: KafkaFeed
) -> None:
    session = new_session_id()

    async def come_and_go() -> int:
        _write(kafka_bootstrap, *(_pause(session, number) for number in range(2_000)))
        for stay in range(8):
            frames = feed.follow(session, None)
            with suppress(TimeoutError):
                await asyncio.wait_for(_take(frames, 1 + 40 * stay), 0.05 * stay)
            await frames.aclose()  # type: ignore[attr-defined]
        return len(await _take(feed.follow(session, None), 2_000))

    assert asyncio.run(come_and_go()) == 2_000


def test_a_sessions_last_word_comes_last_whatever_topic_is_read_first(kafka_bootstrap: str, feed: KafkaFeed) -> None:
    session = new_session_id()
    calls = [
        ModelCallRecorded(
            session_id=session, game_id="g", turn=turn, seat=0, call=0, provider="p", model="m", request_digest="d",
            request={}, response="x" * 500,
        )
        for turn in range(1, 3_001)
    ]  # fmt: skip

    async def follow() -> tuple[list[str], list[str]]:
        live = asyncio.create_task(_take(feed.follow(session, None), len(calls) + 1))
        await asyncio.sleep(0.5)
        await asyncio.to_thread(_write, kafka_bootstrap, *calls)  # acknowledged before the last word is said
        await asyncio.to_thread(_write, kafka_bootstrap, SessionCompleted(session_id=session))
        past = await _take(feed.follow(session, None), len(calls) + 1)
        return [frame["type"] for _, frame in past], [frame["type"] for _, frame in await live]

    def follow_from_the_bus() -> list[str]:
        follower = Follower(kafka_bootstrap)
        follower.start(session)
        frames = list(islice(filter(None, follower.frames_of(session)), len(calls) + 1))  # none: a pause
        follower.close()
        return [shown["type"] for shown in frames]

    for types in (*asyncio.run(follow()), follow_from_the_bus()):
        assert types.index(SessionCompleted.TYPE) == len(calls)
