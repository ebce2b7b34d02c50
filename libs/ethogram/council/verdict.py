"""How four votes become a verdict.

A rejection by the constitution judge, or by any two judges, rejects. Otherwise a vote to reject or to escalate makes
the council escalate, unless the other three plainly approve: no verdict is made of a tie. Otherwise any vote that is
not a plain approval makes conditions. Dissent is every vote that differs from the verdict.

Models advise. If more than half of those that voted say something more severe, the verdict becomes as careful as they
say, up to a question for people. They make nothing milder and reject nobody: whoever talks a model round gains nothing,
and can do no more to a rival than have people look at it.
"""

from __future__ import annotations

from collections.abc import Sequence

from ethogram.council.judges import SEVERITY
from ethogram.events import AgentId, Ruling, SessionId, VerdictIssued, Vote

CAREFUL = SEVERITY.index("escalate")
"""As far as models can go."""


def decide(votes: Sequence[Vote]) -> Ruling:
    """The verdict that follows from the votes."""
    ruled = SEVERITY.index(_ruled([vote for vote in votes if not vote.adviser]))
    advice = sorted(SEVERITY.index(vote.vote) for vote in votes if vote.adviser and vote.vote != "abstain")
    if not advice:
        return SEVERITY[ruled]
    agreed = advice[(len(advice) - 1) // 2]  # more than half say this or something more severe
    return SEVERITY[max(ruled, min(agreed, CAREFUL))]


def _ruled(votes: Sequence[Vote]) -> Ruling:
    cast = [vote.vote for vote in votes]
    by_constitution = next((vote.vote for vote in votes if vote.judge == "constitution"), "approve")
    if by_constitution == "reject" or cast.count("reject") > 1:
        return "reject"
    doubted = "reject" in cast or "escalate" in cast
    if doubted and cast.count("approve") < 3:
        return "escalate"
    return "approve" if all(vote == "approve" for vote in cast) else "approve-with-conditions"


def issue(
    session_id: SessionId, agent_id: AgentId, votes: Sequence[Vote], constitution: str, waived: Sequence[str] = ()
) -> VerdictIssued:
    """The verdict on one agent, with the votes that it rests on; `constitution` is the digest of what was applied."""
    ruling = decide(votes)
    return VerdictIssued(
        session_id=session_id,
        agent_id=agent_id,
        verdict=ruling,
        conditions=_conditions(votes) if ruling == "approve-with-conditions" else (),
        votes=tuple(sorted(votes, key=lambda vote: vote.judge)),
        dissent=tuple(sorted(vote.judge for vote in votes if vote.vote not in (ruling, "abstain"))),
        waived=tuple(waived),
        constitution=constitution,
    )


def _conditions(votes: Sequence[Vote]) -> tuple[str, ...]:
    told = [vote for vote in votes if vote.vote not in ("approve", "abstain")]
    return tuple(f"{vote.judge}: {reason}" if vote.adviser else reason for vote in told for reason in vote.reasons)
