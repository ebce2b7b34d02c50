"""An alert is told of as an event; without Kafka it still stands in the log, and is told later."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import QueuePool, create_engine

from ethogram.events import AlertRaised, Event, TransientError
from ethogram.objectives import Alert
from ethogram.services.gateway import watch
from ethogram.services.gateway.doors import Publish
from ethogram.services.gateway.watch import Watch

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
AWAY = Alert("ServiceDown", "judge", "page", "judge is away", NOW, NOW, NOW)


def _look(monkeypatch: pytest.MonkeyPatch, publish: Publish, first: bool = True) -> list[Alert]:
    """One look that finds two alerts: those that the next look is to tell."""
    untold: list[Alert] = []
    found = [AWAY, replace(AWAY, subject="auditor")]
    engine = create_engine("sqlite://", poolclass=QueuePool)
    pool = engine.pool
    assert isinstance(pool, QueuePool)
    monkeypatch.setattr(watch, "alone", lambda engine: nullcontext(first))
    monkeypatch.setattr(watch, "judge", lambda connection, now: found)
    monkeypatch.setattr(watch, "untell", lambda connection, alert: untold.append(alert))
    monkeypatch.setattr(watch, "tell", lambda connection, alert: untold.remove(alert))

    def free(command: Event, sign: object = None) -> None:
        assert pool.checkedout() == 0, "no transaction waits for Kafka"
        publish(command)

    Watch(engine, free, lambda: ("desk",)).look()
    return untold


def test_who_watches_tells_through_the_channels_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[Event] = []
    assert _look(monkeypatch, lambda command, sign=None: said.append(command)) == []
    first, second = said
    assert isinstance(first, AlertRaised) and isinstance(second, AlertRaised)
    assert (first.name, first.subject, first.channels) == ("ServiceDown", "judge", ("desk",))
    assert first.raised_at == NOW.isoformat() and first.session_id != second.session_id
    later = AlertRaised.model_validate({**first.model_dump(), "raised_at": (NOW + timedelta(hours=1)).isoformat()})
    assert later.session_id == first.session_id and later.id != first.id


def test_without_kafka_every_alert_is_told_by_the_next_look(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(command: Event, sign: object = None) -> None:
        raise TransientError("kafka-unreachable", "no Kafka broker answers")

    assert [alert.subject for alert in _look(monkeypatch, away)] == ["judge", "auditor"]


def test_of_two_that_watch_one_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[Event] = []
    _look(monkeypatch, lambda command, sign=None: said.append(command), first=False)
    assert said == []
