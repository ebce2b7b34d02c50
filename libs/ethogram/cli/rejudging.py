"""Judging history again: what other rules, judges or another inference would have said of sessions that are over."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ethogram.events import AgentId, PrinciplesInferred, ScoreUpdated, SessionAdmitted, Value, VerdictIssued

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ethogram.council import Constitution, Judge
    from ethogram.events.envelope import Record
    from ethogram.principles.automata import Automaton
    from ethogram.principles.versions import Version

MOVED = 0.05
"""Strengths and scores that differ by less are not told."""


class Moved(NamedTuple):
    """Something that comes out otherwise."""

    was: Any
    would_be: Any


class Change(Value):
    """One agent of one session, judged otherwise; what stays as it was is left out."""

    session_id: str
    agent_id: AgentId
    was: str
    """Recorded verdict."""
    would_be: str
    """Verdict under what was asked for."""
    articles: dict[str, Literal["now breached", "no longer breached"]]
    """By article."""
    votes: dict[str, Moved]
    """By judge; None where it did not sit."""
    strategy: Moved | None = None
    """Nearest strategy of the dictionary."""
    principles: dict[str, Moved]
    """Strengths that differ by .05 or more; None where a principle was not told."""
    score: Moved | None = None
    """Total, where it differs by .05 or more."""

    @property
    def told(self) -> str:
        """In words."""
        words = [f"{article} {word}" for article, word in self.articles.items()]
        named = {**self.votes, "strategy": self.strategy, **self.principles, "score": self.score}
        words += [f"{name} {_short(moved.was)} -> {_short(moved.would_be)}" for name, moved in named.items() if moved]
        return ", ".join(words)


@dataclass(frozen=True)
class Otherwise:
    """What is to be otherwise; the rest stays as each session had it."""

    rules: Constitution | None = None
    judges: Mapping[str, Judge] | None = None
    inference: Version | None = None
    dictionary: Sequence[Automaton] | None = None

    @property
    def infers(self) -> bool:
        """Whether conclusions are drawn again."""
        return self.inference is not None or self.dictionary is not None


@dataclass(frozen=True)
class Rejudged:
    """What came of several sessions."""

    changes: list[Change] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What could not be held against its record, and why."""


def rejudge_all(sessions: Iterable[Sequence[Record]], otherwise: Otherwise) -> Rejudged:
    """The same of several sessions, with those of which nothing could be said."""
    done = Rejudged()
    for records in sessions:
        if records:
            done.changes.extend(rejudge(records, otherwise))
            done.notes.extend(_notes(records, otherwise))
    return done


def rejudge(records: Sequence[Record], otherwise: Otherwise) -> list[Change]:
    """What changes for the agents of one session; nothing is written anywhere, and no agent or model is asked."""
    from ethogram.council import JUDGES, rehear

    recorded = list({record.id: record for record in records}.values())
    heard = _concluded_again(recorded, otherwise) if otherwise.infers else recorded
    said = rehear(heard, otherwise.rules or _own_rules(recorded), otherwise.judges or JUDGES)
    before, after = (record.event for record in recorded), [*(record.event for record in heard), *said]
    was, now = _found(before), _found(after)
    both = sorted({event.agent_id for event in said if isinstance(event, VerdictIssued)} & was.keys())
    changes = (_change(was[agent], now[agent]) for agent in both if was[agent].verdict is not None)
    return [change for change in changes if change.told or change.was != change.would_be]


@dataclass(frozen=True)
class _Found:
    """What was found about one agent."""

    verdict: VerdictIssued | None = None
    inferred: PrinciplesInferred | None = None
    score: ScoreUpdated | None = None


