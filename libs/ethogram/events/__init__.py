"""Typed, versioned events: the contract between the services."""

from ethogram.events.audit import AuditCheckpoint, RecordDeadLettered, TopicHead
from ethogram.events.base import Event, Value
from ethogram.events.behaviour import Act, BehaviourObserved, BehaviourSnapshot, Profile
from ethogram.events.canonical import Real, canonical, digest, quantise
from ethogram.events.chance import Chance, subseed
from ethogram.events.commands import CancelSession, Intervention, PauseSession, ResumeSession, StartTraining
from ethogram.events.council import ChampionCrowned, Ruling, ScoreUpdated, SessionJudged, VerdictIssued, Vote
from ethogram.events.errors import EthogramError, InvalidRecord, PluginError, SettingsError, TransientError
from ethogram.events.ids import AgentId, EventId, GameId, SessionId, derive, session_at
from ethogram.events.play import (
    Anchor,
    DecisionMade,
    Kind,
    ModelCallRecorded,
    Option,
    Outcome,
    Played,
    ScenarioPresented,
    Seat,
    Situation,
    TurnResolved,
)
from ethogram.events.principles import (
    Prediction,
    Principle,
    PrinciplesInferred,
    Strategy,
    StrategyProbability,
)
from ethogram.events.sessions import (
    GameRules,
    SessionAdmitted,
    SessionCompleted,
    SessionFailed,
    SessionFinished,
    SessionPaused,
    SessionRejected,
    SessionResumed,
    Versions,
)
from ethogram.events.training import AgentSpec, Archetype, GamePlan, Mode, ScenarioPlan, Training

__all__ = [
    "Act", "AgentId", "AgentSpec", "Anchor", "Archetype", "AuditCheckpoint", "BehaviourObserved", "BehaviourSnapshot",
    "CancelSession", "Chance", "ChampionCrowned", "DecisionMade", "EthogramError", "Event", "EventId", "GameId",
    "GamePlan", "GameRules", "Intervention", "InvalidRecord", "Kind", "Mode", "ModelCallRecorded", "Option", "Outcome",
    "PauseSession", "Played", "PluginError", "Prediction", "Principle", "PrinciplesInferred", "Profile", "Real",
    "RecordDeadLettered", "ResumeSession", "Ruling", "ScenarioPlan", "ScenarioPresented", "ScoreUpdated", "Seat",
    "SessionAdmitted", "SessionCompleted", "SessionFailed", "SessionFinished", "SessionId", "SessionJudged",
    "SessionPaused", "SessionRejected", "SessionResumed", "SettingsError", "Situation", "StartTraining", "Strategy",
    "StrategyProbability", "TopicHead", "Training", "TransientError", "TurnResolved", "Value", "VerdictIssued",
    "Versions", "Vote", "canonical", "derive", "digest", "quantise", "session_at", "subseed",
]  # fmt: skip
