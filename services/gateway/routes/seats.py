"""People's seats: what waits for an answer, and the answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from ethogram.client import new_command_id
from ethogram.events import AnswerTurn
from ethogram.services.gateway.doors import Doors
from ethogram.services.gateway.keys import needs


class Offered(BaseModel):
    """One thing that may be chosen."""

    model_config = ConfigDict(extra="ignore")

    id: str
    text: str


class SeatShown(BaseModel):
    """A question that waits for a person."""

    session_id: str
    game_id: str
    turn: int
    seat: int
    agent_id: str
    who: str | None
    """The only one whose answer counts; none: anybody's."""
    until: datetime
    """After this the seat has timed out."""
    text: str
    options: list[Offered]
    history: list[str] = Field(default_factory=list)


class SeatsShown(BaseModel):
    """The most pressing first."""

    seats: list[SeatShown]


class Answered(BaseModel):
    """Kafka has the answer; the first valid one becomes the decision."""

    command_id: str


def seat_routes(doors: Doors) -> APIRouter:
    """The routes, over these doors."""
    router = APIRouter(tags=["people"])

    def waiting() -> dict[str, Any]:
        """Questions that wait for a person, in all sessions."""
        return {"seats": [{**row, **row["body"]} for row in doors.reports.seats()]}

    async def answer(said: AnswerTurn, request: Request) -> Answered:
        """Answer a question for a person's seat; 202 as soon as Kafka has acknowledged it.

        Whoever comes with a key answers under its owner's name.
        """
        await run_in_threadpool(doors.reports.find, said.session_id)
        command_id = said.command_id or new_command_id()
        known = {"command_id": command_id, "actor": getattr(request.state, "owner", said.actor)}
        await run_in_threadpool(doors.publish, said.model_copy(update=known))
        return Answered(command_id=command_id)

    router.add_api_route(
        "/v1/seats", waiting, methods=["GET"], response_model=SeatsShown, dependencies=[needs(doors, "read")]
    )
    router.add_api_route(
        "/v1/seats/answers", answer, methods=["POST"], status_code=202, dependencies=[needs(doors, "play")]
    )
    return router
