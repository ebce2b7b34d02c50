"""Liveness, readiness and metrics over HTTP, on a thread of their own."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from ethogram.runtime import clock, telemetry

STALLED_AFTER_S = 30.0


@dataclass
class Health:
    """What a service knows about its own state; the main loop writes, the HTTP thread reads."""

    service: str
    reasons: dict[str, str] = field(default_factory=lambda: {"starting": "partitions are not assigned yet"})
    """Why it is not ready; empty means ready."""
    _beat: float = field(default_factory=clock.monotonic)

    def beat(self) -> None:
        """Say that the main loop goes round."""
        self._beat = clock.monotonic()

    def hold(self, name: str, reason: str) -> None:
        """Not ready, because of `reason`."""
        self.reasons = {**self.reasons, name: reason}

    def clear(self, name: str) -> None:
        """One reason less."""
        if name in self.reasons:
            self.reasons = {key: reason for key, reason in self.reasons.items() if key != name}

    @property
    def alive(self) -> bool:
        """Whether the main loop went round lately."""
        return clock.monotonic() - self._beat < STALLED_AFTER_S

    @property
    def ready(self) -> bool:
        """Whether it does its work."""
        return self.alive and not self.reasons

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Status, content type and body for a path."""
        if path == "/metrics":
            telemetry.READY.labels(self.service).set(self.ready)
            return 200, CONTENT_TYPE_LATEST, generate_latest()
        if path == "/healthz":
            return self._said(self.alive, {"alive": self.alive})
        if path == "/readyz":
            return self._said(self.ready, {"ready": self.ready, "reasons": self.reasons})
        return 404, "application/json", b'{"error":"try /healthz, /readyz or /metrics"}'

    def _said(self, good: bool, document: dict[str, Any]) -> tuple[int, str, bytes]:
        return 200 if good else 503, "application/json", json.dumps({"service": self.service, **document}).encode()


def serve(health: Health, port: int, host: str = "127.0.0.1") -> ThreadingHTTPServer | None:
    """Answer on `port` until the process ends; port 0 means not at all."""
    if port == 0:
        return None

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, content_type, body = health.answer(self.path.partition("?")[0])
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Probes are no news."""

    server = ThreadingHTTPServer((host, port), Answer)
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server
