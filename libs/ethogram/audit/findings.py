"""What a replay finds: differences between what was recorded and what the rules derive again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from ethogram.events import (
    Event,
    PrinciplesInferred,
    ScoreUpdated,
    Value,
    VerdictIssued,
    canonical,
    digest,
)
from ethogram.events.envelope import Record

Kind = Literal["changed", "missing", "unexpected", "refused", "failed"]
"""changed: derived with other content. missing: derived, but not recorded. unexpected: recorded, but nothing derives
it. refused: an input that the rules refuse, though nobody recorded that. failed: the rules broke on an input."""

SHOWN = 200
"""Characters of a differing value that are shown."""
ABSENT = "(absent)"


class Difference(Value):
    """One event on which record and rules do not agree."""

    service: str
    """Whose output (or, if it refuses one, input) it is."""
    kind: Kind
    """What is wrong with it."""
    event_id: str
    """The event."""
    type: str
    """Its CloudEvents type."""
    field: str = ""
    """Path of the first field that differs."""
    expected: str = ""
    """What was recorded, as JSON."""
    got: str = ""
    """What the rules derive."""

    @property
    def summary(self) -> str:
        """In one line, for people."""
        told = f"{self.service}: {self.kind} {self.type} {self.event_id}"
        if self.field:
            return f"{told} at {self.field}: recorded {self.expected}, derived {self.got}"
        return f"{told}: {self.got}" if self.got else told


class Replayed(Value):
    """One service, run again."""

    service: str
    """Its name."""
    inputs: int
    """Records that it decided on."""
    recorded: int
    """Records of its own that it had decided."""
    derived: int
    """Records that it decides now."""


class SessionDigest(Value):
    """What a session came to, in four digests: equal digests, equal conclusions."""

    principles: str
    """Over the closing PrinciplesInferred."""
    scores: str
    """Over the scorecards."""
    verdicts: str
    """Over the verdicts."""
    digest: str
    """Over the three."""


class ReplayReport(Value):
    """Whether a session's record says what the rules say."""

    session_id: str
    """The session; empty if there was no record."""
    services: tuple[Replayed, ...]
    """Services that were run again."""
    differences: tuple[Difference, ...] = ()
    """In the order of services and, within one, of its inputs."""
    digest: SessionDigest
    """Of what was recorded."""

    @property
    def identical(self) -> bool:
        """Whether everything recorded was derived again, to the byte."""
        return not self.differences

    @property
    def first(self) -> Difference | None:
        """The first difference, if there is one."""
        return self.differences[0] if self.differences else None

    def of_kind(self, kind: str) -> tuple[Difference, ...]:
        """Differences of one kind."""
        return tuple(difference for difference in self.differences if difference.kind == kind)


def session_digest(records: Iterable[Record]) -> SessionDigest:
    """Digests of what a session concluded; the order of `records` and repeats do not matter."""
    return events_digest(record.event for record in records)


def events_digest(events: Iterable[Event]) -> SessionDigest:
    """The same from the events alone, e.g. from rows of PostgreSQL."""
    known = {event.id: event for event in events}.values()
    principles = _digest(event for event in known if isinstance(event, PrinciplesInferred) and event.closing)
    scores = _digest(event for event in known if isinstance(event, ScoreUpdated))
    verdicts = _digest(event for event in known if isinstance(event, VerdictIssued))
    return SessionDigest(
        principles=principles,
        scores=scores,
        verdicts=verdicts,
        digest=digest(canonical([principles, scores, verdicts])),
    )


def _digest(events: Iterable[Event]) -> str:
    return digest(canonical(sorted((event.id, event.digest()) for event in events)))


def compare(service: str, recorded: Record, derived: Record) -> Difference | None:
    """How a derived record departs from the recorded one of the same id; none if they agree."""
    if recorded.event == derived.event and _envelope(recorded) == _envelope(derived):
        return None  # the common case, without writing both down
    left, right = _content(recorded), _content(derived)
    if left == right:
        return None
    field, expected, got = _first_difference(left, right)
    return Difference(
        service=service, kind="changed", event_id=recorded.id, type=recorded.event.TYPE,
        field=field, expected=expected, got=got,
    )  # fmt: skip


def _envelope(record: Record) -> dict[str, Any]:
    return {"ce_source": record.source, "ce_causationid": record.causation, "ce_sequence": record.sequence}


def _content(record: Record) -> dict[str, Any]:
    """What has to be the same: the data without its volatile fields, and who wrote it, why, as which number."""
    event = record.event
    data = event.model_dump(mode="json", exclude_none=True, exclude=set(event.VOLATILE))
    return {**_envelope(record), "data": data}


def _first_difference(left: Any, right: Any, path: str = "") -> tuple[str, str, str]:
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        for name in (*left, *(name for name in right if name not in left)):
            if left.get(name, ABSENT) != right.get(name, ABSENT):
                return _first_difference(left.get(name, ABSENT), right.get(name, ABSENT), f"{path}.{name}")
    if isinstance(left, Sequence) and isinstance(right, Sequence) and not isinstance(left, str):
        for index, (one, other) in enumerate(zip(left, right, strict=False)):
            if one != other:
                return _first_difference(one, other, f"{path}[{index}]")
        path = f"{path}.length"
        left, right = len(left), len(right)
    return path.removeprefix(".").removeprefix("data."), _shown(left), _shown(right)


def _shown(value: Any) -> str:
    text = ABSENT if value == ABSENT else canonical(value).decode()
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."
