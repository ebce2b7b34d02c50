"""A circuit breaker: whoever fails three times running is left alone for half a minute, then tried carefully."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ethogram.models.call import ProviderTrouble

State = Literal["closed", "open", "half-open"]


@dataclass(slots=True)
class Statistics:
    """What a breaker has seen."""

    succeeded: int = 0
    failed: int = 0
    turned_away: int = 0
    opened: int = 0


class BreakerOpen(ProviderTrouble):
    """Nothing was sent, because the provider has failed lately."""


class Breaker:
    """Closed: calls pass. Open: none does. Half-open: trial calls pass; all succeed and it closes, one fails and it
    opens again."""

    def __init__(
        self, name: str, clock: Callable[[], float], threshold: int = 3, rest_s: float = 30.0, trials: int = 2
    ) -> None:
        self.name = name
        self.statistics = Statistics()
        self._clock = clock
        self._threshold, self._rest_s, self._trials = threshold, rest_s, trials
        self._in_a_row = 0
        self._opened_at: float | None = None
        self._on_trial = 0
        self._passed = 0
        self._period = 0
        self._told_period = 0

    @property
    def state(self) -> State:
        """Whether calls pass now."""
        if self._opened_at is None:
            return "closed"
        return "open" if self._clock() < self._opened_at + self._rest_s else "half-open"

    def admit(self) -> int:
        """Ask to make a call; the ticket belongs to its outcome. BreakerOpen says when to come again."""
        state = self.state
        if state == "open" or (state == "half-open" and self._on_trial + self._passed >= self._trials):
            self.statistics.turned_away += 1
            raise BreakerOpen("breaker-open", f"{self.name} has failed lately; nothing was sent", self._wait())
        if state == "half-open":
            self._on_trial += 1
        return self._period

    def succeeded(self, ticket: int) -> None:
        """The call went through."""
        self.statistics.succeeded += 1
        if ticket != self._period:
            return  # it began before the breaker last changed: its outcome is old news
        if self._opened_at is None:
            self._in_a_row = 0
            return
        self._on_trial, self._passed = self._on_trial - 1, self._passed + 1
        if self._passed >= self._trials:
            self._change(None)

    def failed(self, ticket: int) -> None:
        """The provider failed."""
        self.statistics.failed += 1
        if ticket != self._period:
            return
        self._in_a_row += 1
        if self._opened_at is not None or self._in_a_row >= self._threshold:
            self.statistics.opened += 1
            self._change(self._clock())

    def abandoned(self, ticket: int) -> None:
        """The call was broken off and says nothing about the provider."""
        if ticket == self._period and self._opened_at is not None:
            self._on_trial -= 1

    def changed_to(self) -> State | None:
        """What it has become since this was asked last; None if it stayed what it was."""
        if self._told_period == self._period:
            return None
        self._told_period = self._period
        return self.state

    def _change(self, opened_at: float | None) -> None:
        self._opened_at = opened_at
        self._in_a_row = self._on_trial = self._passed = 0
        self._period += 1

    def _wait(self) -> float:
        return max(0.0, (self._opened_at or 0.0) + self._rest_s - self._clock())
