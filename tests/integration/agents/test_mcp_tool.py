"""The mcp adapter against a server of the SDK on this machine."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("mcp", reason="the mcp package is not installed: pip install 'ethogram[mcp]'")

import uvicorn
from mcp.server.mcpserver import MCPServer

from ethogram.agents import Answer, NoAnswer, Request
from ethogram.agents.mcp_tool import McpTool
from ethogram.devserver.ports import free_port
from ethogram.events import AgentId, GameId, SessionId
from ethogram.testing.agents import round_of


def _server() -> MCPServer:
    server = MCPServer("agents")

    @server.tool()
    def decide(observation: dict[str, Any]) -> dict[str, Any]:
        other = observation["others"][0]
        return {"option": other[-1:] or "C", "reasoning": "in kind", "claims": ["reciprocity"]}

    @server.tool()
    def speak(observation: dict[str, Any]) -> str:
        return "After some thought, my choice: D"

    @server.tool()
    def burst(observation: dict[str, Any]) -> str:
        raise ValueError("no idea")

    @server.tool()
    async def sleep(observation: dict[str, Any]) -> str:
        await asyncio.sleep(5)
        return "C"

    return server


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    port = free_port()
    config = uvicorn.Config(_server().streamable_http_app(), host="127.0.0.1", port=port, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}/mcp"
    server.should_exit = True
    thread.join(5)


def asked(url: str, own: str = "", other: str = "", **config: Any) -> Any:
    async def one() -> Any:
        adapter = McpTool(SimpleNamespace(models_urls=(), models_keys=()))
        request = Request(SessionId("s"), GameId("g"), 0, AgentId("a"), {"url": url, **config}, round_of(own, other))
        try:
            return await adapter.answer(request)
        except NoAnswer as reason:
            return reason

    return asyncio.run(one())


def test_a_tool_that_gives_an_object_decides(url: str) -> None:
    assert asked(url, "CC", "CD") == Answer(option="D", reasoning="in kind", claims=("reciprocity",))


def test_a_tool_that_speaks_is_read_like_any_agent(url: str) -> None:
    assert asked(url, tool="speak") == Answer(option="D")


@pytest.mark.parametrize(
    ("config", "outcome"),
    [
        ({"tool": "burst"}, "failed"),
        ({"tool": "nowhere"}, "failed"),
        ({"tool": "sleep", "timeout_s": 0.5}, "timed-out"),
    ],
)
def test_a_tool_that_fails_is_an_outcome(url: str, config: dict[str, Any], outcome: str) -> None:
    reason = asked(url, **config)
    assert isinstance(reason, NoAnswer) and reason.outcome == outcome, reason


@pytest.mark.parametrize("where", ["http://10.0.0.1/mcp", "https://evil.example.org/mcp", "file:///x"])
def test_an_event_cannot_widen_where_it_calls(where: str) -> None:
    reason = asked(where)
    assert isinstance(reason, NoAnswer) and reason.outcome == "failed"


def test_a_server_that_is_not_there_is_an_outcome() -> None:
    reason = asked(f"http://127.0.0.1:{free_port()}/mcp")
    assert isinstance(reason, NoAnswer) and reason.outcome == "failed"
