"""The games that a training file may name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ethogram.games.prisoners_dilemma import PRISONERS_DILEMMA
from ethogram.games.rules import Game

GAMES: Mapping[str, Game] = MappingProxyType({game.name: game for game in (PRISONERS_DILEMMA,)})
"""By name."""
