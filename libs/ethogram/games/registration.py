"""Registration: an agent becomes known by a name once its adapter has found its configuration right."""

from __future__ import annotations

from collections.abc import Sequence

from ethogram.events import AgentRegistered, Event, InvalidRecord, RegisterAgent
from ethogram.events.explanation import suggestion
from ethogram.games.admission import Adapters
from ethogram.games.course import Course


def register(course: Course, command: RegisterAgent, *, adapters: Adapters) -> tuple[Course, Sequence[Event]]:
    """Tell that the agent is registered; InvalidRecord says what is wrong with it. No session is touched."""
    check = adapters.get(command.adapter)
    if check is None:
        words = f"unknown adapter {command.adapter!r}{suggestion(command.adapter, adapters)}"
        raise InvalidRecord("agent", f"adapter: {words}")
    wrong = check(command.config)
    if wrong:
        raise InvalidRecord("agent", "; ".join(f"config: {words}" for words in wrong))
    return course, [AgentRegistered.model_validate(command.model_dump())]
