"""What a channel is: something that takes a notice to people, at most once as far as the other side lets it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Protocol

from ethogram.events import Purpose, Value

Secret = Callable[[str], str]
"""`(name) -> value` of a secret that the operator's file names; NotAllowed if it is not there."""


class Notice(Value):
    """What people are told."""

    id: str
    """The same whenever the same people are told the same through the same channel: what has been told under it is
    not told again."""
    purpose: Purpose
    """Why they are told."""
    session_id: str
    """The session that it is about."""
    about: str
    """Id of the event that it is about."""
    subject: str
    """What it is, in one line."""
    text: str
    """The whole; parts of it may be words of agents: data, never markup."""
    link: str
    """Where it is answered."""
    time: str
    """When the event happened (RFC 3339)."""


class Channel(Protocol):
    """One channel, as the operator has set it up."""

    async def tell(self, notice: Notice) -> str | None:
        """Tell it, unless it was told under this id before; what the other side calls it.

        Raises ProviderTrouble for what may pass (it is tried again) and ProviderRefused for what will not.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class ChannelType(Protocol):
    """A kind of channel; `ethogram.channels` names its class."""

    about: ClassVar[str]
    """One line, with an example of its configuration."""

    def __call__(self, config: Mapping[str, Any], secret: Secret) -> Channel:
        """One channel of this kind."""
        ...

    @staticmethod
    def check(config: Mapping[str, Any]) -> list[str]:
        """What is wrong with a configuration, in words; pure."""
        ...
