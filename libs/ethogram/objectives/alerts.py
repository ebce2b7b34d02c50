"""The life of an alert: it fires, is told, may be acknowledged, ends; and comes back as the same one for a while."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

Severity = Literal["page", "ticket"]
State = Literal["firing", "acknowledged", "resolved"]
COOLDOWN = timedelta(minutes=10)
"""What comes back within this is the same alert, and nobody is told anew: a flapping alert is one alert."""
REPEAT: Mapping[str, timedelta] = {"page": timedelta(hours=1), "ticket": timedelta(hours=4)}
"""After so long an alert that nobody acknowledged is told again."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that is wrong now."""

    name: str
    """As in docs/how-to/runbook.md."""
    subject: str
    """Whose: an objective, a service, a figure of one."""
    severity: Severity
    summary: str


@dataclass(frozen=True, slots=True)
class Alert:
    """A condition that was seen, and what became of it."""

    name: str
    subject: str
    severity: Severity
    summary: str
    since: datetime
    seen_at: datetime
    """When it was last wrong."""
    told_at: datetime
    id: int | None = None
    resolved_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    reason: str | None = None
    """Why who acknowledged it thinks that it may go on for now."""

    @property
    def state(self) -> State:
        """Where it stands."""
        if self.resolved_at is not None:
            return "resolved"
        return "firing" if self.acknowledged_at is None else "acknowledged"

    @property
    def runbook(self) -> str:
        """What to do about it."""
        return f"docs/how-to/runbook.md#{self.name.lower()}"


def untold(alert: Alert) -> Alert:
    """The same alert when people could not be told of it: it is due at once."""
    return replace(alert, told_at=alert.told_at - REPEAT[alert.severity])


def follow(known: Iterable[Alert], found: Iterable[Condition], now: datetime) -> tuple[list[Alert], list[Alert]]:
    """Alerts that changed, and those of them that somebody has to be told of.

    `known`: alerts that fire, or that ended within COOLDOWN.
    """
    before = {(alert.name, alert.subject): alert for alert in known}
    wrong = {(condition.name, condition.subject): condition for condition in found}
    changed, told = [], []
    for key, condition in wrong.items():
        alert, tell = _seen(before.get(key), condition, now)
        changed.append(alert)
        told += [alert] if tell else []
    ended = [alert for key, alert in before.items() if key not in wrong and alert.resolved_at is None]
    return [*changed, *(replace(alert, resolved_at=now) for alert in ended)], told


def _seen(alert: Alert | None, condition: Condition, now: datetime) -> tuple[Alert, bool]:
    if alert is None or (alert.resolved_at is not None and now - alert.resolved_at > COOLDOWN):
        fresh = Alert(condition.name, condition.subject, condition.severity, condition.summary, now, now, now)
        return fresh, True
    due = alert.acknowledged_at is None and now - alert.told_at >= REPEAT[condition.severity]
    again = replace(
        alert, severity=condition.severity, summary=condition.summary, seen_at=now, resolved_at=None,
        told_at=now if due else alert.told_at,
    )  # fmt: skip
    return again, due
