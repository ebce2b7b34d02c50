"""For operators: is it alive, is it ready, what does it count."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from ethogram import __version__
from ethogram.services.gateway.doors import Doors


def operation_routes(doors: Doors, registry: CollectorRegistry) -> APIRouter:
    """The routes, over these doors."""
    router = APIRouter()

    @router.get("/healthz")
    async def alive() -> dict[str, str]:
        """The process answers."""
        return {"status": "ok", "version": __version__}

    @router.get("/readyz")
    def ready(response: Response) -> dict[str, Any]:
        """Everything that it depends on answers; 503 names what does not."""
        wrong = {name: reason for name, check in doors.checks.items() if (reason := _reason(check))}
        response.status_code = 503 if wrong else 200
        return {"status": "not-ready" if wrong else "ok", "checks": {name: wrong.get(name, "ok") for name in doors.checks}}

    @router.get("/metrics")
    def metrics() -> Response:
        """Prometheus text."""
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return router


def _reason(check: Any) -> str | None:
    try:
        check()
    except Exception as error:  # whatever is wrong with a dependency: traffic is not welcome
        return type(error).__name__
    return None
