"""Steering: what people ask of a session that runs, and the approvals that they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from pydantic import BaseModel, ConfigDict, ValidationError, create_model
from starlette.concurrency import run_in_threadpool

from ethogram.client import new_command_id
from ethogram.events import (
    CancelSession,
    DecideApproval,
    GrantSkill,
    InjectMessage,
    Intervention,
    InvalidRecord,
    OverrideAction,
    OverrideVerdict,
    PauseSession,
    ResumeSession,
    RevokeSkill,
    SayInChat,
    SwapAgent,
    derive,
)
from ethogram.events.explanation import explain
from ethogram.runtime.store.api_keys import Scope
from ethogram.services.gateway.author import author_of
from ethogram.services.gateway.doors import Doors
from ethogram.services.gateway.keys import needs
from ethogram.services.gateway.routes.sessions import Accepted, accepted

STEERS: Mapping[str, tuple[type[Intervention], Scope]] = {
    "pause": (PauseSession, "play"),
    "resume": (ResumeSession, "play"),
    "cancel": (CancelSession, "play"),
    "swap": (SwapAgent, "play"),
    "inject": (InjectMessage, "play"),
    "chat": (SayInChat, "play"),
    "revoke": (RevokeSkill, "play"),
    "grant": (GrantSkill, "judge"),
    "override": (OverrideAction, "judge"),
    "overrule": (OverrideVerdict, "judge"),
    "approvals": (DecideApproval, "approve"),
}
"""What can be asked of a session, as the last part of the path, and the scope that it takes."""
SIGNATURE = "Ethogram-Signature"


class ApprovalShown(BaseModel):
    """What people are asked, and what came of it."""

    model_config = ConfigDict(extra="allow")

    session_id: str
    approval_id: str
    about: str
    role: str
    policy: str
    until: datetime
    decision: str | None
    actor: str | None


class ApprovalsShown(BaseModel):
    """The most urgent first."""

    approvals: list[ApprovalShown]


class NotificationShown(BaseModel):
    """What people were told through one channel."""

    model_config = ConfigDict(extra="ignore")

    session_id: str
    about: str
    channel: str
    via: str
    purpose: str
    outcome: str
    subject: str
    text: str
    reference: str | None = None
    error: str | None = None
    told_at: datetime


class InboxShown(BaseModel):
    """The newest first."""

    notifications: list[NotificationShown]


class _Wish(BaseModel):
    model_config = ConfigDict(extra="forbid")


def steering_routes(doors: Doors) -> APIRouter:
    """The routes, over these doors."""
    router = APIRouter(tags=["people"])
    for what, (kind, scope) in STEERS.items():
        router.add_api_route(
            f"/v1/sessions/{{session}}/{what}", _steer(doors, kind), methods=["POST"], status_code=202,
            dependencies=[needs(doors, scope)],
        )  # fmt: skip

    def asked(session: str | None = None, everything: bool = False) -> dict[str, Any]:
        """What people are asked to approve, the most urgent first; with `everything` also what was decided."""
        session_id = doors.reports.find(session) if session else None
        return {"approvals": doors.reports.approvals(session_id, everything)}

    def inbox(limit: Annotated[int, Query(ge=1, le=500)] = 100) -> dict[str, Any]:
        """What people were told through channels, newest first."""
        return {"notifications": doors.reports.inbox(limit)}

    reading = [needs(doors, "read")]
    router.add_api_route("/v1/approvals", asked, methods=["GET"], response_model=ApprovalsShown, dependencies=reading)
    router.add_api_route("/v1/inbox", inbox, methods=["GET"], response_model=InboxShown, dependencies=reading)
    return router


def _steer(doors: Doors, kind: type[Intervention]) -> Callable[..., Any]:
    async def steer(
        session: str, request: Request, wish: Any,
        ethogram_signature: Annotated[str | None, Header(max_length=1_000)] = None,
        idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
    ) -> Accepted:  # fmt: skip
        """202 as soon as Kafka has acknowledged the command.

        Whoever comes with a key that is bound to a person asks as that person, and the command is signed. Whoever has
        a key of its own signs the command itself (`Ethogram-Signature`, with `command_id` and `actor` in the body).
        """
        session_id = await run_in_threadpool(doors.reports.find, session)
        given = {name: value for name, value in wish.model_dump().items() if value is not None}
        if not given.get("command_id"):
            given["command_id"] = (
                derive(kind.TYPE, session_id, idempotency_key) if idempotency_key else new_command_id()
            )
        try:
            command = kind.model_validate({**given, "session_id": session_id})
        except ValidationError as error:
            raise InvalidRecord("invalid-request", explain(error, kind)) from None
        author = author_of(request, command.actor, ethogram_signature)
        await run_in_threadpool(doors.publish, author.signs(command), author.sign)
        return accepted(session_id)

    steer.__annotations__["wish"] = _wish(kind)
    steer.__doc__ = f"{(kind.__doc__ or '').strip()}\n\n{steer.__doc__ or ''}"
    return steer


def _wish(kind: type[Intervention]) -> type[BaseModel]:
    """The body of a request for a command: its fields without the session, which stands in the path."""
    fields: dict[str, Any] = {
        name: (field.annotation if not field.metadata else Annotated[field.annotation, *field.metadata], field)
        for name, field in kind.model_fields.items()
        if name != "session_id"
    }
    return create_model(f"{kind.__name__}Wish", __base__=_Wish, __doc__=kind.__doc__, **fields)
