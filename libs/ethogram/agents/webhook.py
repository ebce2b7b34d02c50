"""The webhook adapter: each turn is sent, signed after Standard Webhooks, to a URL; the response is the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

import httpx2
import orjson

from ethogram.agents.adapter import Request
from ethogram.agents.observation import Answer, NoAnswer, answer_from
from ethogram.events import EthogramError, derive
from ethogram.events.explanation import suggestion
from ethogram.models.breaker import Breaker
from ethogram.models.call import ProviderRefused, ProviderTrouble
from ethogram.models.guard import check_scheme, guarded_client
from ethogram.models.retries import insist
from ethogram.models.rights import KEY_NAME, check_url, origin, secret, timeout_problem, url_problem
from ethogram.models.standard_webhooks import signed_headers
from ethogram.models.watch import watched
from ethogram.models.wire import status_error
from ethogram.runtime import clock

KEYS = ("url", "secret", "timeout_s")
TIMEOUT_S = 10.0
LONGEST_ANSWER = 2**20
"""Bytes of a response that are read."""
TYPE = "ethogram.turn.presented"


class Webhook:
    """Whoever answers at a URL."""

    about: ClassVar[str] = "a signed webhook: `config: {url: 'https://...', secret: NAME}`; the operator allows both"

    def __init__(self, settings: Any) -> None:
        self._granted: tuple[str, ...] = settings.models_keys
        self._allowed = (*settings.models_urls, *(grant.partition("@")[2] for grant in self._granted))
        self._client = guarded_client(self._allowed, TIMEOUT_S)
        self._breakers: dict[str, Breaker] = {}

    @staticmethod
    def check(config: Mapping[str, Any]) -> list[str]:
        """What is wrong with a configuration, in words."""
        wrong = [f"unknown key {key!r}{suggestion(key, KEYS)}" for key in config if key not in KEYS]
        if problem := url_problem(config.get("url")):
            wrong.append(f"url: {problem}")
        if not isinstance(config.get("secret"), str) or not KEY_NAME.fullmatch(config["secret"]):
            wrong.append("secret must be the NAME of a variable that holds the signing secret, never the secret itself")
        if problem := timeout_problem(config.get("timeout_s", TIMEOUT_S)):
            wrong.append(f"timeout_s {problem}")
        return wrong

    async def answer(self, request: Request) -> Answer:
        """Send the turn, up to three times under one id, and read the answer out of the response."""
        if wrong := self.check(request.config):
            raise NoAnswer("failed", "; ".join(wrong))
        try:
            said = await self._asked(request)
        except ProviderTrouble as error:
            raise NoAnswer("timed-out" if error.code == "timed-out" else "failed", str(error)) from None
        except EthogramError as error:
            raise NoAnswer("failed", str(error)) from None
        try:
            return answer_from(orjson.loads(said), request.observation)
        except orjson.JSONDecodeError as error:
            raise NoAnswer("unparsable", f"the response is no JSON: {error}") from None

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.aclose()

    async def _asked(self, request: Request) -> bytes:
        url = str(request.config["url"])
        check_url(url, self._allowed)
        check_scheme(url)
        key = secret(str(request.config["secret"]), url, self._granted)
        message_id = _message_id(request)
        body = orjson.dumps({"type": TYPE, "timestamp": clock.now(), "data": _data(request)})
        timeout_s = float(request.config.get("timeout_s", TIMEOUT_S))

        where = origin(url)
        breaker = self._breakers.setdefault(where, Breaker(f"webhook {where}", clock.monotonic))

        async def once() -> bytes:
            headers = signed_headers(key, message_id, _seconds(), body)
            return await watched(breaker, request.calls, lambda: self._sent(url, headers, body, timeout_s))

        return await insist(once, message_id)

    async def _sent(self, url: str, headers: Mapping[str, str], body: bytes, timeout_s: float) -> bytes:
        try:
            async with asyncio.timeout(timeout_s):
                async with self._client.stream("POST", url, headers=dict(headers), content=body) as response:
                    if response.status_code != 200:
                        raise status_error(response.status_code, response.headers, "the webhook did not answer")
                    return await _read(response)
        except (TimeoutError, httpx2.TimeoutException):
            raise ProviderTrouble("timed-out", f"no answer within {timeout_s:g} s") from None
        except httpx2.HTTPError as error:
            raise ProviderTrouble("connection", f"connection failed: {type(error).__name__}") from None


def _message_id(request: Request) -> str:
    seen = request.observation
    return "msg_" + derive("webhook", request.session_id, request.game_id, seen.turn, request.seat).replace("-", "")


def _data(request: Request) -> dict[str, Any]:
    return {
        "session_id": request.session_id, "game_id": request.game_id, "seat": request.seat,
        "agent_id": request.agent_id, "observation": request.observation.model_dump(mode="json", exclude_none=True),
    }  # fmt: skip


async def _read(response: httpx2.Response) -> bytes:
    said = bytearray()
    async for chunk in response.aiter_bytes():
        said += chunk
        if len(said) > LONGEST_ANSWER:
            raise ProviderRefused("answer-too-long", f"the response has more than {LONGEST_ANSWER} bytes")
    return bytes(said)


def _seconds() -> int:
    return int(datetime.fromisoformat(clock.now()).timestamp())
