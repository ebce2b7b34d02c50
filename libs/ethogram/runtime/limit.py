"""When to stop instead of setting aside record after record: our own fault is likelier than theirs."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

RATIO = 0.05
OF_AT_LEAST = 200
WINDOW = 1_000
IN_A_ROW = 50


class DlqLimit:
    """Counts unforeseen errors only: bad records of others never stop a service."""

    def __init__(self) -> None:
        self._lately: deque[bool] = deque(maxlen=WINDOW)

    def passed_at(self, unforeseen: Sequence[bool]) -> int | None:
        """Index of the outcome with which the limit is passed, if it is; nothing is counted yet."""
        trial = DlqLimit()
        trial._lately.extend(self._lately)
        if not any(unforeseen):
            return None
        for index, failed in enumerate(unforeseen):
            trial._lately.append(failed)
            if failed and trial._passed():
                return index
        return None

    def count(self, unforeseen: Sequence[bool]) -> None:
        """Remember the outcomes of records that are settled."""
        self._lately.extend(unforeseen)

    def _passed(self) -> bool:
        latest = list(self._lately)
        if len(latest) >= IN_A_ROW and all(latest[-IN_A_ROW:]):
            return True
        return len(latest) >= OF_AT_LEAST and sum(latest) / len(latest) >= RATIO
