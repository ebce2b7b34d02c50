"""Alerting: people are told that something is wrong with the system, and say that they know."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from ethogram.events.base import Event
from ethogram.events.commands import Intervention, Uuid
from ethogram.events.ids import SessionId, derive
from ethogram.events.people import Name, Person

AlertId = Annotated[int, Field(ge=1, le=2**62)]


def stream_of_alert(alert_id: int) -> SessionId:
    """The key under which an alert is acknowledged on the bus."""
    return SessionId(derive("alert", alert_id))


def _keyed(given: Any) -> Any:
    if isinstance(given, dict) and isinstance(given.get("alert_id"), int):
        return {**given, "session_id": stream_of_alert(given["alert_id"])}
    return given


class AcknowledgeAlert(Intervention, type="alert.acknowledge"):
    """Say that somebody knows of an alert: nobody is told of it again until it has ended."""

    session_id: Uuid = SessionId("")
    """Derives from the alert."""
    reason: Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
    """Why it may go on for now."""
    alert_id: AlertId
    """Number of the alert."""

    _by_alert = model_validator(mode="before")(_keyed)


class AlertAcknowledged(Event, type="alert.acknowledged"):
    """Somebody knows of an alert."""

    IDENTITY = ("command_id",)

    session_id: SessionId = SessionId("")
    """Derives from the alert."""
    command_id: str
    """The command."""
    alert_id: AlertId
    """Number of the alert."""
    actor: str
    """Who knows."""
    reason: str
    """Why it may go on for now."""
    people: tuple[Person, ...] = ()
    """Who could have said so: a replay asks the same people."""

    _by_alert = model_validator(mode="before")(_keyed)


class AlertRaised(Event, type="alert.raised"):
    """Something is wrong, and people are to be told of it."""

    IDENTITY = ("name", "subject", "raised_at")

    session_id: SessionId = SessionId("")
    """Derives from name and subject: what is told of one alert stays in order."""
    name: str
    """As in docs/how-to/runbook.md."""
    subject: str
    """Whose: an objective, a service, a figure of one."""
    severity: Literal["page", "ticket"]
    """page: look now."""
    summary: str
    """What is wrong, in a line."""
    runbook: str
    """Where it says what to do."""
    raised_at: str
    """When people are told (RFC 3339): told again later, it is another event."""
    channels: tuple[Name, ...]
    """Through which of the operator's channels they are told."""

    @model_validator(mode="before")
    @classmethod
    def _by_name(cls, given: Any) -> Any:
        if isinstance(given, dict):
            return {**given, "session_id": SessionId(derive("alerts", given.get("name", ""), given.get("subject", "")))}
        return given
