"""The MCP server without a gateway: what it offers, what read-only takes away, how it says that nothing answers."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

pytest.importorskip("mcp", reason="the mcp package is not installed: pip install 'ethogram[mcp]'")

from mcp import Client

from ethogram.client.api import AsyncClient
from ethogram.client.mcp_server import mcp_server

READING = {
    "list_scenarios", "list_adapters", "list_agents", "list_sessions", "session_status", "observe_session",
    "session_report",
}  # fmt: skip
CHANGING = {"start_session", "pause_session", "resume_session", "cancel_session"}


def _asked(tool: str = "", *, read_only: bool = False, **arguments: Any) -> Any:
    async def ask() -> Any:
        async with (
            AsyncClient(base_url="http://127.0.0.1:9") as gateway,
            Client(mcp_server(gateway, read_only=read_only)) as client,
        ):
            return await client.call_tool(tool, arguments) if tool else (await client.list_tools()).tools

    return asyncio.run(ask())


def test_every_tool_is_described_and_says_whether_it_changes_anything() -> None:
    tools = {tool.name: tool for tool in _asked()}
    assert set(tools) == READING | CHANGING
    assert all(tool.description for tool in tools.values())
    assert {name for name, tool in tools.items() if tool.annotations.read_only_hint} == READING


def test_read_only_has_no_tool_that_changes_anything() -> None:
    assert {tool.name for tool in _asked(read_only=True)} == READING


def test_scenarios_and_adapters_need_no_gateway() -> None:
    templates = _asked("list_scenarios").structured_content["templates"]
    assert {"template", "archetype", "options"} <= set(templates[0]) and len(templates) >= 10
    assert "tit-for-tat" in _asked("list_adapters").structured_content["builtin_strategies"]


def test_a_gateway_that_does_not_answer_is_an_error_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ethogram.client.api.calls.TRIES", 1)
    said = _asked("session_status", session="latest")
    assert said.is_error and "127.0.0.1:9" in said.content[0].text


def test_arguments_out_of_range_are_refused() -> None:
    assert _asked("list_sessions", limit=0).is_error
