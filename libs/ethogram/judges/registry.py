"""Judges that ask models, by the names of their entry points."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast

from ethogram.council.judges import GROUP
from ethogram.events import PluginError
from ethogram.judges.protocol import ModelJudge
from ethogram.topology.plugins import Plugins

PLUGINS = Plugins(GROUP, "judge", ("check", "vote", "close"))
Check = Callable[[Mapping[str, Any]], list[str]]


def load(name: str) -> Callable[[Any], ModelJudge]:
    """The judge called `name`, to be made from settings; PluginError says why there is none."""
    return cast("Callable[[Any], ModelJudge]", PLUGINS.load(name))


def checks() -> dict[str, Check]:
    """A check of the configuration per judge; its module is loaded when the check is first called."""
    return {name: partial(_check, name) for name in PLUGINS.found()}


def _check(name: str, config: Mapping[str, Any]) -> list[str]:
    try:
        return list(PLUGINS.load(name).check(config))
    except PluginError as error:
        return [error.message]
