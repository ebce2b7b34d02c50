"""Asks a service over HTTP whether it is ready."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException

from ethogram.devserver.ports import LOOPBACK


@dataclass(frozen=True, slots=True)
class Readiness:
    """What a service says about itself."""

    ready: bool
    words: str
    """ready, or why not."""


def probe(port: int, timeout_s: float = 2) -> Readiness:
    """Answer of /readyz on that port."""
    connection = HTTPConnection(LOOPBACK, port, timeout=timeout_s)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, HTTPException):
        return Readiness(False, "does not answer")
    finally:
        connection.close()
    return Readiness(True, "ready") if answer.status == 200 else Readiness(False, _reasons(body))


def _reasons(body: bytes) -> str:
    try:
        reasons = json.loads(body).get("reasons", {})
    except (json.JSONDecodeError, AttributeError):
        return "not ready"
    return "; ".join(f"{name}: {reason}" for name, reason in reasons.items()) or "not ready"
