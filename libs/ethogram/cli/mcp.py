"""The MCP server: what a model may do here, as tools."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import Annotated

import typer

from ethogram.cli.failures import CommandFailed, ExitCode


def register(app: typer.Typer) -> None:
    """Add the command of this room."""
    app.command("mcp", rich_help_panel="Stack")(serve)


def serve(
    http: Annotated[bool, typer.Option("--http", help="Streamable HTTP at /mcp instead of standard input.")] = False,
    port: Annotated[int, typer.Option(min=1, max=65535, help="With --http: its port, on the loopback only.")] = 8710,
    read_only: Annotated[bool, typer.Option("--read-only", help="No tool that starts or changes anything.")] = False,
) -> None:
    """Offer scenarios, starting, observing and reporting as tools of the Model Context Protocol.

    It speaks with the gateway that ETHOGRAM_API_URL names (and ETHOGRAM_API_KEY), else with that of the running stack.

    Example: `ethogram mcp --read-only`
    """
    import asyncio

    if find_spec("mcp") is None:
        raise CommandFailed(ExitCode.USAGE, "the mcp package is not installed: pip install 'ethogram[mcp]'")
    asyncio.run(_serve(_gateway(), http, port, read_only))


async def _serve(url: str, http: bool, port: int, read_only: bool) -> None:
    from ethogram.client.api import AsyncClient
    from ethogram.client.mcp_server import mcp_server

    async with AsyncClient(base_url=url) as client:
        server = mcp_server(client, read_only=read_only)
        if http:
            await server.run_streamable_http_async(port=port)
        else:
            await server.run_stdio_async()


def _gateway() -> str:
    if url := os.environ.get("ETHOGRAM_API_URL"):
        return url
    from ethogram.cli.reach import reachable

    settings = reachable()
    return f"http://{settings.api_host}:{settings.api_port}"
