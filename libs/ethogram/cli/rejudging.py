"""Judging history again: what another constitution would have said of sessions that are over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from ethogram.events import AgentId, Value, VerdictIssued

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ethogram.council import Constitution
    from ethogram.events.envelope import Record


class Change(Value):
    """One agent of one session, judged otherwise."""

    session_id: str
    agent_id: AgentId
    was: str
    """Recorded verdict."""
    would_be: str
    """Verdict under the other rules."""
    articles: dict[str, Literal["now breached", "no longer breached"]]
    """By article."""


def rejudge(records: Sequence[Record], rules: Constitution) -> list[Change]:
    """What changes for the agents of one session; nothing is written anywhere."""
    from ethogram.council import rehear

    was = _verdicts(record.event for record in records)
    now = _verdicts(rehear({record.id: record for record in records}.values(), rules))
    return [
        change
        for agent in sorted(was.keys() & now.keys())
        if (change := _change(was[agent], now[agent])).articles or change.was != change.would_be
    ]


def _verdicts(events: Iterable[Any]) -> dict[AgentId, VerdictIssued]:
    return {event.agent_id: event for event in events if isinstance(event, VerdictIssued)}


def _change(was: VerdictIssued, now: VerdictIssued) -> Change:
    before, after = _breached(was), _breached(now)
    articles: dict[str, Any] = dict.fromkeys(sorted(after - before), "now breached")
    articles |= dict.fromkeys(sorted(before - after), "no longer breached")
    return Change(
        session_id=was.session_id, agent_id=was.agent_id, was=was.verdict, would_be=now.verdict, articles=articles
    )


def _breached(verdict: VerdictIssued) -> set[str]:
    return {article for vote in verdict.votes for article in vote.articles}
