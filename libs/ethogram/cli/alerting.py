"""Alerts: what is wrong now or was lately, and saying that somebody knows."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from ethogram.cli.options import AsJson, Limit
from ethogram.cli.output import console, safe, show_json
from ethogram.cli.reach import database, reachable

alerts = typer.Typer(help="Alerts: what is wrong now or was lately.", no_args_is_help=True)


@alerts.command("list")
def list_alerts(limit: Limit = 50, as_json: AsJson = False) -> None:
    """List alerts: those that go on first, then the newest."""
    from ethogram.cli.status_view import alert_rows
    from ethogram.runtime.store.alerts import listed

    with database() as engine, engine.connect() as connection:
        found = listed(connection, limit)
    if as_json:
        show_json(found)
    else:
        console().print(alert_rows(found) if found else "no alerts")


@alerts.command("acknowledge")
def acknowledge_alert(
    alert_id: Annotated[int, typer.Argument(metavar="ID", help="Number from `ethogram alerts list`.")],
    reason: Annotated[str, typer.Option("--reason", help="Why it may go on for now; it is kept with the alert.")],
    actor: Annotated[str, typer.Option("--actor", help="Who knows of it; without it, the user here.")] = "",
    as_json: AsJson = False,
) -> None:
    """Say that somebody knows of an alert: nobody is told of it again until it has ended.

    Example: `ethogram alerts acknowledge 3 --reason "scaling out"`
    """
    from ethogram.client import new_command_id, publish
    from ethogram.events import AcknowledgeAlert
    from ethogram.runtime.people import signature_of
    from ethogram.runtime.store.alerts import going_on

    settings, who = reachable(), actor or getpass.getuser()
    with database(settings) as engine, engine.connect() as connection:
        known = going_on(connection, alert_id)
    told = {"alert_id": alert_id, "actor": who, "reason": reason, "command_id": new_command_id()}
    publish(
        AcknowledgeAlert.model_validate(told), settings.kafka_bootstrap_servers, signature_of(settings, who)
    )
    if as_json:
        show_json({**told, "name": known["name"], "subject": known["subject"]})
    else:
        console().print(safe(f"{known['name']} of {known['subject']}: asked as {who}; see `ethogram alerts list`"))
