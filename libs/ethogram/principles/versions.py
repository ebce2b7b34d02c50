"""Versions of inference: the rules of this release, and those that plugins bring, to conclude from history again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Protocol

from ethogram.events.base import Event
from ethogram.events.behaviour import BehaviourObserved, BehaviourSnapshot
from ethogram.events.principles import PrinciplesInferred
from ethogram.principles.dictionary import RULES
from ethogram.principles.inference import Inference, close_session, weigh_turn
from ethogram.topology.plugins import Plugins

OURS = str(RULES)
"""The version that sessions of this release are inferred with."""
VERSIONS = Plugins("ethogram.inferences", "version of inference", ("initial", "weigh_turn", "close_session"), (OURS,))


class Version(Protocol):
    """Rules of inference. Pure: the same acts in the same order give the same conclusions."""

    @property
    def initial(self) -> Any:
        """What is known before the first turn."""
        ...

    def weigh_turn(self, state: Any, event: BehaviourObserved) -> tuple[Any, Sequence[Event]]:
        """Learn from one turn."""
        ...

    def close_session(self, state: Any, event: BehaviourSnapshot) -> tuple[Any, Sequence[Event]]:
        """Say the last word on each agent: PrinciplesInferred with `closing`."""
        ...


class _Ours(NamedTuple):
    initial: Inference = Inference()
    weigh_turn: Any = weigh_turn
    close_session: Any = close_session


def version_named(name: str) -> Version:
    """A version of inference; PluginError names those that are installed."""
    found: Version = _Ours() if name == OURS else VERSIONS.load(name)
    return found


def infer_again(events: Iterable[Event], version: Version) -> list[PrinciplesInferred]:
    """The closing conclusions of a version on one session, whose observed behaviour comes in order."""
    state, said = version.initial, list[Event]()
    for event in events:
        if isinstance(event, BehaviourObserved):
            state, _ = version.weigh_turn(state, event)
        elif isinstance(event, BehaviourSnapshot):
            state, made = version.close_session(state, event)
            said.extend(made)
    return [event for event in said if isinstance(event, PrinciplesInferred) and event.closing]
