"""The mcp adapter: an agent that is a tool of a Model Context Protocol server, reached over streamable HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ethogram.agents.adapter import Request
from ethogram.agents.observation import Answer, NoAnswer, answer_from
from ethogram.agents.parsing import parse
from ethogram.events import EthogramError
from ethogram.events.explanation import suggestion
from ethogram.models.guard import check_scheme, guarded_client
from ethogram.models.rights import KEY_NAME, check_url, secret, timeout_problem, url_problem

KEYS = ("url", "tool", "key", "timeout_s")
TIMEOUT_S = 30.0
TOOL = "decide"


class McpTool:
    """A tool that takes an `observation` and gives an answer: an object with `option`, or text that names one."""

    about: ClassVar[str] = "a tool of an MCP server: `config: {url: 'http://127.0.0.1:8000/mcp', tool: decide}`"
    needs: ClassVar[str] = "mcp"

    def __init__(self, settings: Any) -> None:
        self._granted: tuple[str, ...] = settings.models_keys
        self._allowed = (*settings.models_urls, *(grant.partition("@")[2] for grant in self._granted))

    @staticmethod
    def check(config: Mapping[str, Any]) -> list[str]:
        """What is wrong with a configuration, in words."""
        wrong = [f"unknown key {key!r}{suggestion(key, KEYS)}" for key in config if key not in KEYS]
        if problem := url_problem(config.get("url")):
            wrong.append(f"url: {problem}")
        if (key := config.get("key")) is not None and not (isinstance(key, str) and KEY_NAME.fullmatch(key)):
            wrong.append("key must be the NAME of an environment variable, e.g. MY_API_KEY, never the key itself")
        if not isinstance(config.get("tool", TOOL), str):
            wrong.append("tool must be the name of a tool")
        if problem := timeout_problem(config.get("timeout_s", TIMEOUT_S)):
            wrong.append(f"timeout_s {problem}")
        return wrong

    async def answer(self, request: Request) -> Answer:
        """Call the tool once; what it answers is read like any agent's words."""
        if wrong := self.check(request.config):
            raise NoAnswer("failed", "; ".join(wrong))
        result = await self._called(request)
        text = "\n".join(part.text for part in result.content if getattr(part, "type", "") == "text")
        if result.is_error:
            raise NoAnswer("failed", f"the tool says: {text}")
        if isinstance(result.structured_content, dict) and "option" in result.structured_content:
            return answer_from(result.structured_content, request.observation)
        return parse(text, request.observation)

    async def close(self) -> None:
        """Nothing is kept between turns."""

    async def _called(self, request: Request) -> Any:
        url, key_name = str(request.config["url"]), str(request.config.get("key", ""))
        timeout_s = float(request.config.get("timeout_s", TIMEOUT_S))
        try:
            check_url(url, self._allowed)
            check_scheme(url)
            key = secret(key_name, url, self._granted) if key_name else ""
            return await _tool(self._allowed, url, key, request, timeout_s)
        except (EthogramError, TimeoutError) as error:
            raise _reason(error, timeout_s) from None
        except ImportError:
            raise NoAnswer("failed", "the mcp package is not installed: pip install 'ethogram[mcp]'") from None
        except Exception as error:  # the SDK wraps what happens in its tasks in groups
            raise _reason(_first(error), timeout_s) from None


async def _tool(allowed: tuple[str, ...], url: str, key: str, request: Request, timeout_s: float) -> Any:
    import asyncio

    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    seen = request.observation.model_dump(mode="json", exclude_none=True)
    client = guarded_client(allowed, timeout_s)
    if key:
        client.headers["authorization"] = f"Bearer {key}"
    async with (
        asyncio.timeout(timeout_s), client, streamable_http_client(url, http_client=client) as streams,
        ClientSession(streams[0], streams[1], read_timeout_seconds=timeout_s) as session,
    ):  # fmt: skip
        await session.initialize()
        return await session.call_tool(str(request.config.get("tool", TOOL)), {"observation": seen})


def _reason(error: BaseException, timeout_s: float) -> NoAnswer:
    if isinstance(error, NoAnswer):
        return error
    if isinstance(error, TimeoutError):
        return NoAnswer("timed-out", f"no answer within {timeout_s:g} s")
    words = str(error) if isinstance(error, EthogramError) else f"the MCP server: {type(error).__name__}: {error}"
    return NoAnswer("failed", words)


def _first(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
