"""The reference of the HTTP API: every operation in a line; the whole of it is the OpenAPI document."""

from __future__ import annotations

from typing import Any

from ethogram.cli.reference.markdown import page, rows
from ethogram.services.gateway.app import described

HOW = """[schemas/openapi.json](../../schemas/openapi.json) is the whole document; the gateway has it at
`/v1/openapi.json`. Errors are `application/problem+json` (RFC 9457) with `code`, `detail`, `request_id` and, for a
refused body, `errors[]` with JSON pointers. Where a key is needed it goes as `X-API-Key` or as a bearer token."""


def api_page() -> str:
    """docs/reference/api.md."""
    document = described()
    operations = [
        (f"`{method.upper()} {path}`", _answer(operation), _line(operation))
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    return page("HTTP API", HOW, rows(("operation", "answers", "what it does"), operations))


def _line(operation: dict[str, Any]) -> str:
    return str(operation.get("description") or operation.get("summary") or "").split("\n\n")[0]


def _answer(operation: dict[str, Any]) -> str:
    return ", ".join(status for status in operation["responses"] if status.startswith("2"))
