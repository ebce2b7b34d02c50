"""A judge, and a version of inference, for history that is judged again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ethogram.council.judges import Finding
from ethogram.principles import Inference, close_session


def lenient(case: Any) -> Iterator[Finding]:
    """Only wants whoever acted a lot to answer for it."""
    if case.conduct.acts > 1_000:
        yield Finding("approve-with-conditions", "acts a lot")


class Blank:
    """Learns nothing: what it says of everybody is what can be said without a single act."""

    initial = Inference()

    def weigh_turn(self, state: Any, event: Any) -> tuple[Any, tuple[()]]:
        """Look away."""
        return state, ()

    def close_session(self, state: Any, event: Any) -> Any:
        """The last word on everybody."""
        return close_session(state, event)


blank = Blank()
