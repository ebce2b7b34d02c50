"""An adapter: agents that do what the other did last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ethogram.agents import Answer, Request


class Echo:
    """Answers in kind; `first` is what it begins with."""

    about = "does what the other did last: `config: {first: C}`"

    def __init__(self, settings: Any) -> None:
        """Nothing of the settings is needed."""

    @staticmethod
    def check(config: Mapping[str, Any]) -> list[str]:
        """What is wrong with a configuration, in words."""
        unknown = [f"unknown key {key!r}; valid: first" for key in config if key != "first"]
        first = config.get("first", "C")
        return unknown + ([] if first in ("C", "D") else [f"first is {first!r}; valid: C, D"])

    async def answer(self, request: Request) -> Answer:
        """The first option that leans the way the other went last."""
        seen = request.observation
        wanted = (seen.others[0][-1:] if seen.others else "") or request.config.get("first", "C")
        options = [option for option in seen.options if option.leaning == wanted]
        return Answer(option=options[0].id, reasoning="An eye for an eye, a favour for a favour.")

    async def close(self) -> None:
        """Nothing is held."""
