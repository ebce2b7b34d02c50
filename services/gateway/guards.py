"""What stands before every route: limits, security headers, and a count of what was answered."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.exceptions import HTTPException
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ethogram.objectives import BOUNDS, Measure
from ethogram.runtime.recorder import durations
from ethogram.services.gateway.problems import problem, request_id

MAX_BODY_BYTES = 1_048_576
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
"""Hosts that a browser on this machine may name: a page of another site that points its own name here is refused."""
QUOTA = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
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


class Counted:
    """Metrics of the gateway; routes are labels, ids never are."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._answers = Counter(
            "ethogram_http_requests_total", "Requests answered.", ["method", "route", "status"], registry=registry
        )
        self._seconds = Histogram(
            "ethogram_http_answer_seconds", "Time until an answer began.", ["method", "route"], registry=registry,
            buckets=BOUNDS,
        )  # fmt: skip

    def count(self, scope: Scope, status: int, seconds: float) -> None:
        """Enter one answer."""
        route = getattr(scope.get("route"), "path", "other")
        self._answers.labels(scope["method"], route, str(status)).inc()
        self._seconds.labels(scope["method"], route).observe(seconds)

    def measure(self) -> Measure:
        """All answers so far: how long until they began, and how many were errors of ours."""
        samples = [sample for sample in next(iter(self._answers.collect())).samples if sample.name.endswith("_total")]
        bad = sum(int(sample.value) for sample in samples if sample.labels["status"].startswith("5"))
        return durations(self._seconds) + Measure(bad=bad)


class Guard:
    """Middleware: refuses strangers and large bodies, adds headers, counts. Streams pass through as they are."""

    def __init__(self, app: ASGIApp, counted: Counted, *, closed: bool) -> None:
        """`closed`: nobody comes in without a key, so that the name under which it is reached proves nothing."""
        self._app = app
        self._counted = counted
        self._closed = closed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or refuse it."""
        if scope["type"] == "websocket":
            await (
                self._app(scope, receive, send)
                if _why_not(HTTPConnection(scope), self._closed) is None
                else send({"type": "websocket.close", "code": 1008})
            )  # before it is accepted: HTTP 403
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        answer = self._answering(request, send)
        refusal = _refusal(request, self._closed)
        await (refusal or self._app)(scope, _limited(receive), answer)

    def _answering(self, request: Request, send: Send) -> Send:
        began = time.perf_counter()

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update({**SECURITY, "X-Request-Id": request_id(request)})
                headers.update(_quota(request))
                self._counted.count(request.scope, message["status"], time.perf_counter() - began)
            await send(message)

        return answer


def _quota(request: Request) -> dict[str, str]:
    """What is left of the minute of the key that was given, whatever the answer."""
    quota = getattr(request.state, "quota", None)
    return dict(zip(QUOTA, map(str, quota), strict=True)) if quota else {}


def _limited(receive: Receive) -> Receive:
    """Counts a body while it arrives, whatever its Content-Length says."""
    received = 0

    async def counted() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > MAX_BODY_BYTES:
            raise HTTPException(413, f"a body may have {MAX_BODY_BYTES} bytes at most")
        return message

    return counted


def _refusal(request: Request, closed: bool) -> Response | None:
    why_not = _why_not(request, closed)
    return problem(request, *why_not) if why_not else None


def _why_not(request: HTTPConnection, closed: bool) -> tuple[int, str, str] | None:
    """Status, code and words for what another site's page asks in a visitor's browser; none if it is let in."""
    if not closed and (request.url.hostname or "") not in LOOPBACK:
        return 421, "wrong-host", f"this gateway answers to {', '.join(sorted(LOOPBACK))} only"
    origin = request.headers.get("origin")
    if origin and urlsplit(origin).netloc != request.url.netloc:
        return 403, "foreign-origin", f"requests from pages of {origin} are refused"
    return None
