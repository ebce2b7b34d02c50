"""Somebody on the roster acknowledges an alert: a signed command, a line in the audit log, and the row follows."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import Connection, create_engine, delete, text
from sqlalchemy.pool import NullPool

from ethogram.events import AcknowledgeAlert
from ethogram.events.alerting import stream_of_alert
from ethogram.objectives import Alert
from ethogram.runtime import clock, people
from ethogram.runtime.store import alerts, tables
from ethogram.runtime.store.audit_log import lines
from ethogram.runtime.store.performance import ONE_AT_A_TIME
from tests.running import Running


def test_an_alert_is_acknowledged_by_who_may_and_by_nobody_else(running: Running) -> None:
    people.add(running.settings, "ada", ("operator",), ("alerts",), None)
    people.add(running.settings, "rex", ("referee",), ("alerts",), None)
    engine = create_engine(running.settings.database_url, poolclass=NullPool)  # closing ends the lock
    with engine.connect() as connection:
        # nobody judges meanwhile: what is wrong with nothing would end
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": ONE_AT_A_TIME})
        connection.commit()
        number = _raised(connection)
        for who in ("rex", "ada"):
            running.json("alerts", "acknowledge", str(number), "--reason", "on it", "--actor", who)
            _said(connection, number, who)
        (known,) = [each for each in alerts.listed(connection) if each["id"] == number]
        connection.execute(delete(tables.alerts).where(tables.alerts.c.id == number))
        connection.commit()
    for who in ("rex", "ada"):
        people.remove(running.settings, who)  # where nobody may, everybody may: other tests ask without a name
    assert (known["state"], known["acknowledged_by"], known["reason"]) == ("acknowledged", "ada", "on it")


def _raised(connection: Connection) -> int:
    now = clock.utc()
    alerts.save(connection, [Alert("ServiceDown", "nothing", "ticket", "of a test", now, now, now)])
    connection.commit()
    return next(int(each["id"]) for each in alerts.listed(connection) if each["subject"] == "nothing")


def _said(connection: Connection, number: int, who: str) -> dict[str, Any]:
    """The line of the audit log about what somebody asked, once it is there."""
    deadline = time.monotonic() + 60
    verdict = {"rex": "refused: ", "ada": "accepted"}[who]
    while True:
        known = lines(connection, stream_of_alert(number), 10)
        connection.rollback()
        for each in known:
            if (each["what"], each["who"]) == (AcknowledgeAlert.TYPE, who) and each["said"].startswith(verdict):
                return each
        assert time.monotonic() < deadline, known
        time.sleep(0.05)
