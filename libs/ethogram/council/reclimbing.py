"""Climbing again: what the ladder would be had people's verdicts stood in the place of the council's from the start.

The ladder itself is never rewritten: what was said stays said. This is the figure that is kept beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from ethogram.council.climbing import climb
from ethogram.council.ladder import Ladder
from ethogram.events import SessionPlaced


def climb_again(sessions: Iterable[SessionPlaced]) -> Ladder:
    """The ladder of these sessions, in this order."""
    return reduce(lambda ladder, placed: climb(ladder, placed)[0], sessions, Ladder())
