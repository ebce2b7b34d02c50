"""What a pattern of dead letters is."""

from __future__ import annotations

from typing import Literal, NamedTuple

Severity = Literal["low", "medium", "high", "critical"]


class Pattern(NamedTuple):
    """One kind of trouble. The first one that fits is taken, so that the particular stand before the general."""

    name: str
    severity: Severity
    confidence: float
    codes: frozenset[str]
    """Error codes that alone identify it."""
    words: str
    """Regular expression over the message, tried on what has no such code."""
    cause: str
    next_step: str


def pattern(
    name: str, severity: Severity, confidence: float, cause: str, next_step: str, *, codes: str = "", words: str = ""
) -> Pattern:
    """A pattern; `codes` separated by blanks."""
    return Pattern(name, severity, confidence, frozenset(codes.split()), words, cause, next_step)


REDRIVE = "redrive it once the cause is gone: `ethogram dlq redrive ID`"
DISCARD = "tell the writer, then `ethogram dlq discard ID --reason '...'`"
