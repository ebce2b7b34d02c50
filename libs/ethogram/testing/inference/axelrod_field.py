"""Games of the Axelrod library for the benchmark: who plays, against whom, and what is true of each player."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ethogram.events import Chance
from ethogram.principles.probes import SCRIPTS
from ethogram.testing.inference import designed
from ethogram.testing.inference.truth import SCRIPT_NAMES, labels_shown

OPPONENTS = ("Cooperator", "Defector", "Random", "Alternator", "TitForTat", "Grudger", "WinStayLoseShift", "GTFT")
"""Eight ordinary opponents (Random with .5)."""

Moves = NDArray[np.int8]


@dataclass(frozen=True)
class Field:
    """N players, R repetitions of G games of T turns as executed: 1 is D, 0 is C."""

    names: list[str]
    families: list[str]
    """Module of the library that each player comes from."""
    truth: NDArray[np.bool_]
    """(N, 8) labels, in the order of `LABELS`."""
    own: Moves
    """(N, R, G, T)."""
    other: Moves
    """(N, R, G, T)."""

    def save(self, path: Path) -> None:
        """Write all arrays to an .npz file."""
        np.savez_compressed(path, names=self.names, families=self.families, truth=self.truth, own=self.own,
                            other=self.other)  # fmt: skip

    @classmethod
    def load(cls, path: Path) -> Field:
        """Read what `save` wrote."""
        kept = np.load(path)
        return cls(kept["names"].tolist(), kept["families"].tolist(), kept["truth"], kept["own"], kept["other"])

    def subset(self, chosen: list[int]) -> Field:
        """Some of the players."""
        return Field([self.names[i] for i in chosen], [self.families[i] for i in chosen], self.truth[chosen],
                     self.own[chosen], self.other[chosen])  # fmt: skip


def play_field(turns: int = 200, noise: float = 0.05, repetitions: int = 1, seed: int = 1) -> Field:
    """Play all games of all short-running strategies that do not inspect source. Needs the `axelrod` extra."""
    return _play(OPPONENTS, None, turns, noise, repetitions, seed)


def play_designed(names: Collection[str], noise: float = 0.05, seed: int = 1) -> Field:
    """Play the designed games with some of these strategies."""
    return _play((*designed.SCRIPTS, *(name for name, _ in designed.REACTIVE)), names, designed.TURNS, noise, 1, seed)


def _play(opponents: Sequence[str], names: Collection[str] | None, turns: int, noise: float, repetitions: int,
          seed: int) -> Field:  # fmt: skip
    warnings.filterwarnings("ignore")
    axl = library()
    players = [player for player in axl.strategies if ordinary(axl, player)]
    players = [player for player in players if names is None or player.__name__ in names]
    games = [[_games(axl, p, opponents, turns, noise, f"{seed}/{r}") for r in range(repetitions)] for p in players]
    played = np.array(games, dtype=np.int8)
    return Field(
        [player.__name__ for player in players],
        [player.__module__.rpartition(".")[2] for player in players],
        np.array([_truth(axl, player) for player in players]),
        played[..., 0, :], played[..., 1, :],
    )  # fmt: skip


def library() -> Any:
    """The Axelrod library."""
    import axelrod

    return axelrod


def ordinary(axl: Any, player: Any) -> bool:
    """Whether a strategy runs shortly, neither inspects source nor manipulates."""
    kind = axl.Classifiers
    return not any(kind[trait](player) for trait in ("long_run_time", "inspects_source", "manipulates_source",
                                                     "manipulates_state"))  # fmt: skip


def _games(axl: Any, player: Any, opponents: Sequence[str], turns: int, noise: float,
           seed: str) -> list[list[list[int]]]:  # fmt: skip
    return [_match(axl, player(), opponent(axl, name), turns, noise, f"{seed}/{name}") for name in opponents]


def opponent(axl: Any, name: str) -> Any:
    """An ordinary or a designed opponent."""
    if name in designed.SCRIPTS:
        return axl.MockPlayer([axl.Action.from_char(move) for move in designed.SCRIPTS[name]])
    return axl.Random(0.5) if name == "Random" else getattr(axl, name)()


def _match(axl: Any, player: Any, opponent: Any, turns: int, noise: float, seed: str) -> list[list[int]]:
    """One match of unknown length; executed moves of both."""
    number = Chance(seed, type(player).__name__).below(2**31)
    attributes = {"length": float("inf"), "game": axl.Game(), "noise": noise}
    match = axl.Match((player, opponent), turns=turns, noise=noise, seed=number, match_attributes=attributes)
    played = match.play()
    return [[int(pair[side] == axl.Action.D) for pair in played] for side in (0, 1)]


def _truth(axl: Any, player: Any) -> list[bool]:
    seeds = 24 if axl.Classifiers["stochastic"](player) else 3
    shown = np.empty((len(SCRIPT_NAMES), seeds, 120))
    for index, name in enumerate(SCRIPT_NAMES):
        script = [axl.Action.from_char(move) for move in SCRIPTS[name]]
        for seed in range(seeds):
            moves = _match(axl, player(), axl.MockPlayer(script), 120, 0.0, f"truth/{name}/{seed}")
            shown[index, seed] = 1 - np.array(moves[0])
    return labels_shown(shown)
