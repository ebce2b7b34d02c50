"""Convening the panel: who is asked what, and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ethogram.council.case import Case
from ethogram.council.deliberation import vote
from ethogram.council.judges import JUDGES
from ethogram.council.panel import Panel, brief
from ethogram.events import AgentId, JudgementRequested, SessionId, Vote, VoteCast


def convene(
    panel: Panel, session_id: SessionId, cases: Mapping[AgentId, Case]
) -> tuple[Panel, tuple[JudgementRequested, ...]]:
    """What is asked next, once all answers are in; nothing more after the second round."""
    if not panel.answered or panel.round == 2:
        return panel, ()
    asked = tuple(_asked(panel, session_id, cases))
    owed = {request.id: tuple(spec.id for spec in request.judges) for request in asked}
    return panel.model_copy(update={"round": panel.round + 1, "owed": owed}), asked


def _asked(panel: Panel, session_id: SessionId, cases: Mapping[AgentId, Case]) -> Iterable[JudgementRequested]:
    for agent_id, case in cases.items():
        told: dict[str, Any] = {"session_id": session_id, "agent_id": agent_id, "case": brief(case)}
        if panel.round == 0:
            yield JudgementRequested(**told, round=1, judges=panel.judges)
            continue
        cast = {judge: one for judge, one in panel.blind.get(agent_id, {}).items() if one.absent is None}
        again = tuple(spec for spec in panel.judges if spec.id in cast)
        if again:
            yield JudgementRequested(**told, round=2, judges=again, heard=blind_votes(case, cast))


def blind_votes(case: Case, cast: Mapping[str, VoteCast]) -> tuple[Vote, ...]:
    """What all judges said at first, ours and models."""
    house = [vote(judge, case) for judge in JUDGES]
    return (*house, *(Vote(judge=name, vote=one.vote, reasons=one.reasons, adviser=True) for name, one in cast.items()))
