"""Skills: tools of the group `ethogram.skills` that an agent may use before it decides, if it was granted them.

Who wants one answers `{"skill": NAME, "input": "..."}` in place of a decision, through whichever adapter; the same turn
is put before it again with what the skill said under `used`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast

from ethogram.agents.adapter import Adapter, Request
from ethogram.agents.observation import Answer, NoAnswer, Observation, SkillWanted
from ethogram.events import SkillCall
from ethogram.models.reading import storable
from ethogram.topology.plugins import Plugins

PLUGINS = Plugins("ethogram.skills", "skill", ("about", "use"))
MOST_USES = 4
"""Uses before one decision."""
LONGEST_RESULT = 4_000
"""Characters of what a skill says that are told."""

Use = Callable[[str, Observation], str]
"""`(input, turn as the agent sees it) -> words`: pure, and it knows no more than the agent does."""


def names() -> list[str]:
    """Names of all installed skills."""
    return PLUGINS.names()


def about(name: str) -> str:
    """What a skill does, in a line; PluginError if it is not there."""
    return str(PLUGINS.load(name).about)


async def answered(adapter: Adapter, request: Request) -> Answer:
    """The agent's decision, after the skills that it wants; each use stands in `request.used`."""
    while True:
        try:
            return await adapter.answer(request)
        except SkillWanted as wish:
            if len(request.used) >= MOST_USES:
                raise NoAnswer("illegal", f"more than {MOST_USES} uses of skills before one decision") from None
            request.used.append(used(wish.skill, wish.given, request.observation))
            seen = request.observation.model_copy(update={"used": tuple(request.used)})
            request = replace(request, observation=seen)


def used(skill: str, given: str, seen: Observation) -> SkillCall:
    """One use of a skill; what goes wrong in it is told to the agent in words."""
    try:
        told = str(cast("Use", PLUGINS.load(skill).use)(given, seen))
    except Exception as error:  # whatever a stranger's skill raises
        told = f"the skill failed: {type(error).__name__}: {error}"
    return SkillCall(skill=skill, given=given, told=storable(told)[:LONGEST_RESULT])
