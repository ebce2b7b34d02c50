"""Which named hypothesis leads: what an agent weighs in scenarios, and after how many choices that was certain."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from ethogram.events.base import Value
from ethogram.games.hypotheses import CERTAIN, likelihoods, posterior


class Hypotheses(Value):
    """Summed log likelihoods of the named hypotheses, in millionths."""

    logs: dict[str, int] = Field(default_factory=dict)
    """By hypothesis; empty before the first choice."""
    choices: int = 0
    """Scenario choices so far."""
    certain_after: int | None = None
    """Choices until the leading hypothesis first held 95 %."""

    def after(self, effects: Mapping[str, Mapping[str, float]], chosen: str) -> Hypotheses:
        """After one more choice between options with these effects; unchanged if nothing was chosen."""
        if chosen not in effects:
            return self
        names = list(effects)
        added = likelihoods([effects[name] for name in names], names.index(chosen))
        logs = {name: self.logs.get(name, 0) + log for name, log in added.items()}
        choices = self.choices + 1
        certain = max(posterior(logs).values()) >= CERTAIN
        first = choices if certain and self.certain_after is None else self.certain_after
        return Hypotheses(logs=logs, choices=choices, certain_after=first)

    def posterior(self) -> dict[str, float]:
        """Probability of each; empty before the first choice."""
        return posterior(self.logs) if self.logs else {}
