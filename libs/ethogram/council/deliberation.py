"""Deliberation: judges vote blind, exchange their reasons once, and may think again; what they thought first is kept.

What one judge can tell another is what the record bears. If the evidence judge contests an event, nobody upholds what
rests on that event alone; if it finds the record too short for a judgement, nobody upholds a rejection: it becomes a
question for people, unless a hearing has found what it rests on. Nothing that an agent wrote takes part in this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from types import MappingProxyType

from ethogram.council.case import Case
from ethogram.council.judges import JUDGES, Finding, Judge, content, ruling
from ethogram.council.panel import Opinion, evidence_of, findings
from ethogram.events import EventId, Vote, VoteCast

CITED = 8
"""Events that one vote cites at most."""


def hear_out(
    case: Case, judges: Mapping[str, Judge] = JUDGES, opinions: Mapping[str, Opinion] = MappingProxyType({})
) -> tuple[Vote, ...]:
    """The votes of all judges after deliberation; `opinions`: what models said, by judge."""
    blind = {judge: tuple(rule(case)) for judge, rule in judges.items()}
    blind |= {judge: findings(case, opinion.blind) for judge, opinion in opinions.items()}
    advice = (advise(judge, case, opinion, blind) for judge, opinion in opinions.items())
    return (*(vote(judge, case, blind) for judge in judges), *advice)


def advise(judge: str, case: Case, opinion: Opinion, blind: Mapping[str, Sequence[Finding]]) -> Vote:
    """What a model says in the end: what it said after it had heard the others, as far as the record bears it.

    A model that gave no vote has none; one that gave none the second time stays with its first.
    """
    first = opinion.blind
    if first.absent is not None:
        return Vote(judge=judge, vote="abstain", absent=first.absent, reasons=first.reasons, adviser=True)
    last = opinion.after if opinion.after and opinion.after.absent is None else first
    upheld, why = reconsidered(findings(case, last), _of_others(judge, blind))
    moved = [f"having heard the others: {'; '.join(last.reasons)}"] if last.vote != first.vote else []
    after = ruling(upheld)
    return Vote(
        judge=judge, vote=after, adviser=True,
        blind=first.vote if first.vote != after else None,
        changed="; ".join((*moved, *why)) if first.vote != after else None,
        reasons=(*(tuple(finding.reason for finding in upheld) or last.reasons), *_foreign(case, last)),
        evidence=_evidence(upheld),
        articles=tuple(article for finding in upheld for article in finding.articles),
    )  # fmt: skip


def _foreign(case: Case, cast: VoteCast) -> tuple[str, ...]:
    count = len(set(cast.evidence) - evidence_of(case))
    return (f"({count} of the events that it cites are not of this record and do not count)",) if count else ()


def _of_others(judge: str, blind: Mapping[str, Sequence[Finding]]) -> tuple[Finding, ...]:
    return tuple(chain.from_iterable(found for name, found in blind.items() if name != judge))


def vote(judge: str, case: Case, blind: Mapping[str, Sequence[Finding]] | None = None) -> Vote:
    """What one judge says in the end; without `blind`, the findings of all, what it says at first."""
    first = tuple(blind[judge] if blind else JUDGES[judge](case))
    upheld, why = reconsidered(first, _of_others(judge, blind or {}))
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


def _evidence(upheld: Iterable[Finding]) -> tuple[EventId, ...]:
    return tuple(dict.fromkeys(event for finding in upheld for event in finding.evidence))[:CITED]