def _found(events: Iterable[Any]) -> dict[AgentId, _Found]:
    found: dict[AgentId, _Found] = {}
    for event in events:
        if isinstance(event, VerdictIssued):
            found[event.agent_id] = replace(found.get(event.agent_id, _Found()), verdict=event)
        elif isinstance(event, ScoreUpdated):
            found[event.agent_id] = replace(found.get(event.agent_id, _Found()), score=event)
        elif isinstance(event, PrinciplesInferred) and event.closing:
            found[event.agent_id] = replace(found.get(event.agent_id, _Found()), inferred=event)
    return found


def _concluded_again(records: Sequence[Record], otherwise: Otherwise) -> list[Record]:
    """The records with the closing conclusions of another inference in place of those that were drawn."""
    from ethogram.principles.dictionary import consulting
    from ethogram.principles.versions import OURS, infer_again, version_named

    with nullcontext() if otherwise.dictionary is None else consulting(otherwise.dictionary):
        told = infer_again((record.event for record in records), otherwise.inference or version_named(OURS))
    closing = {event.agent_id: event for event in told}
    return [
        replace(record, event=closing[event.agent_id])
        if isinstance(event := record.event, PrinciplesInferred) and event.closing and event.agent_id in closing
        else record
        for record in records
    ]


def _own_rules(records: Sequence[Record]) -> Constitution:
    """The constitution that the session was admitted with; that of this release where the session names none."""
    from ethogram.council import constitution, read_constitution

    admitted = _admitted(records)
    return read_constitution(admitted.constitution) if admitted and admitted.constitution else constitution()


def _admitted(records: Iterable[Record]) -> SessionAdmitted | None:
    return next((record.event for record in records if isinstance(record.event, SessionAdmitted)), None)


def _notes(records: Sequence[Record], otherwise: Otherwise) -> list[str]:
    admitted, name = _admitted(records), records[0].event.session_id
    if not any(isinstance(record.event, VerdictIssued) for record in records):
        return [f"{name}: no verdict is on record"]
    pinned = admitted.versions.constitution if admitted else ""
    if otherwise.rules is None and pinned and pinned != _own_rules(records).digest():
        return [f"{name}: its constitution {pinned[:12]} is not at hand; that of this release was applied"]
    return []


def _change(was: _Found, now: _Found) -> Change:
    if was.verdict is None or now.verdict is None:
        raise AssertionError("only agents with a verdict are compared")
    before, after = _breached(was.verdict), _breached(now.verdict)
    articles: dict[str, Any] = dict.fromkeys(sorted(after - before), "now breached")
    articles |= dict.fromkeys(sorted(before - after), "no longer breached")
    return Change(
        session_id=was.verdict.session_id, agent_id=was.verdict.agent_id, was=was.verdict.verdict,
        would_be=now.verdict.verdict, articles=articles, votes=_differing(_votes(was.verdict), _votes(now.verdict)),
        strategy=_moved(_nearest(was.inferred), _nearest(now.inferred)),
        principles=_differing(_strengths(was.inferred), _strengths(now.inferred)),
        score=_moved(was.score and was.score.total, now.score and now.score.total),
    )  # fmt: skip


def _breached(verdict: VerdictIssued) -> set[str]:
    return {article for vote in verdict.votes for article in vote.articles}


def _votes(verdict: VerdictIssued) -> dict[str, Any]:
    return {vote.judge: vote.vote for vote in verdict.votes}


def _nearest(inferred: PrinciplesInferred | None) -> str | None:
    return inferred.strategy.nearest if inferred else None


def _strengths(inferred: PrinciplesInferred | None) -> dict[str, Any]:
    return {principle.name: principle.strength for principle in inferred.principles} if inferred else {}


def _differing(was: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Moved]:
    pairs = {name: _moved(was.get(name), now.get(name)) for name in sorted({*was, *now})}
    return {name: moved for name, moved in pairs.items() if moved}


def _moved(was: Any, now: Any) -> Moved | None:
    numbers = isinstance(was, float) and isinstance(now, float)
    return None if was == now or (numbers and abs(was - now) < MOVED) else Moved(was, now)


def _short(value: Any) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value or "none")
