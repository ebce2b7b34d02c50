"""Agreement between judges: Krippendorff's alpha, the severity bias of each, and votes that are missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import permutations

from ethogram.council.judges import SEVERITY
from ethogram.events import Ballot, ChampionCrowned, SessionId, SessionJudged, VerdictIssued, quantise

Unit = Mapping[str, Ballot]
"""What each judge voted on one agent, before it had heard the others."""


def units(verdicts: Iterable[VerdictIssued]) -> list[Unit]:
    """The first votes of the judges on each agent: later ones are not independent of each other."""
    return [{vote.judge: vote.blind or vote.vote for vote in verdict.votes} for verdict in verdicts]


def alpha(judged: Iterable[Unit]) -> float | None:
    """Krippendorff's alpha for ordinal data: 1 is full agreement, 0 that of chance; none where nothing ever differs.

    Abstentions are missing values; an agent on which fewer than two voted says nothing.
    """
    weights: dict[tuple[int, int], float] = defaultdict(float)
    for unit in judged:
        cast = _cast(unit)
        for left, right in permutations(cast, 2):
            weights[left, right] += 1 / (len(cast) - 1)
    totals = [sum(weights[rank, other] for other in _RANKS) for rank in _RANKS]
    count = sum(totals)
    far = {(one, two): _distance(totals, one, two) for one in _RANKS for two in _RANKS}
    expected = sum(totals[one] * totals[two] * far[one, two] for one in _RANKS for two in _RANKS)
    if count <= 1 or expected == 0:
        return None
    observed = sum(weights[pair] * far[pair] for pair in far)
    return quantise(1 - (count - 1) * observed / expected)


def bias(judged: Iterable[Unit]) -> dict[str, float]:
    """How much more severely (above 0) or mildly each judge votes than the others do on the same agents, in ranks."""
    differences: dict[str, list[float]] = defaultdict(list)
    for unit in judged:
        ranks = {judge: SEVERITY.index(vote) for judge, vote in unit.items() if vote != "abstain"}
        for judge, rank in ranks.items():
            others = [other for name, other in ranks.items() if name != judge]
            if others:
                differences[judge].append(rank - sum(others) / len(others))
    return {judge: quantise(sum(found) / len(found)) for judge, found in sorted(differences.items())}


def missing(judged: Sequence[Unit], judges: Iterable[str]) -> dict[str, int]:
    """On how many agents each judge abstained or said nothing; those who never did are left out."""
    counts = {judge: sum(unit.get(judge, "abstain") == "abstain" for unit in judged) for judge in sorted(set(judges))}
    return {judge: count for judge, count in counts.items() if count}


def summary(
    session_id: SessionId, verdicts: Sequence[VerdictIssued], champion: ChampionCrowned | None, counts: bool,
    judges: Iterable[str],
) -> SessionJudged:  # fmt: skip
    """The council's last word on a session; `counts`: whether it moves the ladder, `judges`: who sat."""
    judged = units(verdicts)
    tally = {ruling: [one.verdict for one in verdicts].count(ruling) for ruling in {one.verdict for one in verdicts}}
    return SessionJudged(
        session_id=session_id,
        verdicts=len(verdicts),
        champion=champion.agent_id if champion else None,
        tally=dict(sorted(tally.items())),
        agreement=alpha(judged),
        bias=bias(judged),
        missing=missing(judged, judges),
        counts=counts,
    )


_RANKS = range(len(SEVERITY))


def _cast(unit: Unit) -> list[int]:
    cast = [SEVERITY.index(vote) for vote in unit.values() if vote != "abstain"]
    return cast if len(cast) > 1 else []


def _distance(totals: Sequence[float], one: int, two: int) -> float:
    """Squared ordinal distance: votes that lie between two ranks keep them apart."""
    low, high = sorted((one, two))
    return (sum(totals[low : high + 1]) - (totals[low] + totals[high]) / 2) ** 2 if low != high else 0.0
