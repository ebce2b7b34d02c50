"""The operator's channels: `<home>/channels.yaml` says through what people are told, and what each channel needs."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from ethogram.events import Value
from ethogram.events.canonical import Plain
from ethogram.events.people import Name
from ethogram.runtime.files import read_file
from ethogram.runtime.settings import Settings


class ChannelSetup(Value):
    """One channel."""

    kind: str
    """inbox, slack, email, jira, webhook, or a plugin's."""
    config: Plain = Field(default_factory=dict)
    """What the kind needs; names of secrets, never secrets."""


class Channels(Value):
    """The file."""

    channels: dict[Name, ChannelSetup] = Field(default_factory=dict)
    """By the names that policies of approval use."""
    alerts: tuple[Name, ...] = ()
    """Those through which people are told of alerts."""
    page: str | None = None
    """Address of the live page, for links; without it the gateway's of these settings."""


def channels(settings: Settings) -> Channels:
    """All channels, as the file says now; none if there is no file. SettingsError names what is wrong in it."""
    return read_file(path_of(settings), Channels, "channels")


def path_of(settings: Settings) -> Path:
    """Where the file is."""
    return settings.home / "channels.yaml"


def page_of(settings: Settings) -> str:
    """Where links in notices lead."""
    told = channels(settings).page or f"http://{settings.api_host}:{settings.api_port}"
    return told.rstrip("/")
