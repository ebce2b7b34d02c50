"""The stack in the terminal while it runs: services with lag and percentiles, error budgets, alerts."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.live import Live
from rich.table import Table

from ethogram.cli.output import clean, console, number, safe, show_json_line, table
from ethogram.cli.reach import connection

if TYPE_CHECKING:
    from ethogram.runtime.settings import Settings

STYLES = {"firing": "bold red", "acknowledged": "yellow", "resolved": "dim"}
BUSY = ("answers", "settle", "decide", "database", "effects", "age")
"""Figures that are durations, as they stand in the table."""


def watch_status(settings: Settings, every_s: float, as_json: bool) -> None:
    """Show it until Ctrl-C."""
    try:
        if as_json:
            while True:
                show_json_line(observed(settings))
                time.sleep(every_s)
        with Live(status_view(observed(settings)), console=console(), auto_refresh=False) as live:
            while True:
                live.update(status_view(observed(settings)), refresh=True)
                time.sleep(every_s)
    except KeyboardInterrupt:
        return


def observed(settings: Settings) -> dict[str, Any]:
    """What is shown: state of the stack, and what its database says of the last minutes, if it answers."""
    from sqlalchemy.exc import SQLAlchemyError

    from ethogram import devserver
    from ethogram.devserver import connected
    from ethogram.events import EthogramError
    from ethogram.runtime import clock
    from ethogram.runtime.store.alerts import listed
    from ethogram.runtime.store.performance import objectives, performance

    known = devserver.status(settings)
    try:
        with connection(connected(settings)) as opened:
            now = clock.utc()
            figures = performance(opened, now, hours=1)
            return {**known, "objectives": objectives(opened, now), "alerts": listed(opened, 10), **figures}
    except (SQLAlchemyError, EthogramError) as error:
        return {**known, "objectives": [], "alerts": [], "figures": [], "unreadable": clean(str(error))}


def status_view(known: Mapping[str, Any]) -> RenderableType:
    """All of it as tables."""
    head = safe(f"{known['state']}  {known['home']}  {known['api']['url'] or ''}", "bold")
    parts: list[RenderableType] = [head, _services(known), _figures(known["figures"]), _budgets(known["objectives"])]
    going_on = [alert for alert in known["alerts"] if alert["state"] != "resolved"]
    parts.append(alert_rows(going_on) if going_on else safe("no alerts", "dim"))
    if known.get("unreadable"):
        parts.append(safe(known["unreadable"], "red"))
    return Group(*parts)


def alert_rows(found: Sequence[Mapping[str, Any]]) -> Table:
    """Alerts as a table."""
    rows = table("", "id>", "state", "severity", "alert", "what is wrong", "since", "acknowledged by")
    for alert in found:
        rows.add_row(
            str(alert["id"]), safe(alert["state"], STYLES[alert["state"]]), alert["severity"], safe(alert["name"]),
            safe(alert["summary"]), f"{alert['since']:%d %b %H:%M}", safe(alert["acknowledged_by"]),
        )  # fmt: skip
    return rows


def _services(known: Mapping[str, Any]) -> Table:
    lately = {(each["service"], each["figure"]): each["windows"]["5m"] for each in known["figures"]}
    rows = table("", "service", "health", "restarts>", "waiting>", "memory, MB>")
    for name, part in known["services"].items():
        lag, memory = (lately.get((name, figure), {}).get("mean") for figure in ("lag", "memory"))
        rows.add_row(name, safe(part.get("health") or part.get("state")), str(part.get("restarts", "–")),
                     number(lag, 0), number(memory / 1e6 if memory else None, 0))  # fmt: skip
    return rows


def _figures(figures: Sequence[Mapping[str, Any]]) -> Table:
    rows = table("", "service", "figure", "5 min>", "p50, ms>", "p95>", "p99>", "failed>")
    for each in figures:
        measure = each["windows"]["5m"]
        if each["figure"] in BUSY and measure["count"]:
            shares = [number(measure[share] * 1e3, 1) for share in ("p50", "p95", "p99")]
            rows.add_row(each["service"], each["figure"], str(measure["count"]), *shares, str(measure["bad"]))
    return rows


def _budgets(objectives: Sequence[Mapping[str, Any]]) -> Table:
    rows = table("", "objective", "promise", "kept>", "budget left>", "burn 1 h>")
    for each in objectives:
        kept = "–" if each["good_share"] is None else f"{each['good_share']:.3%}"
        style = "red" if each["budget_left"] < 0 else ""
        rows.add_row(each["name"], safe(each["about"]), kept, safe(f"{each['budget_left']:.0%}", style),
                     number(each["burn"]["1h"], 1))  # fmt: skip
    return rows
