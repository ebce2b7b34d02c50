"""Who is best: champions, titles and their history, online ratings, the table of strengths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ethogram.cli.failures import ExitCode
from ethogram.cli.options import AsJson, Limit
from ethogram.cli.output import console, number, safe, short, show_json, table
from ethogram.cli.reach import connection, reachable
from ethogram.cli.training import PANEL

if TYPE_CHECKING:
    from ethogram.runtime.settings import Settings


Tenant = Annotated[str, typer.Option("--tenant", help="Whose sessions.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    for command in (champions, titles, ladder, leaderboard):
        app.command(rich_help_panel=PANEL)(command)


def champions(as_json: AsJson = False, limit: Limit = 20) -> None:
    """List the champions of all sessions, newest first."""
    from ethogram.runtime.store.standings import list_champions

    with connection() as opened:
        found = list_champions(opened, limit)
    if as_json:
        show_json(found)
        return
    rows = table("", "champion", "score>", "lead>", "runner-up", "session", "crowned")
    for each in found:
        where = f"{short(each['session_id'])} {each['session'] or ''}"
        figures = number(each["total"], 3), number(each["margin"], 3)
        champion = f"{each['agent_id']} (by a person's verdict)" if each["overruled"] else each["agent_id"]
        rows.add_row(safe(champion), *figures, safe(each["runner_up"]), safe(where), safe(each["crowned_at"]))
    console().print(rows if found else "no champion yet")


def titles(
    history: Annotated[bool, typer.Option("--history", help="What became of them, newest first.")] = False,
    title: Annotated[str | None, typer.Option("--title", help="Only this one: the name of a training.")] = None,
    tenant: Tenant = "default",
    as_json: AsJson = False,
    limit: Limit = 20,
) -> None:
    """Show who holds each title now. A title is a training's name; it is taken, defended and challenged on the ladder.

    Example: `ethogram titles --history --title "axelrod evening"`
    """
    from ethogram.runtime.store.ladder import title_history, titles_held

    with connection() as opened:
        held = [each for each in titles_held(opened, tenant) if title in (None, each["title"])]
        found = title_history(opened, tenant, title, limit) if history else held
    if as_json:
        show_json(found)
    elif history:
        _show_history(found)
    else:
        _show_titles(found)


def ladder(
    verify: Annotated[
        bool, typer.Option("--verify", help="Derive it again from the topics alone; exit code 1 if it differs.")
    ] = False,
    tenant: Tenant = "default",
    as_json: AsJson = False,
    limit: Limit = 20,
) -> None:
    """Online ratings over all sessions that count (openskill), the surest first.

    Sure is the mean less three standard deviations. Dry runs, cancelled sessions, recorded games and forks do not
    count.
    """
    from ethogram.runtime.store.ladder import rated_contestants

    if verify:
        _verify(reachable(), as_json)
        return
    with connection() as opened:
        found = rated_contestants(opened, tenant, limit)
    if as_json:
        show_json(found)
        return
    rows = table("", "", "contestant", "sure>", "mean>", "deviation>", "sessions>", "sure as people hold>")
    for place, each in enumerate(found, 1):
        figures = (f"{each[name]:.2f}" for name in ("ordinal", "mu", "sigma"))
        would = f"{each['revised']['ordinal']:.2f}" if each["revised"] else "-"
        rows.add_row(str(place), safe(each["contestant"]), *figures, str(each["sessions"]), would)
    console().print(rows if found else "no session that counts has been completed yet")


def leaderboard(
    training: Annotated[str, typer.Option("--training", help="Only trainings whose name is like this.")] = "%",
    seed: Annotated[int, typer.Option("--seed", help="Chance of the bootstrap intervals.")] = 0,
    tenant: Tenant = "default",
    as_json: AsJson = False,
) -> None:
    """Bradley-Terry strengths over all completed sessions, every session weighing the same.

    Contestants are `id#digest` of adapter and configuration. What counts is as for the ladder. In
    --training `%` stands for anything.
    """
    from ethogram.council.leaderboard import leaderboard as ranked
    from ethogram.runtime.store.ladder import placed_games

    with connection() as opened:
        found = ranked([places for _, places in placed_games(opened, tenant, training)], seed)
    if as_json:
        show_json({**found._asdict(), "standings": [each._asdict() for each in found.standings]})
        return
    rows = table("", "", "contestant", "strength>", "95 % interval", "sessions>")
    for place, each in enumerate(found.standings, 1):
        interval = f"{each.low:+.2f} to {each.high:+.2f}"
        rows.add_row(str(place), safe(each.contestant), f"{each.strength:+.2f}", interval, str(each.games))
    screen = console()
    screen.print(rows if found.standings else "no session with two agents or more has been judged yet")
    if found.fragility is not None:
        screen.print(f"without {found.fragility:.0%} of the {found.games} sessions somebody else would be first")


def _show_titles(held: list[dict[str, Any]]) -> None:
    rows = table("", "title", "holder", "since", "defences>", "challenged by")
    for each in held:
        challengers = ", ".join(each["challenges"])
        holder, since = safe(each["contestant"]), short(each["since"])
        since = f"{since} (overruled since)" if each["overruled"] else since
        rows.add_row(safe(each["title"]), holder, since, str(each["defences"]), safe(challengers))
    console().print(rows if held else "no title has a holder yet")


def _show_history(told: list[dict[str, Any]]) -> None:
    rows = table("", "number>", "title", "what", "before", "after", "session")
    for each in told:
        after = each["after"]["challenges"][-1] if each["kind"] == "challenged" else each["after"]["contestant"]
        before = (each["before"] or {}).get("contestant")
        about = safe(each["title"]), safe(each["kind"]), safe(before), safe(after)
        rows.add_row(str(each["number"]), *about, short(each["session_id"]))
    console().print(rows if told else "nothing became of any title yet")


def _verify(settings: Settings, as_json: bool) -> None:
    from ethogram.council.climbing import disputed
    from ethogram.events import LadderMoved, SessionPlaced
    from ethogram.runtime.history import topic_records
    from ethogram.topology import catalogue

    said = [topic_records(settings, catalogue().topic_of(kind)) for kind in (SessionPlaced, LadderMoved)]
    fault = disputed([record.event for records in said for record in records])
    if as_json:
        show_json({"verified": fault is None, "sessions": len(said[0]), "events": len(said[1]), "fault": fault})
    else:
        words = f"verified: {len(said[1])} events follow from {len(said[0])} sessions" if fault is None else fault
        console().print(safe(words, "bold green" if fault is None else "bold red"))
    if fault is not None:
        raise typer.Exit(ExitCode.FAILED)
