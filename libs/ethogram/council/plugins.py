"""Tests of articles that the declarative form cannot say: Python plugins, entry points of `ethogram.articles`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Protocol, cast

from ethogram.events import Act, BehaviourObserved, PluginError, Principle
from ethogram.topology.plugins import Plugins

GROUP = "ethogram.articles"
Memo = Mapping[str, float]
"""What a plugin remembers of an agent between acts: some numbers by name."""


class ArticlePlugin(Protocol):
    """A test in Python. Pure: the same acts in the same order give the same finding, in every replay too."""

    def problems(self, config: Mapping[str, Any]) -> list[str]:
        """What is wrong with the configuration, in words."""
        ...

    def weigh(self, memo: Memo, act: Act, turn: BehaviourObserved, config: Mapping[str, Any]) -> Memo:
        """What to remember after one more act."""
        ...

    def find(self, memo: Memo, principles: Mapping[str, Principle], config: Mapping[str, Any]) -> str | None:
        """Why the article is breached, in words; none where it is kept."""
        ...


PLUGINS = Plugins(GROUP, "plugin", ("problems", "weigh", "find"))


@lru_cache(maxsize=64)
def load(name: str) -> ArticlePlugin:
    """The plugin called `name`; PluginError says why there is none."""
    return cast("ArticlePlugin", PLUGINS.load(name))


def problems(name: str, version: str, config: Mapping[str, Any]) -> list[str]:
    """What keeps a plugin from testing, in words: not installed, another version, a configuration it cannot take."""
    try:
        plugin = load(name)
        point = PLUGINS.found()[name]
        installed = point.dist.version if point.dist else "unknown"
        if installed != version:
            return [f"plugin {name!r}: version {version!r} is asked for, {installed!r} is installed"]
        return [f"plugin {name!r}: {words}" for words in plugin.problems(config)]
    except PluginError as error:
        return [error.message]
    except Exception as error:  # a stranger's check
        return [f"plugin {name!r} cannot check its configuration: {type(error).__name__}: {error}"]
