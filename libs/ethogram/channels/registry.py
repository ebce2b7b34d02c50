"""Kinds of channels by name: entry points of the group `ethogram.channels`, ours and those of others alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from ethogram.channels.channel import ChannelType
from ethogram.events import PluginError
from ethogram.topology.plugins import Plugins

PLUGINS = Plugins("ethogram.channels", "channel", ("check", "about", "__call__"))


def load(kind: str) -> ChannelType:
    """The class of a kind of channel; PluginError says why there is none."""
    return cast("ChannelType", PLUGINS.load(kind))


def problems(kind: str, config: Mapping[str, Any]) -> list[str]:
    """What is wrong with a channel of the operator's file, in words."""
    try:
        return load(kind).check(config)
    except PluginError as error:
        return [error.message]
