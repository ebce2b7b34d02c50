"""Notifying: what people were told through channels, and what came of each attempt to tell them."""

from __future__ import annotations

from typing import ClassVar, Literal

from ethogram.events.base import Event
from ethogram.events.ids import EventId

Purpose = Literal["approval", "escalation", "alert"]
"""approval: the first rung is asked; escalation: a higher one is; alert: something is wrong with the system."""


class NotificationSettled(Event, type="notification.settled"):
    """What came of telling people something through one channel."""

    IDENTITY = ("about", "channel")
    VOLATILE: ClassVar[frozenset[str]] = frozenset({"reference", "error"})

    about: EventId
    """The event that people are told of."""
    channel: str
    """Name of the channel, as the operator's file has it."""
    via: str
    """Kind of the channel: inbox, slack, email, jira, webhook, or a plugin's; `none` where there is no such name."""
    purpose: Purpose
    """Why they are told."""
    outcome: Literal["delivered", "failed", "moot"]
    """delivered: the other side has confirmed it; failed: it did not until the time was up; moot: nothing was asked
    any more."""
    subject: str
    """What they were told, in a line."""
    text: str
    """The whole of it."""
    reference: str | None = None
    """What the other side calls it: an issue's key, a message's id."""
    error: str | None = None
    """Why it failed; never with a secret."""
