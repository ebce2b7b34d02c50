"""For operators: is it alive, is it ready, what does it count."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from ethogram import __version__
from ethogram.services.gateway.doors import Doors


def operation_routes(doors: Doors, registry: CollectorRegistry) -> APIRouter:
    """The routes, over these doors."""
    router = APIRouter(tags=["operation"])

    @router.get("/healthz")
    async def alive() -> dict[str, Any]:
        """The process answers."""
        return {"service": "gateway", "alive": True, "version": __version__}

    @router.get("/readyz")
    def ready(response: Response) -> dict[str, Any]:
        """Everything that it depends on answers; 503 names what does not."""
        reasons = {name: reason for name, check in doors.checks.items() if (reason := _reason(check))}
        response.status_code = 503 if reasons else 200
        return {"service": "gateway", "ready": not reasons, "reasons": reasons}

    @router.get("/metrics")
    def metrics() -> Response:
        """Prometheus text."""
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return router


def _reason(check: Callable[[], None]) -> str | None:
    try:
        check()
    except Exception as error:  # whatever is wrong with a dependency: traffic is not welcome
        return f"{type(error).__name__}, see the log of the gateway"
    return None
