"""The application: routes over doors, guards before them, the page beside them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles
from prometheus_client import CollectorRegistry
from sqlalchemy import create_engine

from ethogram import __version__
from ethogram.runtime.settings import DRIVER
from ethogram.services.gateway import problems
from ethogram.services.gateway.database import DatabaseAgents, DatabaseKeys, DatabasePerformance, DatabaseReports
from ethogram.services.gateway.doors import Doors
from ethogram.services.gateway.feed import KafkaFeed
from ethogram.services.gateway.guards import Counted, Guard
from ethogram.services.gateway.operators import DatabaseExplorer, DatabaseLetters
from ethogram.services.gateway.routes.agents import agent_routes
from ethogram.services.gateway.routes.chat import chat_routes
from ethogram.services.gateway.routes.dead_letters import dead_letter_routes
from ethogram.services.gateway.routes.explorer import explorer_routes
from ethogram.services.gateway.routes.keys import key_routes
from ethogram.services.gateway.routes.operations import operation_routes
from ethogram.services.gateway.routes.performance import performance_routes
from ethogram.services.gateway.routes.seats import seat_routes
from ethogram.services.gateway.routes.sessions import session_routes
from ethogram.services.gateway.routes.standings import standing_routes
from ethogram.services.gateway.routes.steering import steering_routes
from ethogram.services.gateway.routes.stream import stream_routes

WEB = Path(__file__).parent / "web"


def create_app(doors: Doors, registry: CollectorRegistry | None = None, counted: Counted | None = None) -> FastAPI:
    """The gateway over these doors; nothing is opened here."""
    metrics = registry or CollectorRegistry()
    app = _Gateway(
        title="Ethogram", version=__version__, docs_url=None, redoc_url=None, openapi_url="/v1/openapi.json",
        generate_unique_id_function=_operation_id,
        description="Start sessions, follow them live, read what was found out.",
        telemetry={"metrics": False, "logs": False, "operation_spans": False},  # a span per request, where one is kept
    )  # fmt: skip
    problems.install(app)
    app.include_router(session_routes(doors))
    app.include_router(standing_routes(doors))
    app.include_router(steering_routes(doors))
    app.include_router(chat_routes(doors))
    app.include_router(stream_routes(doors))
    app.include_router(agent_routes(doors))
    app.include_router(key_routes(doors))
    app.include_router(seat_routes(doors))
    app.include_router(dead_letter_routes(doors))
    app.include_router(operation_routes(doors, metrics))
    app.include_router(performance_routes(doors))
    app.include_router(explorer_routes(doors))
    app.add_api_route("/", _page, methods=["GET"], include_in_schema=False)
    app.mount("/web", StaticFiles(directory=WEB), name="web")
    app.add_middleware(Guard, counted=counted or Counted(metrics), closed=doors.keys.required)
    return app


def described() -> dict[str, Any]:
    """The OpenAPI document; nothing is opened for it."""
    engine = create_engine(f"{DRIVER}://")
    keys = DatabaseKeys(engine, required=True)
    doors = Doors(
        lambda command, sign=None: None, DatabaseReports(engine), KafkaFeed(""), keys, DatabaseAgents(engine),
        DatabasePerformance(engine), DatabaseLetters(engine, ""), DatabaseExplorer("", ""), {},
    )  # fmt: skip
    return create_app(doors).openapi()


class _Gateway(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """Its OpenAPI document, with the problems that every operation may answer with."""
        if self.openapi_schema is None:
            self.openapi_schema = problems.documented(super().openapi())
        return self.openapi_schema


def _operation_id(route: APIRoute) -> str:
    """`post_v1_sessions`: method and path, so that it changes only when they do."""
    words = re.findall(r"[a-z0-9]+", route.path_format.lower())
    return "_".join([sorted(route.methods or ())[0].lower(), *words])


async def _page() -> FileResponse:
    return FileResponse(WEB / "index.html", headers={"Cache-Control": "no-cache"})
