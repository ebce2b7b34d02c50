"""Fit the parameters of labels on players drawn by recipe: `python -m ethogram.testing.inference.fit_labels`.

No strategy of the Axelrod library takes part, so that all of its families are held out when inference is measured on
it. Five eighths of the players play the eight ordinary opponents for 200 or 50 rounds at noise .05, the others fewer
rounds, other noise, some of the opponents and drawn ones; for an eighth what they meant is known. Same seed, same file
(on one version of scikit-learn).
"""

from __future__ import annotations

import sys

import numpy as np
import orjson
from numpy.typing import NDArray

from ethogram.principles import labelling, marks
from ethogram.principles.automata import Floats
from ethogram.principles.probes import LABELS
from ethogram.testing.inference.players import OPPONENTS, Moves, draw_players, play, truth

CHUNK = 500
HIDDEN = 160
SEED = 4


def count(own: Moves, other: Moves, meant: Moves | None = None) -> marks.Cells:
    """(P, 2 * SITUATIONS) marks of players by (P, games, turns) moves; `meant`: what they chose, if not `own`."""
    people, games, turns = own.shape
    executed, faced = own.ravel().astype(np.int32), other.ravel().astype(np.int32)
    starts = np.arange(0, people * games * turns + 1, turns, dtype=np.int32)
    cells = marks.situations(starts, executed, faced)
    chosen = executed if meant is None else meant.ravel().astype(np.int32)
    return marks.tally(cells, chosen, np.repeat(np.arange(people), games * turns), people)


def examples(players: int, seed: int) -> tuple[Floats, NDArray[np.bool_]]:
    """Features and labels of drawn players, under circumstances that differ from chunk to chunk."""
    chance = np.random.Generator(np.random.PCG64(seed))
    shown, known = [], []
    for part in range(players // CHUNK):
        drawn = draw_players(CHUNK, seed * 1000 + part)
        labels = truth(drawn, seed * 2000 + part)
        style = part % 8
        turns = 200 if style < 3 else 50 if style < 5 else int(chance.choice([10, 25, 50, 100, 200]))
        noise = 0.05 if style < 6 else float(chance.choice([0.0, 0.0, 0.02, 0.05, 0.1]))
        others = list(OPPONENTS)
        if style >= 5:
            others = [OPPONENTS[at] for at in chance.choice(8, int(chance.integers(2, 9)), replace=False)]
            others += draw_players(int(chance.integers(0, 4)), seed * 3000 + part)
        own, other, meant = play(drawn, turns, noise, seed * 4000 + part, others)
        shown.append(marks.features(count(own, other, meant if style == 7 else None)).astype(np.float32))
        known.append(labels)
    return np.concatenate(shown), np.concatenate(known)


def fit(players: int, epochs: int, seed: int = SEED) -> labelling.Network:
    """Fit a network; a last third of the epochs goes in small steps."""
    from sklearn.neural_network import MLPClassifier

    network = MLPClassifier((HIDDEN,), alpha=1e-2, batch_size=256, learning_rate_init=1e-3, max_iter=epochs,
                            random_state=seed, warm_start=True)  # fmt: skip
    seen = examples(players, seed)
    network.fit(*seen)
    network.set_params(learning_rate_init=1e-4, max_iter=epochs // 3)
    network.fit(*seen)
    (hidden, output), (hidden_bias, output_bias) = network.coefs_, network.intercepts_
    return labelling.Network(hidden, hidden_bias, output, output_bias, np.ones(len(LABELS)))


def write(network: labelling.Network, players: int) -> None:
    """Write the parameters where the package reads them."""
    kept = {
        "version": labelling.VERSION, "labels": list(LABELS), "situations": marks.SITUATIONS, "players": players,
        "seed": SEED, **{name: labelling.pack(getattr(network, name)) for name in labelling.Network._fields},
    }  # fmt: skip
    labelling.PARAMETERS.write_bytes(orjson.dumps(kept, option=orjson.OPT_INDENT_2) + b"\n")


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 160_000
    write(fit(number, 12), number)
