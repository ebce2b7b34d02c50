"""How well it runs: objectives with their budgets, alerts and their acknowledgement, figures with percentiles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from ethogram.client import new_command_id
from ethogram.events import AcknowledgeAlert
from ethogram.services.gateway.author import author_of
from ethogram.services.gateway.doors import Doors
from ethogram.services.gateway.keys import needs


class ObjectiveShown(BaseModel):
    """A promise over thirty days, and how it is kept; windows are 5m, 30m, 1h, 6h, 3d and 30d."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    name: str
    about: str
    target: float
    """Share that has to be good."""
    good_share: float | None
    """Share of the thirty days that was good; none while nothing was measured."""
    budget_left: float
    """Share of the error budget that is left; below 0: the promise is broken."""
    burn: dict[str, float]
    """By window: how many times faster than allowed the budget goes."""
    count: dict[str, int]
    bad: dict[str, int]


class ObjectivesShown(BaseModel):
    """All of them."""

    objectives: list[ObjectiveShown]


class AlertShown(BaseModel):
    """Something that is or was wrong."""

    id: int
    name: str
    subject: str
    severity: Literal["page", "ticket"]
    summary: str
    state: Literal["firing", "acknowledged", "resolved"]
    since: datetime
    seen_at: datetime
    told_at: datetime
    resolved_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    reason: str | None
    runbook: str


class AlertsShown(BaseModel):
    """Those that go on first, then the newest."""

    alerts: list[AlertShown]


class Acknowledgement(BaseModel):
    """Who knows of it, and why it may go on for now."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"actor": "ann", "reason": "scaling out"}]}
    )

    actor: str = Field(min_length=1, max_length=200)
    reason: str = Field(min_length=1, max_length=2_000)
    command_id: str = Field("", max_length=100)


class MeasureShown(BaseModel):
    """What a figure came to; percentiles and means are seconds where the figure is a duration."""

    count: int
    bad: int
    mean: float | None
    p50: float | None
    p95: float | None
    p99: float | None


class PointShown(MeasureShown):
    """The same for one span of its history."""

    at: datetime


class FigureShown(BaseModel):
    """One figure of one service: over 5m, 1h and 1d, and its history."""

    service: str
    figure: str
    windows: Mapping[str, MeasureShown]
    history: list[PointShown]


class RegressionShown(BaseModel):
    """What takes longer in the last hour than in the week before."""

    service: str
    figure: str
    statistic: Literal["mean", "p95"]
    before_s: float
    now_s: float


class PerformanceShown(BaseModel):
    """Figures of all services."""

    hours: float
    width_s: int
    figures: list[FigureShown]
    regressions: list[RegressionShown]


def performance_routes(doors: Doors) -> APIRouter:
    """The routes, over these doors."""
    router = APIRouter(tags=["operation"])

    def objectives() -> dict[str, Any]:
        """Service level objectives, their error budgets, and how fast these burn."""
        return {"objectives": doors.performance.objectives()}

    def alerts(limit: Annotated[int, Query(ge=1, le=500)] = 100) -> dict[str, Any]:
        """Alerts: those that go on first, then the newest."""
        return {"alerts": doors.performance.alerts(limit)}

    async def acknowledge(
        alert: Annotated[int, Path(ge=1, le=2**62)], wish: Acknowledgement, request: Request,
        ethogram_signature: Annotated[str | None, Header(max_length=1_000)] = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Say that somebody knows of an alert: nobody is told of it again until it has ended.

        202 as soon as Kafka has acknowledged the command; where people are on the roster it has to be signed.
        """
        known = await run_in_threadpool(doors.performance.alert, alert)
        told = {"alert_id": alert, "actor": wish.actor, "reason": wish.reason}
        command = AcknowledgeAlert.model_validate({**told, "command_id": wish.command_id or new_command_id()})
        author = author_of(request, command.actor, ethogram_signature)
        await run_in_threadpool(doors.publish, author.signs(command), author.sign)
        return known

    def performance(hours: Annotated[float, Query(gt=0, le=840)] = 24) -> dict[str, Any]:
        """Rolling percentiles of every figure, their history, and what became slower."""
        return doors.performance.figures(hours)

    reading = [needs(doors, "read")]
    router.add_api_route("/v1/slo", objectives, methods=["GET"], response_model=ObjectivesShown, dependencies=reading)
    router.add_api_route("/v1/alerts", alerts, methods=["GET"], response_model=AlertsShown, dependencies=reading)
    router.add_api_route(
        "/v1/alerts/{alert}/acknowledge", acknowledge, methods=["POST"], status_code=202, response_model=AlertShown,
        dependencies=[needs(doors, "approve")],
    )  # fmt: skip
    router.add_api_route(
        "/v1/performance", performance, methods=["GET"], response_model=PerformanceShown, dependencies=reading
    )
    return router
