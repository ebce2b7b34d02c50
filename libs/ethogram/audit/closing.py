"""When a session's log is whole: what events promise of each other, and whether it was kept.

Records of different topics arrive in any order, so nothing here looks at order: every event adds what it promises and
takes off what it keeps, and sums do not care which comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from pydantic import Field

from ethogram.events import (
    ActionOverrideAccepted,
    AgentSwapped,
    ApprovalDecided,
    ApprovalRequested,
    AuditLogged,
    BehaviourObserved,
    BehaviourSnapshot,
    CancelSession,
    ChampionCrowned,
    ChatSaid,
    DeadlinePassed,
    DecideApproval,
    DecisionMade,
    Event,
    GrantSkill,
    ImportGames,
    InjectMessage,
    JudgementRequested,
    LineageChanged,
    MessageAccepted,
    ModelCallRecorded,
    NotificationSettled,
    OutcomeRevised,
    OverrideAction,
    OverrideVerdict,
    PauseSession,
    PosteriorAwaited,
    PrinciplesInferred,
    RecordDeadLettered,
    ResumeSession,
    RevokeSkill,
    SayInChat,
    ScenarioPresented,
    ScoreUpdated,
    SessionAdmitted,
    SessionCompleted,
    SessionFailed,
    SessionFinished,
    SessionJudged,
    SessionPaused,
    SessionPlaced,
    SessionRejected,
    SessionResumed,
    SkillGranted,
    SkillRevoked,
    StartTraining,
    SwapAgent,
    TurnProposed,
    TurnResolved,
    TurnRuled,
    Value,
    VerdictIssued,
    VerdictOverridden,
    VoteCast,
)
from ethogram.topology import catalogue

AUDITOR = "ethogram.auditor"
"""Consumer group of the auditor: what it set aside itself never enters the log."""

Promise = Callable[[Any], Mapping[type[Event], int]]

PROMISES: Mapping[type[Event], Promise] = {
    SessionAdmitted: lambda event: _begun(event),
    AgentSwapped: lambda event: {SwapAgent: 1, AuditLogged: 1},
    SkillGranted: lambda event: dict.fromkeys((GrantSkill, AuditLogged), int(event.by == "person")),
    SkillRevoked: lambda event: dict.fromkeys((RevokeSkill, AuditLogged), int(event.by == "person")),
    SessionPaused: lambda event: {PauseSession: 1, AuditLogged: 1},
    SessionResumed: lambda event: {ResumeSession: 1, AuditLogged: 1},
    ActionOverrideAccepted: lambda event: {OverrideAction: 1, AuditLogged: 1},
    MessageAccepted: lambda event: {InjectMessage: 1, AuditLogged: 1},
    VerdictOverridden: lambda event: {OverrideVerdict: 1, AuditLogged: 1, OutcomeRevised: 1},
    VerdictIssued: lambda event: {AuditLogged: 1},
    TurnProposed: lambda event: {TurnRuled: 1},
    JudgementRequested: lambda event: {VoteCast: len(event.judges)},
    VoteCast: lambda event: {ModelCallRecorded: len(set(event.calls))},
    ApprovalRequested: lambda event: {NotificationSettled: len(event.channels)},
    NotificationSettled: lambda event: {AuditLogged: 1},
    ChatSaid: lambda event: dict.fromkeys((SayInChat, AuditLogged), int(event.command_id is not None)),
    ApprovalDecided: lambda event: {DecideApproval: int(event.command_id is not None), AuditLogged: 1},
    SessionFinished: lambda event: {
        ScenarioPresented: event.turns,
        TurnResolved: event.turns,
        BehaviourObserved: event.turns,
        BehaviourSnapshot: 1,
        CancelSession: int(event.ended_by == "cancel"),
        AuditLogged: int(event.ended_by == "cancel"),
    },
    ScenarioPresented: lambda event: {
        PosteriorAwaited: int(event.chosen is not None and event.chosen.basis is not None),
        DeadlinePassed: int(event.chosen is not None and not event.chosen.in_time),
    },
    TurnResolved: lambda event: {DecisionMade: sum(played.faced is None for played in event.actions)},
    DecisionMade: lambda event: {ModelCallRecorded: len(set(event.calls))},
    BehaviourSnapshot: lambda event: dict.fromkeys(
        (PrinciplesInferred, LineageChanged), len(event.profiles) if event.closing else 0
    ),
    SessionCompleted: lambda event: {SessionFinished: 1, SessionJudged: 1, SessionPlaced: -int(event.cancelled)},
    SessionJudged: lambda event: {
        VerdictIssued: event.verdicts,
        ScoreUpdated: event.verdicts,
        ChampionCrowned: int(event.champion is not None),
        SessionPlaced: int(event.counts),
    },
}
"""How many events of other types must be there because this one is. More may be: a late decision, a pause refused."""


def _begun(event: SessionAdmitted) -> dict[type[Event], int]:
    """What opened a session; the turns of recorded games were never presented."""
    if event.recording is None:
        return {StartTraining: 1, AuditLogged: 1}
    parts = event.recording.parts
    return {ImportGames: parts, AuditLogged: parts, ScenarioPresented: -event.recording.choices}


INTERIM = (BehaviourSnapshot, PrinciplesInferred, LineageChanged)
"""Of these only the closing ones are promised."""


class Ledger(Value):
    """What is still owed to a session's log."""

    owed: dict[str, int] = Field(default_factory=dict)
    """Promised minus kept, per event type (in its first version); below zero where more came than was promised."""
    aside: dict[str, int] = Field(default_factory=dict)
    """Records per topic that the auditor set aside: nobody waits for them."""
    admitted: bool = False
    """Whether the session was admitted."""
    over: Literal["", "completed", "failed", "rejected"] = ""
    """How the session ended, if it has."""

    def heard(self, event: Event) -> Ledger:
        """The ledger after one more event."""
        update: dict[str, Any] = {"owed": _entered(self.owed, event)}
        if isinstance(event, RecordDeadLettered) and event.consumer == AUDITOR:
            update["aside"] = {**self.aside, event.topic: self.aside.get(event.topic, 0) + 1}
        elif isinstance(event, SessionAdmitted):
            # a start that was refused before under the same id did not end this session
            update |= {"admitted": True, "over": ""}
        elif isinstance(event, SessionRejected) and not self.admitted:
            update["over"] = "rejected"
        elif isinstance(event, SessionCompleted):
            update["over"] = "completed"
        elif isinstance(event, SessionFailed):
            update["over"] = "failed"
        return self.model_copy(update=update)

    @property
    def closed(self) -> bool:
        """Whether the session is over and everything that it speaks of is in the log.

        A session that failed or was refused keeps no promises: what was under way may never come.
        """
        return bool(self.over) and (self.over != "completed" or not self._missing())

    def _missing(self) -> bool:
        topics: dict[str, int] = {}
        for event_type, count in self.owed.items():
            if count > 0:
                topic = catalogue().topic_of(Event.BY_IDS[event_type]).name
                topics[topic] = topics.get(topic, 0) + count
        return any(count > self.aside.get(topic, 0) for topic, count in topics.items())


def _entered(owed: Mapping[str, int], event: Event) -> dict[str, int]:
    sums = dict(owed)
    promise = PROMISES.get(type(event))
    for event_type, count in (promise(event) if promise else {}).items():
        sums[event_type.IDS] = sums.get(event_type.IDS, 0) + count
    if not (isinstance(event, INTERIM) and not event.closing):
        sums[event.IDS] = sums.get(event.IDS, 0) - 1
    return sums
