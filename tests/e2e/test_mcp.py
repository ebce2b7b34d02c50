"""The MCP server as a model's program uses it, on standard input and over HTTP, against the running gateway."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from typing import Any

import pytest

pytest.importorskip("mcp", reason="the mcp package is not installed: pip install 'ethogram[mcp]'")

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client

from ethogram.devserver.ports import free_port
from tests.running import Running

TRAINING = {
    "name": "by a model",
    "agents": [
        {"id": name, "adapter": "builtin", "config": {"strategy": name}} for name in ("tit-for-tat", "grim-trigger")
    ],
    "games": [{"game": "prisoners-dilemma", "rounds": 8}],
}
WITHIN_S = 120


def test_a_session_is_started_observed_and_reported_over_standard_input(running: Running) -> None:
    found = asyncio.run(_played(running))
    assert [turn["number"] for turn in found["turns"]] == list(range(1, 9))
    assert {each["agent_id"] for each in found["report"]["agents"]} == {"tit-for-tat", "grim-trigger"}


def test_over_http_it_only_reads_where_it_was_told_so(running: Running) -> None:
    port = free_port()
    words = [sys.executable, "-m", "ethogram.cli", "mcp", "--http", "--read-only", "--port", str(port)]
    with subprocess.Popen(words, env=_environment(running), stderr=subprocess.DEVNULL) as served:
        try:
            tools = asyncio.run(_tools(f"http://127.0.0.1:{port}/mcp"))
        finally:
            served.terminate()
    assert "session_report" in tools and "start_session" not in tools


async def _played(running: Running) -> dict[str, Any]:
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "ethogram.cli", "mcp"], env=_environment(running)
    )  # fmt: skip
    async with stdio_client(server) as streams, ClientSession(*streams) as session:
        await session.initialize()
        started = await _ask(session, "start_session", training=TRAINING)
        turns: list[Any] = []
        ended = False
        async with asyncio.timeout(WITHIN_S):
            while not ended:
                seen = await _ask(
                    session, "observe_session", session=started["session_id"], after=len(turns), turns=100, seconds=20
                )
                turns += seen["turns"]
                ended = seen["ended"]
        report = await _ask(session, "session_report", session=started["session_id"])
        return {"turns": turns, "report": report}


async def _ask(client: ClientSession, tool: str, /, **arguments: Any) -> Any:
    said = await client.call_tool(tool, arguments)
    assert not said.is_error, said.content
    return said.structured_content


async def _tools(url: str) -> set[str]:
    async with asyncio.timeout(WITHIN_S):
        while True:
            try:
                async with streamable_http_client(url) as streams, ClientSession(streams[0], streams[1]) as session:
                    await session.initialize()
                    return {tool.name for tool in (await session.list_tools()).tools}
            except Exception:  # it has not begun to listen yet; the time-out ends this
                await asyncio.sleep(0.2)


def _environment(running: Running) -> dict[str, str]:
    return {**os.environ, "ETHOGRAM_HOME": str(running.home)}
