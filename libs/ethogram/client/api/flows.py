"""What both clients do, written once: a flow yields requests and pauses, and whoever drives it sends and sleeps."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar
from uuid import uuid4

import httpx2

from ethogram.client.api import calls
from ethogram.client.api.calls import Call
from ethogram.client.api.errors import APIError, ResourceNotFoundError, ServiceUnavailableError, error_of

APPEARS_S = 15.0
"""How long a session that was just started may be unknown."""

T = TypeVar("T")


class Rest(NamedTuple):
    """A pause."""

    seconds: float


Flow = Generator[Call | Rest, Any, T]
"""Yields a Call, is sent the response or thrown the transport's error; yields a Rest, is sent nothing."""
Progress = Callable[[float, int, int], object]
"""Called with the share of turns that are resolved, how many that are, and how many there will be."""


def answer(url: str, call: Call) -> Flow[dict[str, Any]]:
    """The answer to a request, tried again as far as that is safe and sensible."""
    attempt = 0
    while True:
        attempt += 1
        try:
            response = yield call
            if not response.is_error:
                return dict(response.json())
            error = refusal(response)
        except httpx2.HTTPError as lost:
            error = unreachable(url, lost)
        yield rest_before(attempt, error, call)


def rest_before(attempt: int, error: APIError, call: Call) -> Rest:
    """The pause after the `attempt`-th try (from 1); the error itself if there shall be no other."""
    wait_s = calls.wait_before(attempt, error, call)
    if wait_s is None:
        raise error
    return Rest(wait_s)


def start_training(
    url: str, agent_id: str | None, num_scenarios: int, training: Mapping[str, Any] | None,
    archetypes: Sequence[str], seed: int, idempotency_key: str | None,
) -> Flow[str]:  # fmt: skip
    """Start a session; its id."""
    if (agent_id is None) == (training is None):
        raise ValueError("give an agent_id or a training")
    wanted = training or calls.training_for(str(agent_id), num_scenarios, archetypes, seed)
    started = yield from answer(url, calls.start(wanted, idempotency_key or uuid4().hex))
    return str(started["session_id"])


def wait_for_completion(
    url: str, session: str, poll_interval: float, progress: Progress | None, timeout: float | None
) -> Flow[dict[str, Any]]:
    """Ask again and again until a session has ended."""
    began = time.monotonic()
    while True:
        try:
            standing = yield from answer(url, calls.status(session))
        except ResourceNotFoundError:
            if time.monotonic() - began > APPEARS_S:
                raise
        else:
            if progress:
                progress(*calls.progress_of(standing))
            if calls.check_ended(standing):
                return standing
        if timeout is not None and time.monotonic() - began > timeout:
            raise TimeoutError(f"session {session} had not ended after {timeout} s")
        yield Rest(poll_interval)


def unreachable(url: str, error: Exception) -> ServiceUnavailableError:
    """Nobody answers."""
    return ServiceUnavailableError(f"no gateway answers at {url} ({error}); start one: ethogram up", code="unreachable")


def refusal(response: httpx2.Response) -> APIError:
    """The error of an answer that was read."""
    try:
        body = response.json()
    except ValueError:
        body = None
    return error_of(response.status_code, response.headers, body)
