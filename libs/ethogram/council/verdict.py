"""How four votes become a verdict.

A rejection by the constitution judge, or by any two judges, rejects. Otherwise a vote to reject or to escalate makes
the council escalate, unless the other three plainly approve: no verdict is made of a tie. Otherwise any vote that is
not a plain approval makes conditions. Dissent is every vote that differs from the verdict.
"""

from __future__ import annotations

from collections.abc import Sequence

from ethogram.events import AgentId, Ruling, SessionId, VerdictIssued, Vote


def decide(votes: Sequence[Vote]) -> Ruling:
    """The verdict that follows from the votes."""
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
        dissent=tuple(sorted(vote.judge for vote in votes if vote.vote != ruling)),
        waived=tuple(waived),
        constitution=constitution,
    )


def _conditions(votes: Sequence[Vote]) -> tuple[str, ...]:
    return tuple(reason for vote in votes if vote.vote != "approve" for reason in vote.reasons)
