"""Fit the weights of the search for switches: `python -m ethogram.testing.inference.fit_switches`.

Players drawn by recipe, half of them machines, half programs; some change their strategy in mid-game. No strategy of
the Axelrod library takes part. Same seed, same file (on one version of scikit-learn).
"""

from __future__ import annotations

import numpy as np
import orjson

from ethogram.principles import marks, switches
from ethogram.principles.automata import Floats
from ethogram.testing.inference.turncoats import Games, drawn

SEED = 11
PLAYERS = 300
CIRCUMSTANCES = ((0.0, 200), (0.05, 200))
"""Noise and turns."""
ROUNDS = 2
"""Draws of `PLAYERS` machines per circumstance, and half as many of programs."""


def traits(games: Games) -> Floats:
    """(P, F) what the regression sees of each player of one game."""
    own, other = (moves.astype(np.int32) for moves in games)
    people, turns = own.shape
    nth = np.arange(turns)
    cells = marks.situations(np.arange(0, own.size + 1, turns, dtype=np.int32), own.ravel(), other.ravel())
    cells = cells.reshape(len(cells), people, turns)
    trails = [switches.trace(nth, cells[:, one], own[one].astype(np.int64)) for one in range(people)]
    stages = np.array([trail.stages for trail in trails], dtype=np.float64)
    return switches.traits(stages.reshape(people, -1, 2, switches.WIDTH))


def fit() -> Floats:
    """(F + 1,) weights, the constant last: log odds of a switch at even prior odds."""
    from sklearn.linear_model import LogisticRegression

    seen, moved = [], []
    for place, (noise, turns) in enumerate(CIRCUMSTANCES):
        for part in range(ROUNDS + ROUNDS // 2):
            for moves in (False, True):
                seed = SEED + 1000 * place + 10 * part + moves
                shown = traits(drawn(PLAYERS, noise, seed, moves=moves, programs=part >= ROUNDS, turns=turns))
                seen.append(shown)
                moved.append(np.full(len(shown), moves))
    rows, labels = np.concatenate(seen), np.concatenate(moved)
    centre, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    model = LogisticRegression(max_iter=1000, class_weight="balanced").fit((rows - centre) / scale, labels)
    weights = model.coef_[0] / scale
    return np.append(weights, model.intercept_[0] - (weights * centre).sum())


def write(weights: Floats) -> None:
    """Write the weights where the package reads them."""
    kept = {"version": switches.VERSION, "seed": SEED, "partitions": list(switches.PARTS),
            "weights": [float(f"{weight:.6g}") for weight in weights.tolist()]}  # fmt: skip
    switches.WEIGHTS.write_bytes(orjson.dumps(kept, option=orjson.OPT_INDENT_2) + b"\n")


if __name__ == "__main__":
    write(fit())
