"""Adapters by name: entry points of the group `ethogram.agents`, ours and those of others alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from importlib.metadata import EntryPoint
from importlib.util import find_spec
from typing import Any, NamedTuple, cast

from ethogram.agents import builtin
from ethogram.agents.adapter import AdapterType
from ethogram.agents.strategies import GENERAL, STRATEGIES
from ethogram.events import PluginError
from ethogram.topology.plugins import Plugins

GROUP = "ethogram.agents"
OURS = "ethogram"
"""The distribution whose adapters may be loaded to be listed."""
BUILTIN = "builtin"
"""Decided purely by the runner itself, hence no entry point."""

Check = Callable[[Mapping[str, Any]], list[str]]


PLUGINS = Plugins(GROUP, "adapter", ("check", "about", "__call__"), taken=(BUILTIN,))


def found() -> dict[str, EntryPoint]:
    """Entry points by name, read from metadata alone; PluginError if two distributions use one name."""
    return PLUGINS.found()


def load(name: str) -> AdapterType:
    """The adapter class called `name`; PluginError says which distribution it is from and why it does not load."""
    return cast("AdapterType", PLUGINS.load(name))


def names() -> list[str]:
    """Names of all adapters."""
    return PLUGINS.names()


def checks() -> dict[str, Check]:
    """A check of the configuration per adapter; another's module is loaded when its check is first called."""
    return {BUILTIN: builtin.check, **{name: partial(_check, name) for name in found()}}


class Listed(NamedTuple):
    """One adapter, as a list shows it."""

    name: str
    distribution: str
    """Distribution that it came with."""
    description: str
    """What it brings, in a line."""
    installed: bool
    """Whether everything that it needs is there."""
    strategies: int | None
    """How many strategies it offers by name; None where there is no such list."""


def catalogue_of_agents() -> list[Listed]:
    """All adapters by name. The code of other distributions is not loaded: they speak through their metadata."""
    about = "classic strategies of repeated games: `config: {strategy: tit-for-tat}`"
    builtins = Listed(BUILTIN, OURS, about, True, len(STRATEGIES) + len(GENERAL))
    return sorted([builtins, *(_listed(point) for point in found().values())])


def _listed(point: EntryPoint) -> Listed:
    distribution = point.dist.name if point.dist else "unknown"
    if distribution != OURS:
        summary = point.dist.metadata.json.get("summary") if point.dist else None
        return Listed(point.name, distribution, str(summary or "says nothing about itself"), True, None)
    adapter = load(point.name)
    needs, offers = getattr(adapter, "needs", None), getattr(adapter, "offers", None)
    return Listed(
        point.name, distribution, adapter.about, needs is None or find_spec(needs) is not None,
        len(offers()) if offers else None,
    )  # fmt: skip


def _check(name: str, config: Mapping[str, Any]) -> list[str]:
    try:
        return load(name).check(config)
    except PluginError as error:
        return [error.message]
    except Exception as error:  # a stranger's check that breaks must not take admission with it
        return [f"adapter {name!r} cannot check this: {type(error).__name__}: {error}"]
