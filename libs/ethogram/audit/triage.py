"""Triage of dead letters: how bad, why, what to do next, and how sure that is. Rules only: no model needs to answer."""

from __future__ import annotations

import re

from ethogram.audit.patterns import DISCARD, PATTERNS, Pattern, Severity
from ethogram.events import Value

LEVELS: tuple[Severity, ...] = ("low", "medium", "high", "critical")
MANY = 10
"""Dead letters of one kind from which on it is no accident any more."""


class Circumstances(Value):
    """What is known of a dead letter besides its words."""

    stage: str
    """decode, sequence, decide, perform or project."""
    code: str
    message: str
    foreseen: bool = True
    redrives: int = 0
    alike: int = 1
    """Dead letters of the same service and code."""


class Triage(Value):
    """What to think of a dead letter."""

    pattern: str
    severity: Severity
    cause: str
    """Probable cause."""
    next_step: str
    confidence: float
    """0 to 1."""
    raised: tuple[str, ...] = ()
    """Why the severity is above the pattern's own."""


_FOREIGN = Pattern(
    "unknown", "high", 0.2, frozenset(), "", "none of the known patterns", "read `ethogram dlq show ID`; report it"
)
_REFUSED = Pattern(
    "refused", "low", 0.6, frozenset(), "", "a record that the rules refuse; the message says why", DISCARD
)


def triage(about: Circumstances, opinion: Pattern | None = None) -> Triage:
    """Judge one dead letter: the pattern's severity, raised by repetition and by redrives that did not help.

    `opinion` takes the place of the pattern that the rules find.
    """
    pattern = opinion or _fitting(about)
    reasons = []
    if about.alike >= MANY:
        reasons.append(f"{about.alike} alike")
    if about.redrives:
        reasons.append(f"redriven {about.redrives} times in vain")
    if about.stage == "project" and LEVELS.index(pattern.severity) < LEVELS.index("high"):
        reasons.append("what is known from the history lacks it")
    level = min(LEVELS.index(pattern.severity) + len(reasons), len(LEVELS) - 1)
    return Triage(
        pattern=pattern.name, severity=LEVELS[level], cause=pattern.cause, next_step=pattern.next_step,
        confidence=pattern.confidence, raised=tuple(reasons),
    )  # fmt: skip


def _fitting(about: Circumstances) -> Pattern:
    for pattern in PATTERNS:
        if about.code in pattern.codes:
            return pattern
    for pattern in PATTERNS:
        if pattern.words and re.search(pattern.words, about.message, re.IGNORECASE):
            return pattern
    return _REFUSED if about.foreseen else _FOREIGN
