"""A session as a spectator sees it: a fold over its events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import ethogram.events as e
from ethogram.events.envelope import read_as

ENDED = frozenset({"completed", "cancelled", "failed", "rejected"})
"""States that a session does not leave."""
RECENT = 40
"""Actions that are remembered for show."""


@dataclass
class Seen:
    """What was seen of one agent."""

    acts: int = 0
    cooperations: int = 0
    payoff: float = 0.0
    recent: str = ""
    """The last executed actions in games, oldest first."""
    inference: e.PrinciplesInferred | None = None
    verdict: str | None = None
    total: float | None = None

    @property
    def cooperation(self) -> float | None:
        """Share of acts that kept faith; none before the first."""
        return self.cooperations / self.acts if self.acts else None


@dataclass
class Scene:
    """Where a session stands, as far as its events tell."""

    session_id: str
    name: str = ""
    state: str = "waiting"
    reason: str | None = None
    planned: int = 0
    resolved: int = 0
    agents: dict[str, Seen] = field(default_factory=dict)
    champion: str | None = None
    sealed: bool = False
    """Whether the audit log of the session is closed."""

    @property
    def ended(self) -> bool:
        """Whether nothing more will be decided."""
        return self.state in ENDED

    def show(self, event: e.Event | None) -> None:
        """Take in one event; kinds that are not on show change nothing."""
        step = _STEPS.get(type(event))
        if step:
            step(self, event)

    def agent(self, agent_id: str) -> Seen:
        """What was seen of an agent."""
        return self.agents.setdefault(agent_id, Seen())


def event_of(frame: Mapping[str, Any]) -> e.Event | None:
    """The event of a frame; none for kinds that this release does not know."""
    found = read_as(frame["type"], e.Event.BY_TYPE)
    if found is None or not isinstance(frame["event"], dict):
        return None
    known, version = found
    return known.read(known.upcast(version, frame["event"]))


def _admitted(scene: Scene, event: e.SessionAdmitted) -> None:
    scene.name, scene.state = event.name, "running"
    scene.agents = {agent.id: Seen() for agent in event.agents} | scene.agents
    faced = event.scenarios.count * len(event.agents) if event.scenarios else 0
    recorded = event.recording.choices if event.recording else 0
    scene.planned = sum(game.turns or game.rounds for game in event.games) + faced + recorded


def _paired(scene: Scene, event: e.TournamentPaired) -> None:
    scene.planned += event.turns


def _rejected(scene: Scene, event: e.SessionRejected) -> None:
    scene.state, scene.reason = "rejected", event.reason


def _failed(scene: Scene, event: e.SessionFailed) -> None:
    scene.state, scene.reason = "failed", event.reason


def _paused(scene: Scene, event: e.SessionPaused) -> None:
    scene.state, scene.reason = "paused", event.reason or None


def _resumed(scene: Scene, event: e.SessionResumed) -> None:
    scene.state, scene.reason = "running", None


def _finished(scene: Scene, event: e.SessionFinished) -> None:
    scene.state, scene.reason = "judging", event.reason


def _completed(scene: Scene, event: e.SessionCompleted) -> None:
    scene.state = "cancelled" if event.cancelled else "completed"


def _resolved(scene: Scene, event: e.TurnResolved) -> None:
    scene.resolved = max(scene.resolved, event.number)


def _observed(scene: Scene, event: e.BehaviourObserved) -> None:
    leanings = {option.id: option.leaning for option in event.options}
    for act in event.acts:
        seen = scene.agent(act.agent_id)
        seen.acts += 1
        seen.cooperations += leanings.get(act.executed, act.executed) == "C"
        seen.payoff += act.payoff
        if event.kind == "game":
            seen.recent = (seen.recent + act.executed)[-RECENT:]


def _inferred(scene: Scene, event: e.PrinciplesInferred) -> None:
    scene.agent(event.agent_id).inference = event


def _judged(scene: Scene, event: e.VerdictIssued) -> None:
    scene.agent(event.agent_id).verdict = event.verdict


def _scored(scene: Scene, event: e.ScoreUpdated) -> None:
    scene.agent(event.agent_id).total = event.total


def _crowned(scene: Scene, event: e.ChampionCrowned) -> None:
    scene.champion = event.agent_id


def _checked(scene: Scene, event: e.AuditCheckpoint) -> None:
    scene.sealed = scene.sealed or event.closing


_STEPS: dict[type, Callable[[Scene, Any], None]] = {
    e.SessionAdmitted: _admitted,
    e.TournamentPaired: _paired,
    e.SessionRejected: _rejected,
    e.SessionFailed: _failed,
    e.SessionPaused: _paused,
    e.SessionResumed: _resumed,
    e.SessionFinished: _finished,
    e.SessionCompleted: _completed,
    e.TurnResolved: _resolved,
    e.BehaviourObserved: _observed,
    e.PrinciplesInferred: _inferred,
    e.VerdictIssued: _judged,
    e.ScoreUpdated: _scored,
    e.ChampionCrowned: _crowned,
    e.AuditCheckpoint: _checked,
}
