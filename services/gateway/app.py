"""The application: routes over doors, guards before them, the page beside them."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from prometheus_client import CollectorRegistry

from ethogram import __version__
from ethogram.services.gateway import problems
from ethogram.services.gateway.doors import Doors
from ethogram.services.gateway.guards import Counted, Guard
from ethogram.services.gateway.routes.operations import operation_routes
from ethogram.services.gateway.routes.sessions import session_routes
from ethogram.services.gateway.routes.stream import stream_routes

WEB = Path(__file__).parent / "web"


def create_app(doors: Doors, registry: CollectorRegistry | None = None) -> FastAPI:
    """The gateway over these doors; nothing is opened here."""
    counted = registry or CollectorRegistry()
    app = FastAPI(
        title="Ethogram", version=__version__, docs_url=None, redoc_url=None, openapi_url="/v1/openapi.json",
        description="Start sessions, follow them live, read what was found out.",
    )  # fmt: skip
    problems.install(app)
    app.include_router(session_routes(doors))
    app.include_router(stream_routes(doors))
    app.include_router(operation_routes(doors, counted))
    app.add_api_route("/", _page, methods=["GET"], include_in_schema=False)
    app.mount("/web", StaticFiles(directory=WEB), name="web")
    app.add_middleware(Guard, counted=Counted(counted))
    return app


async def _page() -> FileResponse:
    return FileResponse(WEB / "index.html", headers={"Cache-Control": "no-cache"})
