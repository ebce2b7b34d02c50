"""Measures of processes add up in PostgreSQL; objectives, regressions and alerts follow from them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import CollectorRegistry, Histogram
from sqlalchemy import Connection, create_engine, delete, func, select, text

from ethogram.events import AlertAcknowledged
from ethogram.events.envelope import Record
from ethogram.objectives import BOUNDS, Measure
from ethogram.runtime.recorder import Recorder, durations
from ethogram.runtime.store import alerts, measures, performance, tables
from ethogram.topology import command_record

NOW = datetime(2031, 5, 1, 12, tzinfo=UTC)
"""Far from what other tests measure."""


def _took(seconds: float, count: int, bad: int = 0) -> Measure:
    place = sum(seconds > bound for bound in BOUNDS)
    buckets = tuple(count if each == place else 0 for each in range(len(BOUNDS) + 1))
    return Measure(count, bad, seconds * count, buckets)


def _wrote(
    connection: Connection, ago: timedelta, process: str = "0-1", service: str = "gateway", **found: Measure
) -> None:
    at = (NOW - ago).replace(second=0, microsecond=0)
    measures.write(connection, service, process, at, found)


def _known(alert_id: int, who: str) -> Record:
    told = {"alert_id": alert_id, "actor": who, "reason": "rolling back", "command_id": who}
    return command_record(AlertAcknowledged.model_validate(told), time=NOW.isoformat())


def test_processes_add_up_and_a_minute_is_replaced_by_its_writer_alone(connection: Connection) -> None:
    _wrote(connection, timedelta(minutes=1), answers=_took(0.02, 10))
    _wrote(connection, timedelta(minutes=1), answers=_took(0.02, 30, bad=1))
    _wrote(connection, timedelta(minutes=1), process="1-7", answers=_took(0.2, 10))
    found = measures.summed(connection, NOW - timedelta(minutes=5))["gateway", "answers"]
    assert (found.count, found.bad, found.slower_than(0.05)) == (40, 1, 10)
    shown = performance.performance(connection, NOW, hours=1)
    (figure,) = shown["figures"]
    assert figure["windows"]["5m"]["p50"] == pytest.approx(0.02) and len(figure["history"]) == 1


def test_minutes_become_hours_and_nothing_is_lost(connection: Connection) -> None:
    for minute in range(10, 600, 10):
        _wrote(connection, timedelta(minutes=minute), answers=_took(0.02, 2))
    _wrote(connection, measures.HOURS_KEPT + timedelta(days=1), answers=_took(0.02, 5))
    before = measures.summed(connection, NOW - timedelta(hours=12))["gateway", "answers"]
    assert measures.add_up(connection, NOW) > 0
    assert measures.summed(connection, NOW - timedelta(hours=12))["gateway", "answers"] == before
    measures.add_up(connection, NOW)
    assert connection.scalar(select(func.count()).where(tables.measures.c.began_at < NOW - measures.HOURS_KEPT)) == 0
    widths = connection.execute(
        select(tables.measures.c.seconds).distinct().where(tables.measures.c.began_at > NOW - timedelta(days=1))
    )
    assert {width for (width,) in widths} == {60, 3_600}


def test_an_alert_from_the_first_failure_to_its_end(connection: Connection) -> None:
    connection.execute(delete(tables.alerts))
    _wrote(connection, timedelta(minutes=1), answers=_took(0.02, 1_000, bad=50), ready=Measure(6))
    (told,) = [each for each in performance.judge(connection, NOW) if each.subject == "api-availability"]
    assert told.name == "BudgetBurnsFast"
    assert performance.judge(connection, NOW + timedelta(seconds=30)) == []
    (burning,) = [each for each in performance.objectives(connection, NOW) if each["name"] == "api-availability"]
    assert burning["burn"]["1h"] == pytest.approx(50) and burning["budget_left"] < 0
    shown = next(each for each in alerts.listed(connection) if each["subject"] == "api-availability")
    alerts.keep_acknowledgements(connection, [_known(shown["id"], "ann")])
    assert next(each for each in alerts.listed(connection) if each["id"] == shown["id"])["state"] == "acknowledged"
    performance.judge(connection, NOW + timedelta(seconds=60))
    assert next(each for each in alerts.listed(connection) if each["id"] == shown["id"])["acknowledged_by"] == "ann"
    later = NOW + timedelta(minutes=8)
    _wrote(connection, -timedelta(minutes=7), answers=_took(0.02, 1_000), ready=Measure(6))
    performance.judge(connection, later)
    assert next(each for each in alerts.listed(connection) if each["id"] == shown["id"])["state"] == "resolved"
    alerts.keep_acknowledgements(connection, [_known(shown["id"], "ben")])
    ended = next(each for each in alerts.listed(connection) if each["id"] == shown["id"])
    assert (ended["state"], ended["acknowledged_by"]) == ("resolved", "ann")
    with pytest.raises(alerts.AlertNotFound, match="no alert"):
        alerts.going_on(connection, shown["id"])


def test_an_alert_that_could_not_be_told_is_told_by_the_next_look(connection: Connection) -> None:
    connection.execute(delete(tables.alerts))
    _wrote(connection, timedelta(minutes=1), answers=_took(0.02, 1_000, bad=50), ready=Measure(6))
    (told,) = [each for each in performance.judge(connection, NOW) if each.subject == "api-availability"]
    alerts.untell(connection, told)
    alerts.tell(connection, told)
    assert performance.judge(connection, NOW + timedelta(seconds=15)) == [], "it was told of"
    alerts.untell(connection, told)
    again = performance.judge(connection, NOW + timedelta(seconds=30))
    assert [each.told_at for each in again if each.subject == told.subject] == [NOW + timedelta(seconds=30)]
    assert performance.judge(connection, NOW + timedelta(seconds=60)) == []


def test_a_service_that_falls_silent_is_told_of_and_a_slower_one_too(connection: Connection) -> None:
    connection.execute(delete(tables.alerts))
    for hour in range(2, 20):
        _wrote(connection, timedelta(hours=hour), service="judge", settle=_took(0.004, 100), ready=Measure(6))
    _wrote(connection, timedelta(minutes=2), service="auditor", settle=_took(0.2, 100), ready=Measure(6))
    for hour in range(2, 20):
        _wrote(connection, timedelta(hours=hour), service="auditor", settle=_took(0.004, 100))
    told = {(each.name, each.subject) for each in performance.judge(connection, NOW)}
    assert told >= {("ServiceDown", "judge"), ("PerformanceRegressed", "auditor/settle")}
    assert ("ServiceDown", "auditor") not in told


def test_of_two_that_watch_one_judges_and_no_transaction_is_open_meanwhile(database_url: str) -> None:
    engine = create_engine(database_url)
    with performance.alone(engine) as first, performance.alone(engine) as second:
        assert (first, second) == (True, False)
        with engine.connect() as other:
            waiting = text("SELECT count(*) FROM pg_stat_activity JOIN pg_locks USING (pid) "
                           "WHERE locktype = 'advisory' AND objid = :lock AND state LIKE 'idle in%'")  # fmt: skip
            assert other.scalar(waiting, {"lock": performance.ONE_AT_A_TIME}) == 0
    with performance.alone(engine) as again:
        assert again, "whoever is done lets the next one"
    engine.dispose()


def test_a_recorder_writes_what_its_process_did(database_url: str) -> None:
    engine = create_engine(database_url)
    histogram = Histogram("seconds", "Of a test.", registry=CollectorRegistry(), buckets=BOUNDS)
    histogram.observe(9.0)
    recorder = Recorder(engine, "recorded", "7", lambda: True, {"answers": lambda: durations(histogram)})
    histogram.observe(0.02)
    histogram.observe(0.3)
    recorder.start()
    recorder.stop()
    with engine.begin() as connection:
        summed = measures.summed(connection, datetime.now(UTC) - timedelta(minutes=5))
        found = {figure: measure for (service, figure), measure in summed.items() if service == "recorded"}
        connection.execute(delete(tables.measures).where(tables.measures.c.service == "recorded"))
    engine.dispose()
    assert found["answers"].count == 2 and found["answers"].total == pytest.approx(0.32)
    assert found["ready"] == Measure(1) and found["memory"].mean > 1e6  # type: ignore[operator]
