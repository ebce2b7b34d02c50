"""`python -m tests.bench.load`: 200 sessions at the same time whose model takes two seconds for each reply.

The stack, the provider's own SDK and the limits are the real ones; the provider is a stand-in on this machine. What is
asked: replies a second against the limit of calls at once divided by the latency, and what the agent-runner needs.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import psutil
from confluent_kafka import Producer
from sqlalchemy import create_engine, func, select

from ethogram.models.limits import AT_ONCE
from ethogram.runtime.store import tables
from tests.bench.costs import used_s
from tests.running import Running, running_stack

SESSIONS, ROUNDS, LATENCY_S = 200, 4, 2.0
REPLY = json.dumps({
    "id": "c", "object": "chat.completion", "created": 1, "model": "stand-in",
    "choices": [{"index": 0, "finish_reason": "stop", "message": {
        "role": "assistant", "content": '{"option": "C", "confidence": 0.8, "reasoning": "fair", "claims": []}',
    }}],
    "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
}).encode()  # fmt: skip


@dataclass(slots=True)
class Provider:
    """A model that takes its time, on an event loop in a thread of its own."""

    port: int
    answered: list[float] = field(default_factory=list)
    """When each reply was sent."""
    at_once: int = 0
    most_at_once: int = 0

    def start(self) -> None:
        """Listen."""
        ready = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self._serve(ready)), daemon=True).start()
        assert ready.wait(10)

    async def _serve(self, ready: threading.Event) -> None:
        server = await asyncio.start_server(self._talk, "127.0.0.1", self.port)
        ready.set()
        await server.serve_forever()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-len"))
                await reader.readexactly(length)
                self.at_once += 1
                self.most_at_once = max(self.most_at_once, self.at_once)
                await asyncio.sleep(LATENCY_S)
                self.at_once -= 1
                self.answered.append(time.perf_counter())
                told = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(REPLY)}\r\n\r\n"
                writer.write(told.encode() + REPLY)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


def training(url: str, number: int) -> dict[str, Any]:
    """One session of a model against a strategy; another seed for each, so that no reply comes from the cache."""
    config = {"model": "stand-in", "base_url": url, "most_tokens": 64}
    return {
        "session_id": str(uuid4()), "name": "load", "seed": number,
        "agents": [
            {"id": "llm", "adapter": "openai-compatible", "config": config},
            {"id": "tft", "adapter": "builtin", "config": {"strategy": "TFT"}},
        ],
        "games": [{"game": "prisoners-dilemma", "rounds": ROUNDS}],
    }  # fmt: skip


def started(running: Running, url: str) -> None:
    """Publish all trainings at once, as any producer may."""
    producer = Producer({"bootstrap.servers": running.bootstrap, "partitioner": "murmur2_random"})
    for number in range(SESSIONS):
        producer.produce("ethogram.training.commands.v1", json.dumps(training(url, number)))
    assert producer.flush(30) == 0


def states(running: Running) -> dict[str, int]:
    """How many sessions are in which state."""
    engine = create_engine(running.settings.database_url)
    with engine.connect() as connection:
        counted = select(tables.sessions.c.state, func.count()).group_by(tables.sessions.c.state)
        found = {str(state): int(count) for state, count in connection.execute(counted)}
    engine.dispose()
    return found


def figures(running: Running) -> dict[str, Any]:
    """Play, and watch the agent-runner meanwhile."""
    provider = Provider(running.model_port)
    provider.start()
    pid = running.stack.status()["services"]["agent-runner"]["pid"]
    before, began, memory = used_s(pid), time.perf_counter(), 0
    started(running, f"http://127.0.0.1:{running.model_port}/v1")
    wanted = SESSIONS * ROUNDS
    while len(provider.answered) < wanted:
        known = states(running)
        assert "rejected" not in known and time.perf_counter() - began < 540, (
            f"{len(provider.answered)} of {wanted}: {known}"
        )
        memory = max(memory, psutil.Process(pid).memory_info().rss)
        time.sleep(0.5)
    took, used = time.perf_counter() - began, used_s(pid) - before
    while states(running).get("completed", 0) < SESSIONS:
        assert time.perf_counter() - began < 580, states(running)
        time.sleep(0.5)
    # from the first replies to the last that left while all places were wanted
    full = [at for at in provider.answered if at <= provider.answered[-AT_ONCE]]
    rate = (len(full) - 1) / (full[-1] - full[0] + 1e-9)
    bound = AT_ONCE / LATENCY_S
    return {
        "sessions": SESSIONS, "calls": wanted, "calls_at_once": provider.most_at_once, "latency_s": LATENCY_S,
        "replies_per_second": round(rate, 2), "bound_per_second": bound, "share_of_bound": round(rate / bound, 3),
        "agent_runner_mb": round(memory / 2**20, 1), "agent_runner_cores": round(used / took, 3),
        "load_of_the_machine": [round(each, 1) for each in psutil.getloadavg()], "seconds": round(took, 1),
    }  # fmt: skip


def main() -> None:
    """Print the figures as JSON."""
    with running_stack() as running:
        print(json.dumps(figures(running), indent=2))


if __name__ == "__main__":
    main()
