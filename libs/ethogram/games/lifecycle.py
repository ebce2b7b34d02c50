"""The life of one scenario: INITIALIZED when it is to come, PRESENTED, then COMPLETED, TIMED_OUT or FAILED."""

from __future__ import annotations

from ethogram.events import Lifecycle, Outcome
from ethogram.games.course import Play


def ended(outcome: Outcome) -> Lifecycle:
    """How a scenario has ended whose agent answered so."""
    if outcome == "chosen":
        return "COMPLETED"
    return "TIMED_OUT" if outcome == "timed-out" else "FAILED"


def standing(play: Play) -> Lifecycle | None:
    """Where the current scenario of a sequence stands; none once all are over."""
    if play.presented > play.resolved:
        return "PRESENTED"
    return "INITIALIZED" if play.resolved < play.turns else None
