"""Rows of alerts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, or_, select, update

from ethogram.events import AlertAcknowledged, EthogramError
from ethogram.events.envelope import Record
from ethogram.objectives import COOLDOWN, Alert, untold
from ethogram.runtime.store.dead_letters import storable
from ethogram.runtime.store.tables import alerts, dead_letters


class AlertNotFound(EthogramError):
    """No alert has this number, or it has ended."""


def alive(connection: Connection, now: datetime) -> list[Alert]:
    """Alerts that fire or ended within the cool-down."""
    recent = or_(alerts.c.resolved_at.is_(None), alerts.c.resolved_at >= now - COOLDOWN)
    return [Alert(**row) for row in connection.execute(select(alerts).where(recent).order_by(alerts.c.id)).mappings()]


def save(connection: Connection, changed: Iterable[Alert]) -> None:
    """Enter new alerts and what became of known ones."""
    for alert in changed:
        row = {name: value for name, value in asdict(alert).items() if name != "id"}
        if alert.id is None:
            connection.execute(insert(alerts).values(row))
        else:  # who acknowledges meanwhile is not overwritten
            kept = {
                name: value
                for name, value in row.items()
                if name not in ("acknowledged_at", "acknowledged_by", "reason")
            }
            connection.execute(update(alerts).where(alerts.c.id == alert.id).values(kept))


def listed(connection: Connection, limit: int = 100) -> list[dict[str, Any]]:
    """Alerts as plain values: those that go on first, then the newest."""
    query = select(alerts).order_by(alerts.c.resolved_at.is_not(None), alerts.c.id.desc()).limit(limit)
    found = [Alert(**row) for row in connection.execute(query).mappings()]
    return [{**asdict(alert), "state": alert.state, "runbook": alert.runbook} for alert in found]


def keep_acknowledgements(connection: Connection, records: Sequence[Record]) -> None:
    """Enter who knows of alerts: nobody is told of them again until they have ended; what has ended stays as it is."""
    for record in records:
        if isinstance(event := record.event, AlertAcknowledged):
            given = {
                "acknowledged_at": datetime.fromisoformat(record.time),
                "acknowledged_by": storable(event.actor, 200), "reason": storable(event.reason),
            }  # fmt: skip
            open_one = alerts.c.id == event.alert_id, alerts.c.resolved_at.is_(None)
            connection.execute(update(alerts).where(*open_one).values(given))


def untell(connection: Connection, alert: Alert) -> None:
    """People are not told of an alert yet: until they are, each look is to tell them."""
    _told(connection, untold(alert))


def tell(connection: Connection, alert: Alert) -> None:
    """People were told of an alert."""
    _told(connection, alert)


def _told(connection: Connection, alert: Alert) -> None:
    this = alerts.c.name == alert.name, alerts.c.subject == alert.subject, alerts.c.resolved_at.is_(None)
    connection.execute(update(alerts).where(*this).values(told_at=alert.told_at))


def going_on(connection: Connection, alert_id: int) -> dict[str, Any]:
    """An alert that goes on; AlertNotFound if there is none of this number."""
    query = select(alerts).where(alerts.c.id == alert_id, alerts.c.resolved_at.is_(None))
    row = connection.execute(query).mappings().first()
    if row is None:
        raise AlertNotFound("alert-not-found", f"no alert {alert_id} goes on; `ethogram alerts list` shows which do")
    alert = Alert(**row)
    return {**asdict(alert), "state": alert.state, "runbook": alert.runbook}


def unforeseen(connection: Connection, since: datetime) -> dict[str, int]:
    """Dead letters by service that nobody foresaw and nobody has looked after, since then."""
    wanted = dead_letters.c.foreseen.is_(False), dead_letters.c.status == "new", dead_letters.c.created_at >= since
    query = select(dead_letters.c.service, func.count()).where(*wanted).group_by(dead_letters.c.service)
    return {service: int(count) for service, count in connection.execute(query)}
