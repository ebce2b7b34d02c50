"""HTTP for channels: one origin, the operator's; no redirects, no proxies, bounded in time and size."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx2
import orjson

from ethogram.models.call import ProviderRefused, ProviderTrouble
from ethogram.models.guard import check_scheme, guarded_client
from ethogram.models.rights import KEY_NAME, url_problem
from ethogram.models.wire import status_error

TIMEOUT_S = 10.0
LONGEST_ANSWER = 2**20


class Http:
    """Requests to one URL of the operator's."""

    def __init__(self, url: str) -> None:
        check_scheme(url)
        self.url = url.rstrip("/")
        self._client = guarded_client((url,), TIMEOUT_S)

    async def send(
        self, method: str, path: str = "", *, headers: Mapping[str, str], content: bytes | None = None,
        query: Mapping[str, str] | None = None, auth: tuple[str, str] | None = None,
    ) -> bytes:  # fmt: skip
        """The body of a 2xx answer; ProviderTrouble or ProviderRefused for any other."""
        try:
            async with asyncio.timeout(TIMEOUT_S):
                answer = await self._client.request(
                    method, self.url + path, headers=dict(headers), content=content,
                    params=dict(query) if query else None, auth=auth,
                )  # fmt: skip
        except (TimeoutError, httpx2.TimeoutException):
            raise ProviderTrouble("timed-out", f"no answer within {TIMEOUT_S:g} s") from None
        except httpx2.HTTPError as error:
            raise ProviderTrouble("connection", f"connection failed: {type(error).__name__}") from None
        if not 200 <= answer.status_code < 300:
            raise status_error(answer.status_code, answer.headers, answer.text)
        if len(answer.content) > LONGEST_ANSWER:
            raise ProviderRefused("answer-too-long", f"the answer has more than {LONGEST_ANSWER} bytes")
        return answer.content

    async def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        """The same with JSON both ways."""
        headers = {"content-type": "application/json", "accept": "application/json", **more.pop("headers", {})}
        content = None if body is None else orjson.dumps(body)
        said = await self.send(method, path, headers=headers, content=content, **more)
        try:
            found = orjson.loads(said)
        except orjson.JSONDecodeError:
            raise ProviderTrouble("nonsense", "what came back is no JSON") from None
        if not isinstance(found, dict):
            raise ProviderTrouble("nonsense", "what came back is no JSON object")
        return found

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.aclose()


def wrong(config: Mapping[str, Any], texts: Mapping[str, bool], secrets: Mapping[str, bool]) -> list[str]:
    """What is wrong with a configuration of texts and names of secrets, in words; True: it must be there."""
    known = {**texts, **secrets}
    found = [f"unknown key {key!r}; expected {', '.join(sorted(known))}" for key in config if key not in known]
    for key, needed in known.items():
        value = config.get(key)
        if value is None:
            found += [f"{key} is missing"] if needed else []
        elif key in secrets and (not isinstance(value, str) or not KEY_NAME.fullmatch(value)):
            found.append(f"{key} must be the NAME of a variable that holds the secret, never the secret itself")
        elif key == "url" and (problem := url_problem(value)):
            found.append(f"url: {problem}")
        elif not isinstance(value, str) or not value.strip() or not value.isprintable():
            found.append(f"{key} is {value!r}; expected a line of text")
    return found
