"""Metrics of what happens in sessions, read off the events that a service emits; no id is ever a label."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from prometheus_client import Counter, Histogram

from ethogram import events
from ethogram.events.envelope import Record
from ethogram.runtime import telemetry

SESSIONS = Counter("ethogram_sessions", "Sessions by what became of them: admitted, rejected, completed, failed.",
                   ["outcome"])  # fmt: skip
TURNS = Counter("ethogram_turns", "Turns resolved.", ["kind"])
DECISIONS = Counter("ethogram_decisions", "Decisions by outcome; few `chosen`: an agent or a provider is in trouble.",
                    ["outcome"])  # fmt: skip
ENTROPY = Histogram("ethogram_behaviour_entropy_bits", "Entropy of an agent's conduct when play is over.",
                    buckets=(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.5, 2.0))  # fmt: skip
PRINCIPLES = Counter("ethogram_principles_discovered", "Principles in closing inferences.", ["principle"])
SWITCHES = Counter("ethogram_switches_found", "Changes of conduct in closing inferences.")
PREDICTION = Histogram("ethogram_prediction_log_loss_nats", "Held-out loss of predicting the next choice; above 0.69:"
                       " no better than a coin.", buckets=(0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 4.0))  # fmt: skip
VERDICTS = Counter("ethogram_verdicts", "Verdicts of the council.", ["verdict"])
CHAMPIONS = Counter("ethogram_champions", "Champions crowned.")
CHECKPOINTS = Counter("ethogram_audit_checkpoints", "Signed heads of Merkle logs; flat while sessions end: look at"
                      " the auditor.")  # fmt: skip
MODEL_SECONDS = Histogram("ethogram_model_call_seconds", "Calls that were not cached.", ["provider"],
                          buckets=(0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0))  # fmt: skip
TOLD = (
    events.SessionAdmitted, events.SessionRejected, events.SessionCompleted, events.SessionFailed, events.VerdictIssued,
)  # fmt: skip
"""Events that have a line in the log of who made them: it leads from a session to its trace."""


def count_emitted(records: Iterable[Record]) -> None:
    """Enter events that a service has made and committed."""
    for record in records:
        count = _COUNTS.get(type(record.event))
        if count is not None:
            count(record.event)
        if isinstance(record.event, TOLD):
            telemetry.log().info(
                record.event.TYPE, session_id=record.event.session_id, trace_id=telemetry.trace_id(record.traceparent)
            )


def _session(outcome: str) -> Callable[[events.Event], None]:
    return lambda _event: SESSIONS.labels(outcome).inc()


def _turn(event: events.TurnResolved) -> None:
    TURNS.labels(event.kind).inc()


def _decision(event: events.DecisionMade) -> None:
    DECISIONS.labels(event.outcome).inc()


def _snapshot(event: events.BehaviourSnapshot) -> None:
    for profile in event.profiles.values() if event.closing else ():
        ENTROPY.observe(profile.entropy)


def _inference(event: events.PrinciplesInferred) -> None:
    if not event.closing:
        return
    for principle in event.principles:
        PRINCIPLES.labels(principle.name).inc()
    SWITCHES.inc(len(event.switches))
    if event.prediction.log_loss is not None:
        PREDICTION.observe(event.prediction.log_loss)


def _verdict(event: events.VerdictIssued) -> None:
    VERDICTS.labels(event.verdict).inc()


def _call(event: events.ModelCallRecorded) -> None:
    if not event.cached:
        MODEL_SECONDS.labels(event.provider).observe(event.latency_ms / 1_000)


_COUNTS: dict[type[events.Event], Callable[[Any], None]] = {
    events.SessionAdmitted: _session("admitted"),
    events.SessionRejected: _session("rejected"),
    events.SessionCompleted: _session("completed"),
    events.SessionFailed: _session("failed"),
    events.TurnResolved: _turn,
    events.DecisionMade: _decision,
    events.BehaviourSnapshot: _snapshot,
    events.PrinciplesInferred: _inference,
    events.VerdictIssued: _verdict,
    events.ChampionCrowned: lambda _event: CHAMPIONS.inc(),
    events.AuditCheckpoint: lambda _event: CHECKPOINTS.inc(),
    events.ModelCallRecorded: _call,
}
