"""Alerts that somebody acknowledges: no session's, but commands of people like all others."""

from __future__ import annotations

from collections.abc import Sequence

from ethogram.events import AcknowledgeAlert, AlertAcknowledged, Event
from ethogram.games.course import Course

ALERTS = "alerts"
"""What the patterns of a person's trainings have to match for the person to acknowledge alerts."""


def acknowledge(course: Course, command: AcknowledgeAlert) -> tuple[Course, Sequence[Event]]:
    """Tell that somebody knows, and who could have said so."""
    known = AlertAcknowledged.model_validate({
        "command_id": command.command_id, "alert_id": command.alert_id, "actor": command.actor,
        "reason": command.reason, "people": course.people,
    })  # fmt: skip
    return course, [known]
