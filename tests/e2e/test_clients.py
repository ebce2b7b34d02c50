"""The Python clients against the running gateway: a session started, watched, waited for and read."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from ethogram import AsyncClient, AuthenticationError, Client, InvalidRequestError, ResourceNotFoundError, TrainingError
from tests.running import Running

TRAINING: dict[str, Any] = {
    "name": "by a program", "seed": 3,
    "agents": [{"id": name, "adapter": "builtin", "config": {"strategy": name}} for name in ("tit-for-tat", "random")],
    "games": [{"game": "prisoners-dilemma", "rounds": 20}],
}  # fmt: skip


@pytest.fixture
def client(running: Running) -> Any:
    with Client(base_url=running.stack.status()["api"]["url"]) as opened:
        yield opened


def test_a_program_starts_waits_and_reads(running: Running, client: Client) -> None:
    told: list[tuple[float, int, int]] = []
    session = client.start_training(training=TRAINING)
    ended = client.wait_for_completion(session, 0.1, lambda *now: told.append(now), timeout=60)
    assert ended["state"] == "completed" and told[-1] == (1.0, 20, 20)
    assert [frame["type"] for frame in client.watch(session)].count("ethogram.turn.resolved.v1") == 20
    assert client.get_report(session)["games"] == running.json("report", session)["games"]
    assert client.sessions(1)[0]["session_id"] == session


def test_a_program_on_an_event_loop_does_the_same(running: Running) -> None:
    async def play() -> list[str]:
        async with AsyncClient(base_url=running.stack.status()["api"]["url"]) as client:
            session = await client.start_training(training=TRAINING)
            return [frame["type"] async for frame in client.watch(session)]

    types = asyncio.run(play())
    assert types.count("ethogram.turn.resolved.v1") == 20 and types[-1] == "ethogram.session.completed.v1"


def test_a_registered_agent_is_trained_by_its_name(client: Client) -> None:
    client.register_agent("by-client", "builtin", {"strategy": "tit-for-tat"})
    deadline = time.monotonic() + 10
    while "by-client" not in [agent["name"] for agent in client.agents()]:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    session = client.start_training("by-client", 4, archetypes=["loyalty"])
    assert client.wait_for_completion(session, 0.1, timeout=60)["resolved_turns"] == 4


def test_what_goes_wrong_has_a_name(client: Client) -> None:
    with pytest.raises(ResourceNotFoundError):
        client.get_report("no-such-session")
    with pytest.raises(InvalidRequestError) as caught:
        client.start_training(training={**TRAINING, "games": [{"game": "prisoners-dilemma", "rounds": 0}]})
    assert caught.value.errors[0]["pointer"] == "/games/0/rounds"
    agents = [{"id": "x", "adapter": "builtin", "config": {"strategy": "tit-for-tax"}}, TRAINING["agents"][0]]
    with pytest.raises(TrainingError, match="tit-for-tax"):
        client.wait_for_completion(client.start_training(training={**TRAINING, "agents": agents}), 0.1)


def test_a_key_made_over_http_opens_and_a_revoked_one_does_not(running: Running, client: Client) -> None:
    made = client.generate_api_key("ann", usage_limit=100, expires_in_days=1, scopes=["read"])
    with Client(made["api_key"], running.stack.status()["api"]["url"]) as ann:
        assert ann.sessions(1) is not None
        assert next(key for key in running.json("keys", "list") if key["key_id"] == made["key_id"])["used"] == 1
        running.run("keys", "revoke", made["key_id"])
        with pytest.raises(AuthenticationError):
            ann.sessions(1)
