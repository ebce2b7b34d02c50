"""Two tenants on one running stack: what one plays, registers and gets refused does not exist for the other."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx2
import pytest

from ethogram import APIError, Client, InvalidRequestError, ResourceNotFoundError, TrainingError
from tests.running import Running

AGENTS = [{"id": each, "adapter": "builtin", "config": {"strategy": each}} for each in ("ALLC", "ALLD")]
TRAINING = {"name": "theirs", "agents": AGENTS, "games": [{"game": "prisoners-dilemma", "rounds": 5}]}


@pytest.fixture
def url(running: Running) -> str:
    return str(running.stack.status()["api"]["url"])


@pytest.fixture
def acme(running: Running, url: str) -> Iterator[Client]:
    key = running.json("keys", "create", "ann", "--tenant", "acme", "--scopes", "read,play", "--per-minute", "1000")
    with Client(key["api_key"], url) as client:
        yield client


def test_a_session_of_a_tenant_exists_for_it_alone(acme: Client, url: str) -> None:
    session = acme.start_training(training=TRAINING, idempotency_key="one")
    assert acme.wait_for_completion(session, 0.1, timeout=120)["state"] == "completed"
    assert [each["session_id"] for each in acme.sessions()] == [session]
    assert [frame["type"] for frame in acme.watch(session)].count("ethogram.turn.resolved.v1") == 5
    with Client(base_url=url) as default:
        ours = default.start_training(training=TRAINING, idempotency_key="one")
        assert ours != session
        default.wait_for_completion(ours, 0.1, timeout=120)
        assert session not in {each["session_id"] for each in default.sessions(100)}
        for look in (default.status, default.get_report, default.pause, lambda which: next(default.watch(which))):
            with pytest.raises(ResourceNotFoundError):
                look(session)
        with pytest.raises(ResourceNotFoundError):
            next(acme.watch(ours))
        answer = {"session_id": session, "game_id": "g001", "turn": 1, "seat": 0, "option": "C"}
        assert httpx2.post(f"{url}/v1/seats/answers", json=answer).status_code == 404


def test_a_refusal_and_a_registered_agent_are_the_tenants_own(acme: Client, url: str) -> None:
    wrong = [{**AGENTS[0], "config": {"strategy": "tit-for-tax"}}, AGENTS[1]]
    with pytest.raises(TrainingError, match="tit-for-tax"):
        acme.wait_for_completion(acme.start_training(training={**TRAINING, "agents": wrong}), 0.1)
    acme.register_agent("theirs", "builtin", {"strategy": "ALLD"})
    deadline = time.monotonic() + 60
    while "theirs" not in {each["name"] for each in acme.agents()}:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    with Client(base_url=url) as default:
        assert "theirs" not in {each["name"] for each in default.agents()}
        with pytest.raises(APIError, match="theirs"):
            default.start_training("theirs", 2)
        assert not list(default.all_sessions(name="theirs alone"))
    with pytest.raises(InvalidRequestError, match="acme"):
        acme.start_training(training={**TRAINING, "tenant": "other"})


def test_kafka_alone_makes_nobody_a_tenant(running: Running, acme: Client) -> None:
    """A command written by hand with a tenant's name is refused, and the tenant does not hear of it."""
    from ethogram.client import new_session_id, publish
    from ethogram.events import StartTraining

    session = new_session_id()
    publish(StartTraining.model_validate({**TRAINING, "session_id": session, "tenant": "acme"}), running.bootstrap)
    running.await_state(session, "rejected")
    with pytest.raises(ResourceNotFoundError):
        acme.status(session)
