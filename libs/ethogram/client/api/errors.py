"""What can go wrong when a program talks to the gateway; every error is an APIError."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class APIError(Exception):
    """The gateway refused, or could not be reached.

    `status` is the HTTP status (None: no answer), `code` is stable, `request_id` finds the request in the gateway's
    log, `errors` has one `{pointer, detail}` per wrong field.
    """

    def __init__(
        self, message: str, *, status: int | None = None, code: str = "", request_id: str | None = None,
        errors: Sequence[Mapping[str, str]] = (),
    ) -> None:  # fmt: skip
        super().__init__(message)
        self.status = status
        self.code = code
        self.request_id = request_id
        self.errors = tuple(errors)


class AuthenticationError(APIError):
    """No key, or one that is unknown, revoked or expired (401)."""


class PermissionDeniedError(APIError):
    """The key is for something else, or used up (403)."""


class ResourceNotFoundError(APIError):
    """There is no such session, report or key (404)."""


class InvalidRequestError(APIError):
    """A field is missing or wrong; `errors` says which (422)."""


class RateLimitError(APIError):
    """Too many requests in this minute; a new try makes sense after `retry_after` seconds (429)."""

    def __init__(self, message: str, *, retry_after: float, **given: Any) -> None:
        super().__init__(message, **given)
        self.retry_after = retry_after


class ServiceUnavailableError(APIError):
    """The gateway, or what it depends on, does not answer; trying again later may help."""

    def __init__(self, message: str, *, retry_after: float | None = None, **given: Any) -> None:
        super().__init__(message, **given)
        self.retry_after = retry_after


class TrainingError(APIError):
    """A session was rejected or failed; `session_id` and `state` say which and how."""

    def __init__(self, message: str, *, session_id: str, state: str) -> None:
        super().__init__(message, code=f"session-{state}")
        self.session_id = session_id
        self.state = state


def error_of(status: int, headers: Mapping[str, str], body: Any) -> APIError:
    """The error that a problem document (RFC 9457) stands for."""
    problem = body if isinstance(body, dict) else {}
    words = str(problem.get("detail") or f"the gateway answered {status}")
    given = {
        "status": status, "code": str(problem.get("code", "")), "errors": problem.get("errors", ()),
        "request_id": problem.get("request_id") or headers.get("x-request-id"),
    }  # fmt: skip
    retry_after = headers.get("retry-after", "")
    wait = float(retry_after) if retry_after.isdecimal() else None
    if status == 429:
        return RateLimitError(words, retry_after=wait or 1.0, **given)
    if status in (502, 503, 504):
        return ServiceUnavailableError(words, retry_after=wait, **given)
    return _BY_STATUS.get(status, APIError)(words, **given)


_BY_STATUS: Mapping[int, type[APIError]] = {
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: ResourceNotFoundError,
    422: InvalidRequestError,
}
