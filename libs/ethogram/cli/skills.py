"""Skills: which tools agents can be granted, and granting and taking them away."""

from __future__ import annotations

from typing import Annotated

import typer

from ethogram.cli.options import Actor, AsJson, Session
from ethogram.cli.output import console, safe, show_json, table
from ethogram.cli.steering import Why, intervene

skills = typer.Typer(help="Skills: tools that agents may use before they decide.", no_args_is_help=True)
Agent = Annotated[str, typer.Argument(metavar="AGENT", help="Id of an agent of the session.")]
Skill = Annotated[str, typer.Argument(metavar="SKILL", help="Name from `ethogram skills list`.")]


@skills.command("list")
def list_skills(as_json: AsJson = False) -> None:
    """List installed skills. No agent has one without a grant.

    Example: `ethogram skills list`
    """
    from ethogram.agents.skills import about, names

    found = [{"name": name, "about": about(name)} for name in names()]
    if as_json:
        show_json(found)
        return
    rows = table("", "skill", "what it does")
    for each in found:
        rows.add_row(safe(each["name"]), safe(each["about"]))
    console().print(rows)


@skills.command("grant")
def grant_skill(
    session: Session, agent: Agent, skill: Skill, reason: Why, actor: Actor = None, as_json: AsJson = False
) -> None:
    """Let an agent use a skill from its next turn on; takes a referee that the session names.

    Example: `ethogram skills grant latest ann tally --reason "to see whether counting helps"`
    """
    from ethogram.events import GrantSkill

    intervene(GrantSkill, session, reason, actor, as_json, agent_id=agent, skill=skill)


@skills.command("revoke")
def revoke_skill(
    session: Session, agent: Agent, skill: Skill, reason: Why, actor: Actor = None, as_json: AsJson = False
) -> None:
    """Take a skill away from an agent at once.

    Example: `ethogram skills revoke latest ann tally --reason "seen enough"`
    """
    from ethogram.events import RevokeSkill

    intervene(RevokeSkill, session, reason, actor, as_json, agent_id=agent, skill=skill)
