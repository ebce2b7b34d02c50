"""Deliberation: judges vote blind, exchange their reasons once, and may think again; what they thought first is kept.

What one judge can tell another is what the record bears. If the evidence judge contests an event, nobody upholds what
rests on that event alone; if it finds the record too short for a judgement, nobody upholds a rejection: it becomes a
question for people, unless a hearing has found what it rests on. Nothing that an agent wrote takes part in this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from ethogram.council.case import Case
from ethogram.council.judges import JUDGES, Finding, Judge, content, ruling
from ethogram.events import EventId, Vote

CITED = 8
"""Events that one vote cites at most."""


def hear_out(case: Case, judges: Mapping[str, Judge] = JUDGES) -> tuple[Vote, ...]:
    """The votes of all judges after deliberation."""
    blind = {judge: tuple(rule(case)) for judge, rule in judges.items()}
    return tuple(vote(judge, case, blind) for judge in judges)


def vote(judge: str, case: Case, blind: Mapping[str, Sequence[Finding]] | None = None) -> Vote:
    """What one judge says in the end; without `blind`, the findings of all, what it says at first."""
    first = tuple(blind[judge] if blind else JUDGES[judge](case))
    others = chain.from_iterable(findings for name, findings in (blind or {}).items() if name != judge)
    upheld, why = reconsidered(first, tuple(others))
    before, after = ruling(first), ruling(upheld)
    return Vote(
        judge=judge,
        vote=after,
        blind=before if before != after else None,
        changed="; ".join(why) if before != after else None,
        reasons=tuple(finding.reason for finding in upheld) or (content(judge, case),),
        evidence=_evidence(upheld),
        articles=tuple(article for finding in upheld for article in finding.articles),
    )


def reconsidered(own: Sequence[Finding], others: Sequence[Finding]) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """What a judge upholds of its findings once it has heard those of the others, and why it dropped the rest."""
    contested = {event for finding in others for event in finding.contests}
    thin = next((finding for finding in others if finding.thin), None)
    upheld, why = [], []
    for finding in own:
        if finding.evidence and contested.issuperset(finding.evidence):
            why.append(f"not upheld, its evidence is contested: {finding.reason}")
        elif thin and finding.ruling == "reject" and not finding.heard:
            why.append(f"no rejection on such a record: {thin.reason}")
            upheld.append(finding._replace(ruling="escalate"))
        else:
            upheld.append(finding)
    return tuple(upheld), tuple(dict.fromkeys(why))


def _evidence(findings: Iterable[Finding]) -> tuple[EventId, ...]:
    return tuple(dict.fromkeys(event for finding in findings for event in finding.evidence))[:CITED]
