"""What an adapter is: it checks a configuration, and brings an agent to the table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from ethogram.agents.observation import Answer, Observation
from ethogram.events import AgentId, GameId, SessionId, SkillCall
from ethogram.models.call import Calls


@dataclass(frozen=True, slots=True)
class Request:
    """One seat of one turn, to be answered."""

    session_id: SessionId
    game_id: GameId
    seat: int
    agent_id: AgentId
    config: Mapping[str, Any]
    """Configuration of the agent, which `check` found right."""
    observation: Observation
    calls: Calls = field(default_factory=Calls)
    """Model calls that were made for the answer: the adapter adds them, the runner records them."""
    used: list[SkillCall] = field(default_factory=list)
    """Skills that were used for it, noted by the runner."""


@runtime_checkable
class Adapter(Protocol):
    """One way to reach agents. Instances are made once per process, by calling the entry point with the settings."""

    async def answer(self, request: Request) -> Answer:
        """The agent's decision. Raises NoAnswer with what kept it from deciding."""
        ...

    async def close(self) -> None:
        """Let go of processes and connections."""
        ...


@runtime_checkable
class AdapterType(Protocol):
    """What an entry point of the group `ethogram.agents` names: a class of adapters."""

    about: str
    """What it brings, in a line."""

    @staticmethod
    def check(config: Mapping[str, Any]) -> list[str]:
        """What is wrong with a configuration, in words; pure, without loading what it would run."""
        ...

    def __call__(self, settings: Any) -> Adapter:
        """Make the adapter of this process."""
        ...
