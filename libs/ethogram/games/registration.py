"""Registration: an agent becomes known by a name once its adapter has found its configuration right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ethogram.events import AgentRegistered, Event, InvalidRecord, RegisterAgent
from ethogram.events.explanation import suggestion
from ethogram.games.admission import Adapters
from ethogram.games.course import Course


def register(course: Course, command: RegisterAgent, *, adapters: Adapters) -> tuple[Course, Sequence[Event]]:
    """Tell that the agent is registered; InvalidRecord says what is wrong with it. No session is touched."""
    wrong = configuration_problems(command.adapter, command.config, adapters)
    if wrong:
        raise InvalidRecord("agent", "; ".join(wrong))
    return course, [AgentRegistered.model_validate(command.model_dump())]


def configuration_problems(adapter: str, config: Mapping[str, Any], adapters: Adapters) -> list[str]:
    """What is wrong with how an agent is to be reached."""
    check = adapters.get(adapter)
    if check is None:
        return [f"adapter: unknown adapter {adapter!r}{suggestion(adapter, adapters)}"]
    return [f"config: {words}" for words in check(config)]
