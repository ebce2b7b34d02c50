"""Dead letters: what a service could not process, why, and what is to become of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from ethogram.services.gateway.doors import Doors
from ethogram.services.gateway.keys import needs

Number = Annotated[int, Path(ge=1, le=2**62)]


class LetterShown(BaseModel):
    """A record that was set aside; its bytes stay on the topic of dead letters."""

    id: int
    service: str
    topic: str
    partition: int
    offset: int
    session_id: str | None
    stage: str
    code: str
    message: str
    status: str
    redrives: int
    created_at: datetime


class LettersShown(BaseModel):
    """Newest first."""

    dead_letters: list[LetterShown]


class TriageShown(BaseModel):
    """What to think of it."""

    model_config = ConfigDict(extra="ignore")

    severity: str
    pattern: str
    cause: str
    next_step: str
    confidence: float
    raised: list[str]


class WholeLetter(LetterShown):
    """Everything about one."""

    event_id: str | None
    reason: str | None
    key: str | None
    value: str | None
    headers: dict[str, str]
    triage: TriageShown


class Discarding(BaseModel):
    """Who sets it aside for good, and why."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"actor": "ann", "reason": "sent by mistake"}]}
    )

    actor: str = Field("anonymous", min_length=1, max_length=200)
    reason: str = Field(min_length=1, max_length=2_000)


def dead_letter_routes(doors: Doors) -> APIRouter:
    """The routes, over these doors."""
    router = APIRouter(tags=["operation"])
    admin = [needs(doors, "admin")]

    def listed(limit: Annotated[int, Query(ge=1, le=500)] = 100) -> dict[str, Any]:
        """The newest dead letters."""
        return {"dead_letters": doors.reports.dead_letters(limit)}

    def whole(letter: Number) -> dict[str, Any]:
        """One dead letter with its bytes, how bad it is, why, and what to do next."""
        return doors.letters.whole(letter)

    def redrive(letter: Number) -> dict[str, Any]:
        """Send it back to the service that refused it; at most three times, once the cause is gone."""
        doors.letters.redrive(letter)
        return doors.letters.whole(letter)

    def discard(letter: Number, wish: Discarding, request: Request) -> dict[str, Any]:
        """Set it aside for good; it stays on record with the reason."""
        actor = getattr(request.state, "owner", wish.actor)
        doors.letters.discard(letter, f"{actor}: {wish.reason}")
        return doors.letters.whole(letter)

    router.add_api_route(
        "/v1/dead-letters", listed, methods=["GET"], response_model=LettersShown, dependencies=[needs(doors, "read")]
    )
    here = "/v1/dead-letters/{letter}"
    router.add_api_route(here, whole, methods=["GET"], response_model=WholeLetter, dependencies=admin)
    router.add_api_route(f"{here}/redrive", redrive, methods=["POST"], response_model=WholeLetter, dependencies=admin)
    router.add_api_route(f"{here}/discard", discard, methods=["POST"], response_model=WholeLetter, dependencies=admin)
    return router
