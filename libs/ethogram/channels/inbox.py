"""The inbox: what was told stands in the table of notifications, for the page, the API and the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ethogram.channels.channel import Notice, Secret


class Inbox:
    """Told by being recorded: its id is its row's, so that it stands there once."""

    about: ClassVar[str] = "the inbox of this installation: `{kind: inbox}`"

    def __init__(self, config: Mapping[str, Any], secret: Secret) -> None:
        """Nothing is needed."""

    @staticmethod
    def check(config: Mapping[str, Any]) -> list[str]:
        """It takes nothing."""
        return [f"unknown key {key!r}; an inbox takes none" for key in config]

    async def tell(self, notice: Notice) -> str | None:
        """Nothing leaves this machine."""
        return None

    async def close(self) -> None:
        """Nothing is held."""
