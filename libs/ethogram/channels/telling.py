"""What people are told of an event, in words."""

from __future__ import annotations

from ethogram.channels.channel import Notice
from ethogram.events import AlertRaised, ApprovalRequested, Purpose, derive

MOST_REASONS = 8
LONGEST_REASON = 300


def asked(event: ApprovalRequested, channel: str, page: str, time: str) -> Notice:
    """That an approval is asked for, or asked of others by now."""
    purpose: Purpose = "escalation" if event.level else "approval"
    told = "Nobody has answered so far, or somebody passed it on." if event.level else ""
    lines = [
        told, _what(event), *(f"- {reason[:LONGEST_REASON]}" for reason in event.reasons[:MOST_REASONS]),
        f"Policy: {event.policy}. Who may answer: {event.role}, within {event.seconds:g} s.",
        f"ethogram approvals answer {event.session_id} {event.approval_id} DECISION --reason WHY",
    ]  # fmt: skip
    return Notice(
        id=derive("notice", event.id, channel), purpose=purpose, session_id=event.session_id, about=event.id,
        subject=_line(f"{'Escalated' if event.level else 'Approval wanted'}: {_short(event)}"),
        text="\n".join(line for line in lines if line), link=f"{page}/#/session/{event.session_id}", time=time,
    )  # fmt: skip


def raised(event: AlertRaised, channel: str, page: str) -> Notice:
    """That something is wrong."""
    return Notice(
        id=derive("notice", event.id, channel), purpose="alert", session_id=event.session_id, about=event.id,
        subject=_line(f"{event.name} ({event.severity}): {event.subject}"),
        text=f"{event.summary}\nWhat to do: {event.runbook}\nethogram alerts list", link=page, time=event.raised_at,
    )  # fmt: skip


def _short(event: ApprovalRequested) -> str:
    if event.about == "start":
        return f"session {event.session_id[:8]} is to begin"
    return f"{event.agent_id} in {event.game_id}, turn {event.turn}, of session {event.session_id[:8]}"


def _what(event: ApprovalRequested) -> str:
    if event.about == "start":
        return f"Session {event.session_id} waits for approval before it begins."
    return (
        f"In session {event.session_id} agent {event.agent_id} means to do {event.intended!r} in turn {event.turn} of"
        f" {event.game_id}; if that is rejected, {event.instead!r} is carried out."
    )


def _line(text: str) -> str:
    """In one line: nothing that a header or a list would break at."""
    return " ".join(text.split())[:200]
