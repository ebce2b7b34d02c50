"""For people who look around: questions to the database, what is configured, what stands beside the gateway."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from ethogram.services.gateway.doors import Doors
from ethogram.services.gateway.keys import needs


class Question(BaseModel):
    """One SQL statement that reads."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"sql": "SELECT state, count(*) FROM sessions GROUP BY 1"}]}
    )

    sql: str = Field(min_length=1, max_length=20_000)


class FoundShown(BaseModel):
    """What it came to; at most 1,000 rows."""

    columns: list[str]
    rows: list[list[Any]]
    more: bool
    milliseconds: float


class ColumnShown(BaseModel):
    """A column."""

    name: str
    type: str
    about: str


class TableShown(BaseModel):
    """A table that may be read."""

    name: str
    about: str
    columns: list[ColumnShown]


class TablesShown(BaseModel):
    """All of them."""

    tables: list[TableShown]


class SettingShown(BaseModel):
    """A setting, where its value comes from; secrets are masked."""

    name: str
    value: Any
    origin: str


class SettingsShown(BaseModel):
    """All of them."""

    settings: list[SettingShown]


class Links(BaseModel):
    """Where to look further; null: not there."""

    kafka_ui: str | None


def explorer_routes(doors: Doors) -> APIRouter:
    """The routes, over these doors."""
    router = APIRouter(tags=["operation"])
    admin = [needs(doors, "admin")]

    def tables() -> dict[str, Any]:
        """Tables and columns that questions may name."""
        return {"tables": doors.explorer.tables()}

    def ask(question: Question) -> dict[str, Any]:
        """Ask the database: one statement, read-only, as a role that may read and nothing else, for 5 s at most."""
        return asdict(doors.explorer.ask(question.sql))

    def configuration() -> dict[str, Any]:
        """Every setting of this gateway, and where its value comes from."""
        return {"settings": doors.explorer.settings()}

    def links() -> dict[str, Any]:
        """Addresses of what stands beside the gateway."""
        return {"kafka_ui": doors.explorer.kafka_ui or None}

    router.add_api_route("/v1/database/tables", tables, methods=["GET"], response_model=TablesShown, dependencies=admin)
    router.add_api_route("/v1/database/questions", ask, methods=["POST"], response_model=FoundShown, dependencies=admin)
    router.add_api_route(
        "/v1/configuration", configuration, methods=["GET"], response_model=SettingsShown, dependencies=admin
    )
    router.add_api_route("/v1/links", links, methods=["GET"], response_model=Links, dependencies=[needs(doors, "read")])
    return router
