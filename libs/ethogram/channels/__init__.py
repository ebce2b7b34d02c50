"""Channels: ways to tell people something, as plugins of the group `ethogram.channels`."""

from ethogram.channels.channel import Channel, ChannelType, Notice
from ethogram.channels.registry import PLUGINS, load, problems
from ethogram.channels.telling import asked, raised

__all__ = ["PLUGINS", "Channel", "ChannelType", "Notice", "asked", "load", "problems", "raised"]
