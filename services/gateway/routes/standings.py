"""Who is best: champions, mean scores, ratings, titles and what became of them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from ethogram.services.gateway.doors import Doors
from ethogram.services.gateway.keys import needs

Some = Annotated[int, Query(ge=1, le=100)]
Many = Annotated[int, Query(ge=1, le=500)]


def standing_routes(doors: Doors) -> APIRouter:
    """The routes, over these doors."""
    router = APIRouter(tags=["sessions"], dependencies=[needs(doors, "read")])

    @router.get("/v1/champions")
    def champions(limit: Some = 50) -> dict[str, Any]:
        """Champions, newest first."""
        return {"champions": doors.reports.champions(limit)}

    @router.get("/v1/standings")
    def standings(limit: Many = 100) -> dict[str, Any]:
        """Mean scores over all completed sessions, the best first."""
        return {"standings": doors.reports.standings(limit)}

    @router.get("/v1/leaderboard")
    def leaderboard(training: Annotated[str, Query(max_length=200)] = "%") -> dict[str, Any]:
        """The published table: Bradley-Terry strengths with intervals, every session weighing the same, and the share
        of sessions without which somebody else would be first. In `training` a % stands for anything."""
        return doors.reports.leaderboard(training)

    @router.get("/v1/ladder")
    def ladder(limit: Many = 100) -> dict[str, Any]:
        """Online ratings (openskill) over all sessions that count, the surest first."""
        return {"ratings": doors.reports.ladder(limit)}

    @router.get("/v1/titles")
    def titles() -> dict[str, Any]:
        """Who holds each title, since when, with how many defences, and who challenges."""
        return {"titles": doors.reports.titles()}

    @router.get("/v1/titles/history")
    def title_history(title: Annotated[str | None, Query(max_length=200)] = None, limit: Many = 100) -> dict[str, Any]:
        """What became of a title, or of all: taken, defended, challenged, each with before and after, newest first."""
        return {"history": doors.reports.title_history(title, limit)}

    return router
