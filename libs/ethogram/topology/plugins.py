"""Plugins: what other distributions bring under the entry points of a group, found by metadata, loaded with words."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from ethogram.events import PluginError


@dataclass(frozen=True)
class Plugins:
    """The plugins of one group of entry points."""

    group: str
    noun: str
    """What one of them is called where people read it."""
    parts: tuple[str, ...]
    """What each of them must have."""
    taken: tuple[str, ...] = ()
    """Names that are ours without an entry point."""

    def found(self) -> dict[str, EntryPoint]:
        """Entry points by name, read from metadata alone; PluginError if two distributions use one name."""
        points: dict[str, EntryPoint] = {}
        for point in entry_points(group=self.group):
            other = points.setdefault(point.name, point)
            if other.value != point.value or point.name in self.taken:
                words = f"{self.noun} {point.name!r}: {origin(other)} and {origin(point)}"
                raise PluginError("plugin-twice", words)
        return points

    def names(self) -> list[str]:
        """Names of all of them."""
        return sorted([*self.taken, *self.found()])

    def load(self, name: str) -> Any:
        """The plugin called `name`; PluginError says which distribution it is from and why it does not load."""
        point = self.found().get(name)
        if point is None:
            known = ", ".join(self.names()) or "none"
            raise PluginError("plugin-unknown", f"{self.noun} {name!r} is not installed; installed: {known}")
        try:
            loaded = point.load()
        except Exception as error:  # whatever a stranger's module raises
            reason = f"{type(error).__name__}: {error}"
            raise PluginError("plugin-broken", f"{self.noun} {name!r} of {origin(point)}: {reason}") from error
        if not all(hasattr(loaded, part) for part in self.parts):
            *some, last = (part.strip("_") for part in self.parts)
            words = f"{self.noun} {name!r} of {origin(point)} has no {', '.join(some)} and {last}"
            raise PluginError("plugin-shape", words)
        return loaded


def origin(point: EntryPoint) -> str:
    """The distribution that an entry point came with, and where it leads."""
    distribution = point.dist.name if point.dist else "an unknown distribution"
    return f"{distribution} ({point.value})"
