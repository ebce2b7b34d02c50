"""Approvals: what people are asked, and their answers."""

from __future__ import annotations

from typing import Annotated

import typer

from ethogram.cli.options import Actor, AsJson, Limit, Session
from ethogram.cli.output import console, safe, short, show_json, table
from ethogram.cli.reach import connection, session_named
from ethogram.cli.steering import Why, intervene

approvals = typer.Typer(help="What people are asked to approve, and their answers.", no_args_is_help=True)


@approvals.command("list")
def list_approvals(
    session: Annotated[str | None, typer.Argument(metavar="[SESSION]")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also what was decided.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what is asked, the most urgent first."""
    from ethogram.runtime.store.approvals import requests

    with connection() as opened:
        session_id = session_named(session) if session else None
        found = requests(opened, session_id=session_id, everything=everything)
    if as_json:
        show_json(found)
        return
    rows = table("", "approval", "session", "about", "means to do", "instead", "who may answer", "until", "decided")
    for each in found:
        about = f"{each['agent_id']}, {each['game_id']} turn {each['turn']}" if each["about"] == "turn" else "to begin"
        told = (each["approval_id"], short(each["session_id"]), about, each.get("intended", ""),
                each.get("instead", ""), each["role"], each["until"], each["decision"] or "")  # fmt: skip
        rows.add_row(*map(safe, told))
    console().print(rows if found else "nothing is asked")


@approvals.command()
def answer(
    session: Session,
    approval: Annotated[str, typer.Argument(help="Id of the request: `ethogram approvals list`.")],
    decision: Annotated[str, typer.Argument(help="approve, modify, reject, terminate or escalate.")],
    reason: Why,
    option: Annotated[str | None, typer.Option("--option", help="With modify: what is carried out.")] = None,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Answer a request; it takes the role that the request names, and counts once."""
    from ethogram.events import DecideApproval

    told = {"approval_id": approval, "decision": decision} | ({"option": option} if option else {})
    intervene(DecideApproval, session, reason, actor, as_json, **told)


@approvals.command()
def inbox(limit: Limit = 50, as_json: AsJson = False) -> None:
    """Show what people were told through channels, newest first, and what came of it."""
    from ethogram.runtime.store.notifications import listed

    with connection() as opened:
        found = listed(opened, limit)
    if as_json:
        show_json(found)
        return
    rows = table("", "told", "session", "channel", "kind", "what", "came of it", "why")
    for each in found:
        told = (each["told_at"], short(each["session_id"]), each["channel"], each["via"], each["subject"],
                each["outcome"], each.get("error", ""))  # fmt: skip
        rows.add_row(*map(safe, told))
    console().print(rows if found else "nobody was told anything")


@approvals.command()
def check(as_json: AsJson = False) -> None:
    """Check the policies of this home, and the channels that they name: `approvals.yaml`, `channels.yaml`."""
    from ethogram.channels import problems
    from ethogram.events import SettingsError
    from ethogram.runtime.channels import channels
    from ethogram.runtime.policies import path_of, policies
    from ethogram.runtime.settings import load

    settings = load()
    found = policies(settings)
    known = channels(settings)
    wrong = [f"channels.yaml: {name}: {words}" for name, each in known.channels.items()
             for words in problems(each.kind, each.config)]  # fmt: skip
    named = [(each.name, name) for each in found for rung in each.chain for name in rung.channels]
    wrong += [f"policy {policy!r}: channel {name!r} does not stand in channels.yaml"
              for policy, name in named if name not in known.channels]  # fmt: skip
    if wrong:
        raise SettingsError("channels", "; ".join(wrong))
    if as_json:
        show_json([each.model_dump(mode="json") for each in found])
        return
    for each in found:
        chain = ", then ".join(f"{rung.role} for {rung.seconds:g} s" for rung in each.chain)
        console().print(safe(f"{each.name}: about {', '.join(each.about)} ask {chain}, then {each.then}"))
    if not found:
        console().print(safe(f"there is no policy in {path_of(settings)}"))
