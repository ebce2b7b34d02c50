"""Keys of the HTTP API, for operators: made, listed and ended in the database, with or without a gateway."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any

import typer

from ethogram.cli.failures import CommandFailed, ExitCode
from ethogram.cli.options import AsJson
from ethogram.cli.output import console, safe, show_json, table
from ethogram.cli.reach import database

DEFAULT_TENANT = "default"
TENANTS = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
keys = typer.Typer(help="Keys of the HTTP API.", no_args_is_help=True)


@keys.command("create")
def create(
    user: Annotated[str, typer.Argument(help="Whose key it is.")],
    scopes: Annotated[
        str, typer.Option(help="Of read, play, judge, approve, admin; admin has them all.")
    ] = "read,play",
    usage_limit: Annotated[int | None, typer.Option(min=1, help="Requests that it is good for in all.")] = None,
    expires_in_days: Annotated[float | None, typer.Option(min=0.001, max=3_650, help="Days until it ends.")] = None,
    per_minute: Annotated[int, typer.Option(min=1, max=100_000, help="Requests that it may make in one minute.")] = 60,
    tenant: Annotated[
        str, typer.Option(help="Whose sessions, agents and reports it opens; another's do not exist for it.")
    ] = DEFAULT_TENANT,
    person: Annotated[
        str | None,
        typer.Option("--person", help="On the roster: commands with it are signed as this person's."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and print it; only its digest is kept, so that it cannot be shown again.

    Example: `ethogram keys create ann --scopes read --expires-in-days 30`
    """
    from ethogram.runtime import clock
    from ethogram.runtime.store import api_keys

    wanted = [scope.strip() for scope in scopes.split(",") if scope.strip()]
    unknown = sorted(set(wanted) - set(api_keys.SCOPES))
    if unknown or not wanted:
        raise CommandFailed(
            ExitCode.USAGE, f"--scopes: {', '.join(unknown) or 'none'}; expected some of {', '.join(api_keys.SCOPES)}"
        )
    if not TENANTS.fullmatch(tenant):
        raise CommandFailed(
            ExitCode.USAGE,
            f"--tenant: {tenant!r}; expected up to 64 of a-z, 0-9, `.`, `_` and `-` (a letter or digit first)",
        )
    ends = clock.utc() + timedelta(days=expires_in_days) if expires_in_days else None
    with database() as engine, engine.begin() as connection:
        key, made = api_keys.create(
            connection, user, scopes=[scope for scope in api_keys.SCOPES if scope in wanted], usage_limit=usage_limit,
            per_minute=per_minute, expires_at=ends, tenant=tenant,
        )  # fmt: skip
        if person:
            from ethogram.runtime.people import bind
            from ethogram.runtime.settings import load

            made = api_keys.bind(connection, made["key_id"], person, bind(load(), person, key))
    if as_json:
        show_json({**made, "api_key": key})
    else:
        console().print(safe(key))


@keys.command("list")
def list_keys(as_json: AsJson = False) -> None:
    """List keys, newest first, without their secrets."""
    from ethogram.runtime.store import api_keys

    with database() as engine, engine.connect() as connection:
        found = api_keys.listed(connection)
    if as_json:
        show_json(found)
        return
    rows = table("", "key", "owner", "signs as", "tenant", "scopes", "used>", "of>", "expires", "state")
    for each in found:
        rows.add_row(
            each["key_id"], safe(each["owner"]), safe(each["person"] or ""), each["tenant"],
            ", ".join(each["scopes"]), str(each["used"]),
            str(each["usage_limit"] or "any"), (each["expires_at"] or "never")[:16], _state(each),
        )  # fmt: skip
    console().print(rows)


@keys.command("revoke")
def revoke(key: Annotated[str, typer.Argument(metavar="KEY_ID")], as_json: AsJson = False) -> None:
    """End a key for good; the next request with it is refused, and it signs for nobody any more."""
    from ethogram.runtime import clock
    from ethogram.runtime.people import unbind
    from ethogram.runtime.settings import load
    from ethogram.runtime.store import api_keys

    with database() as engine, engine.begin() as connection:
        try:
            ended = api_keys.revoke(connection, key, clock.utc())
            if ended["person"]:
                unbind(load(), ended["person"], ended["public_key"])
        except api_keys.KeyNotFound as error:
            raise CommandFailed(ExitCode.USAGE, error.message) from None
    if as_json:
        show_json(ended)
    else:
        console().print(safe(f"revoked {ended['key_id']} of {ended['owner']}"))


def _state(key: dict[str, Any]) -> str:
    return "revoked" if key["revoked_at"] else "good"
