"""Dead letters: what a service could not process, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from ethogram.services.gateway.doors import Doors
from ethogram.services.gateway.keys import needs


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


def dead_letter_routes(doors: Doors) -> APIRouter:
    """The route, over these doors."""
    router = APIRouter(tags=["operation"])

    def listed(limit: Annotated[int, Query(ge=1, le=500)] = 100) -> dict[str, Any]:
        """The newest dead letters."""
        return {"dead_letters": doors.reports.dead_letters(limit)}

    router.add_api_route(
        "/v1/dead-letters", listed, methods=["GET"], response_model=LettersShown, dependencies=[needs(doors, "read")]
    )
    return router
