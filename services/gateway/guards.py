"""What stands before every route: limits, security headers, and a count of what was answered."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import HTTPException
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ethogram.services.gateway.problems import problem, request_id

MAX_BODY_BYTES = 1_048_576
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
"""Hosts that a browser on this machine may name: a page of another site that points its own name here is refused."""
SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

Next = Callable[[Request], Awaitable[Response]]


class Limited:
    """Refuses bodies over the limit while they arrive, whatever their Content-Length says."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with a counted body."""
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > MAX_BODY_BYTES:
                raise HTTPException(413, f"a body may have {MAX_BODY_BYTES} bytes at most")
            return message

        await self._app(scope, counted, send)


def guard(app: FastAPI, registry: CollectorRegistry) -> None:
    """Put the guards before `app`."""
    answered = Counter(
        "ethogram_http_requests_total", "Requests answered", ["method", "route", "status"], registry=registry
    )
    took = Histogram(
        "ethogram_http_request_duration_seconds", "Time until an answer began", ["method", "route"], registry=registry
    )

    async def watched(request: Request, go_on: Next) -> Response:
        began = time.perf_counter()
        response = _stranger(request) or await go_on(request)
        response.headers.update(SECURITY)
        response.headers["X-Request-Id"] = request_id(request)
        route = getattr(request.scope.get("route"), "path", "other")
        answered.labels(request.method, route, str(response.status_code)).inc()
        took.labels(request.method, route).observe(time.perf_counter() - began)
        return response

    app.middleware("http")(watched)
    app.add_middleware(Limited)


def _stranger(request: Request) -> Response | None:
    """Refusal of requests that another site's page makes in a visitor's browser."""
    if (request.url.hostname or "") not in LOOPBACK:
        return problem(request, 421, "wrong-host", f"this gateway answers to {', '.join(sorted(LOOPBACK))} only")
    origin = request.headers.get("origin")
    if origin and urlsplit(origin).netloc != request.url.netloc:
        return problem(request, 403, "foreign-origin", f"requests from pages of {origin} are refused")
    return None
