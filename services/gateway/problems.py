"""Errors as RFC 9457 problem documents: a stable code, words, the request's id; never a stack trace."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException

from ethogram.events import EthogramError, InvalidRecord, SettingsError, TransientError
from ethogram.runtime.store.api_keys import KeyRefused

PROBLEM = "application/problem+json"
RETRY_AFTER_S = 5
_CODES = {400: "bad-request", 404: "not-found", 405: "method-not-allowed", 413: "body-too-large"}
log = structlog.get_logger(__name__)


class Wrong(BaseModel):
    """One field that is missing or wrong."""

    pointer: str
    """JSON pointer (RFC 6901) into the body."""
    detail: str


class Problem(BaseModel):
    """Why a request was not answered as wished (RFC 9457)."""

    type: str
    status: int
    code: str
    """Stable name of the reason."""
    title: str
    detail: str
    """The reason in words."""
    instance: str
    request_id: str
    """Finds the request in the gateway's log."""
    errors: list[Wrong] | None = None


_DOCUMENTED = {
    "400": "The request is not HTTP as it should be.", "401": "No key, or one that is unknown, revoked or expired.",
    "403": "The key is for something else or used up, or the page is of another site.",
    "404": "There is no such thing.", "413": "The body is too large.",
    "421": "The gateway does not answer to this name.", "422": "A field is missing or wrong; `errors` says which.",
    "429": "Too many requests in this minute; see Retry-After.", "500": "Something went wrong here.",
    "503": "Kafka or PostgreSQL does not answer; see Retry-After.",
}  # fmt: skip


def documented(document: dict[str, Any]) -> dict[str, Any]:
    """An OpenAPI document in which every operation names the problems that it may answer with."""
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas.update({**schema.pop("$defs"), "Problem": schema})
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operation in (each for methods in document["paths"].values() for each in methods.values()):
        answers = operation["responses"]
        operation["responses"] = {
            **{status: answer for status, answer in answers.items() if status != "422"},
            **{status: {"description": words, "content": content} for status, words in _DOCUMENTED.items()
               if status not in answers or status == "422"},
        }  # fmt: skip
    return document


def problem(
    request: Request, status: int, code: str, detail: str, *, errors: Sequence[dict[str, str]] = (), retry_s: int = 0
) -> Response:
    """A problem document as an answer."""
    body: dict[str, Any] = {
        "type": "about:blank", "status": status, "code": code, "title": code.replace("-", " "), "detail": detail,
        "instance": request.url.path, "request_id": request_id(request),
    }  # fmt: skip
    if errors:
        body["errors"] = list(errors)
    headers = {"Retry-After": str(retry_s)} if retry_s else {}
    return JSONResponse(body, status, headers, PROBLEM)


def request_id(request: Request) -> str:
    """The id of a request, made at its first use."""
    if not hasattr(request.state, "request_id"):
        request.state.request_id = secrets.token_hex(8)
    return str(request.state.request_id)


def install(app: FastAPI) -> None:
    """Answer every error of `app` with a problem document."""
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(EthogramError, _foreseen)
    app.add_exception_handler(DBAPIError, _database_away)
    app.add_exception_handler(Exception, _unforeseen)


async def _invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = [{"pointer": _pointer(each["loc"]), "detail": _words(each["msg"])} for each in error.errors()]
    return problem(request, 422, "invalid-request", _summary(errors), errors=errors)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = _CODES.get(error.status_code, "refused")
    return problem(request, error.status_code, code, str(error.detail))


async def _foreseen(request: Request, error: Exception) -> Response:
    assert isinstance(error, EthogramError)
    if isinstance(error, KeyRefused):
        refused = problem(request, error.status, error.code, error.message, retry_s=error.retry_after_s)
        if error.status == 429:
            request.state.quota = (error.limit, 0, error.retry_after_s)
        if error.status == 401:
            refused.headers["WWW-Authenticate"] = "Bearer"
        return refused
    if isinstance(error, TransientError):
        return problem(request, 503, error.code, error.message, retry_s=RETRY_AFTER_S)
    if error.code.endswith("-not-found"):
        return problem(request, 404, error.code, error.message)
    status = 422 if isinstance(error, InvalidRecord | SettingsError) else 500
    return problem(request, status, error.code, error.message)


async def _database_away(request: Request, error: Exception) -> Response:
    log.warning("database.unreachable", request_id=request_id(request), reason=type(error).__name__)
    return problem(request, 503, "database-unreachable", "PostgreSQL does not answer; try again", retry_s=RETRY_AFTER_S)


async def _unforeseen(request: Request, error: Exception) -> Response:
    log.error("request.failed", request_id=request_id(request), path=request.url.path, exc_info=error)
    return problem(request, 500, "internal-error", "something went wrong here; the log has it under this request_id")


def _pointer(location: Sequence[int | str]) -> str:
    return "/" + "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in location[1:])


def _words(message: str) -> str:
    return message.removeprefix("Value error, ")


def _summary(errors: Sequence[dict[str, str]]) -> str:
    return "; ".join(f"{each['pointer']}: {each['detail']}" for each in errors[:5])
