"""Adapters by name: entry points of the group `ethogram.agents`, ours and those of others alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from typing import Any, cast

from ethogram.agents import builtin
from ethogram.agents.adapter import AdapterType
from ethogram.events import PluginError

GROUP = "ethogram.agents"
BUILTIN = "builtin"
"""Decided purely by the runner itself, hence no entry point."""

Check = Callable[[Mapping[str, Any]], list[str]]


def found() -> dict[str, EntryPoint]:
    """Entry points by name, read from metadata alone; PluginError if two distributions use one name."""
    points: dict[str, EntryPoint] = {}
    for point in entry_points(group=GROUP):
        other = points.setdefault(point.name, point)
        if other.value != point.value or point.name == BUILTIN:
            raise PluginError("adapter-twice", f"adapter {point.name!r}: {_origin(other)} and {_origin(point)}")
    return points


def load(name: str) -> AdapterType:
    """The adapter class called `name`; PluginError says which distribution it is from and why it does not load."""
    point = found().get(name)
    if point is None:
        raise PluginError("adapter-unknown", f"adapter {name!r} is not installed; installed: {', '.join(names())}")
    try:
        loaded = point.load()
    except Exception as error:  # whatever a stranger's module raises
        reason = f"{type(error).__name__}: {error}"
        raise PluginError("adapter-broken", f"adapter {name!r} of {_origin(point)}: {reason}") from error
    if not (callable(loaded) and hasattr(loaded, "check") and hasattr(loaded, "about")):
        raise PluginError("adapter-shape", f"adapter {name!r} of {_origin(point)} has no check, about and call")
    return cast("AdapterType", loaded)


def names() -> list[str]:
    """Names of all adapters."""
    return sorted([BUILTIN, *found()])


def checks() -> dict[str, Check]:
    """A check of the configuration per adapter; another's module is loaded when its check is first called."""
    return {BUILTIN: builtin.check, **{name: partial(_check, name) for name in found()}}


def adapters() -> dict[str, str]:
    """What each adapter brings, in a line."""
    ours = {BUILTIN: "classic strategies of repeated games: `config: {strategy: tit-for-tat}`"}
    return {**ours, **{name: load(name).about for name in found()}}


def _check(name: str, config: Mapping[str, Any]) -> list[str]:
    try:
        return load(name).check(config)
    except PluginError as error:
        return [error.message]


def _origin(point: EntryPoint) -> str:
    distribution = point.dist.name if point.dist else "an unknown distribution"
    return f"{distribution} ({point.value})"
