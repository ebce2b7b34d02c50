"""The live feed: one reader at the end of every partition, and the past of a session on demand.

Whoever follows a session is registered with the reader first and reads the past second, up to the ends that stand then:
what is written in between arrives twice and is recognised by its offset, so nothing is missed and nothing shown twice.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import structlog
from confluent_kafka import KafkaException, Message

from ethogram.client import LAST_WORDS, Follower, Marks, followed_topics, frame
from ethogram.events import TransientError
from ethogram.topology import catalogue

BACKLOG_LIMIT = 10_000
"""Frames that wait for one slow reader; then its stream ends, and its browser resumes by Last-Event-ID."""
PAST_AT_ONCE = 4
"""Reads of the past at the same time."""
RETRY_S = 1.0

Frame = dict[str, Any]
log = structlog.get_logger(__name__)


class _Seat:
    """One spectator: a bounded queue on an event loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[Frame | None] = asyncio.Queue()

    def offer(self, shown: Frame) -> None:
        """Called by the reader's thread."""
        self._loop.call_soon_threadsafe(self._put, shown)

    async def take(self) -> Frame | None:
        """The next frame; none when the spectator was too slow."""
        return await self._queue.get()

    def _put(self, shown: Frame) -> None:
        size = self._queue.qsize()
        if size < BACKLOG_LIMIT:
            self._queue.put_nowait(shown)
        elif size == BACKLOG_LIMIT:
            self._queue.put_nowait(None)


class _Past:
    """Reads what stands on the topics now. A spectator may leave in the middle of a read, so closing waits for it."""

    def __init__(self, bootstrap_servers: str) -> None:
        self._follower = Follower(bootstrap_servers)
        self._lock = threading.Lock()
        self._batches: Iterator[Sequence[Message]] = iter(())

    def open(self, session_id: str, marks: Mapping[str, int]) -> None:
        """Begin at `marks`."""
        with self._lock:
            self._follower.start(session_id, marks)
            self._batches = self._follower.backlog()

    def read(self) -> Sequence[Message] | None:
        """The next records; none at the end."""
        with self._lock:
            return next(self._batches, None)

    def close(self) -> None:
        """Leave the broker."""
        with self._lock:
            self._batches = iter(())
            self._follower.close()


class KafkaFeed:
    """Feeds any number of spectators from one consumer."""

    def __init__(self, bootstrap_servers: str) -> None:
        self._servers = bootstrap_servers
        self._topics = followed_topics(catalogue())
        self._seats: dict[bytes, set[_Seat]] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._reading = threading.Event()
        self._past = asyncio.Semaphore(PAST_AT_ONCE)
        self._thread = threading.Thread(target=self._read_on, name="feed", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> None:
        """Stop reading and wait for the reader's end."""
        self._stopping.set()
        self._thread.join(timeout=5)

    def check(self) -> None:
        """TransientError while the reader has not found the topics."""
        if not self._reading.is_set():
            raise TransientError("feed-waiting", f"the topics at {self._servers} cannot be read yet")

    async def follow(self, session_id: str, last_event_id: str | None) -> AsyncIterator[tuple[str, Frame]]:
        """`(event id, frame)` of one session, past first, then live; ends when the reader falls too far behind."""
        marks = Marks.parse(last_event_id, self._topics)
        with self.live(session_id) as seat:
            while (
                not self._reading.is_set()
            ):  # else what is written after the past and before the reader's start is lost
                await asyncio.sleep(0.05)
            async for past in self._history(session_id, marks):
                async for shown in self._in_order(session_id, marks, past):
                    yield str(marks), shown
            while (live := await seat.take()) is not None:
                async for shown in self._in_order(session_id, marks, live):
                    yield str(marks), shown

    async def _in_order(self, session_id: str, marks: Marks, shown: Frame) -> AsyncIterator[Frame]:
        """A frame that was not shown yet, and before a session's last word all that stood on the topics before it."""
        if marks.seen(shown["topic"], shown["offset"]):
            return
        if shown["type"] in LAST_WORDS:
            async for earlier in self._history(session_id, marks):
                if earlier["type"] not in LAST_WORDS and not marks.seen(earlier["topic"], earlier["offset"]):
                    marks.advance(earlier["topic"], earlier["offset"])
                    yield earlier
        marks.advance(shown["topic"], shown["offset"])
        yield shown

    async def _history(self, session_id: str, marks: Marks) -> AsyncIterator[Frame]:
        past = _Past(self._servers)
        try:
            await asyncio.to_thread(past.open, session_id, marks.next_offset)
            while (batch := await self._next(past)) is not None:
                for message in batch:
                    if message.key() == session_id.encode():
                        yield frame(message)
        finally:
            asyncio.get_running_loop().run_in_executor(None, past.close)

    async def _next(self, past: _Past) -> Sequence[Message] | None:
        async with self._past:  # for the read alone: a slow spectator keeps nobody else from the past
            return await asyncio.to_thread(past.read)

    @contextmanager
    def live(self, session_id: str) -> Iterator[_Seat]:
        """A spectator of what comes from now on; on an event loop."""
        key, seat = session_id.encode(), _Seat()
        with self._lock:
            self._seats.setdefault(key, set()).add(seat)
        try:
            yield seat
        finally:
            with self._lock:
                self._seats[key].discard(seat)
                if not self._seats[key]:
                    del self._seats[key]

    def _read_on(self) -> None:
        follower = self._found()
        while follower and not self._stopping.is_set():
            for message in follower.read(0.1):
                self._show(message)
        if follower:
            follower.close()

    def _found(self) -> Follower | None:
        """A follower at the end of all topics, as soon as the broker has them all; none if we are to stop first."""
        follower = Follower(self._servers)
        while not self._stopping.wait(0):
            try:
                if len(follower.partitions()) == len(self._topics):
                    follower.start_at_end()
                    self._reading.set()
                    return follower
            except (TransientError, KafkaException) as error:
                log.warning("feed.waiting", reason=str(error))
            self._stopping.wait(RETRY_S)
        follower.close()
        return None

    def _show(self, message: Message) -> None:
        with self._lock:
            seats = tuple(self._seats.get(message.key() or b"", ()))
        if seats:
            shown = frame(message)
            for seat in seats:
                seat.offer(shown)
