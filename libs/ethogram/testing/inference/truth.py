"""The labels of a player by controlled probes: 120 turns without noise against five scripts.

The tracker never sees these scripts; they say what is true, and inference has to find it in ordinary games.
"""

from __future__ import annotations

import numpy as np

from ethogram.principles.automata import Floats
from ethogram.principles.probes import LABELS, SCRIPTS, TURNS

SCRIPT_NAMES = tuple(SCRIPTS)
"""Order of the scripts in arrays."""


def script_moves() -> Floats:
    """(5, 120): 1 where the script cooperates."""
    return np.array([[move == "C" for move in SCRIPTS[name]] for name in SCRIPT_NAMES], dtype=np.float64)


def labels_shown(shown: Floats) -> list[bool]:
    """The eight labels, in the order of `LABELS`, of a player that played (5, seeds, 120): 1 for C, 0 for D."""
    rates = shown.mean(axis=1)
    kind, _, one, three, _ = rates
    spread = float(np.abs(rates - rates.mean(axis=0)).mean())
    deviation = float(shown.std(axis=1).mean(axis=1).max())
    stochastic = deviation > 0
    unconditional = spread < (0.09 if stochastic else 0.005)
    hits = ((1 - one[21:23]).mean() - (1 - kind[21:23]).mean(), (1 - three[23:26]).mean() - (1 - kind[23:26]).mean())
    late = [float(1 - turns[TURNS - 50 :].mean()) for turns in (one, three)]
    late_kind = float(1 - kind[TURNS - 50 :].mean())
    retaliatory = max(hits) >= 0.4
    truth = {
        "nice": bool((shown[0] == 1).all()),
        "unconditional": unconditional,
        "random": deviation > 0.10,
        "retaliatory": bool(retaliatory),
        "grudging": max(late) >= 0.8 and float(1 - kind.mean()) <= 0.2,
        "forgiving": bool(retaliatory) and max(late) <= 0.2 and late_kind <= 0.2,
        "reciprocal": float(kind.mean() - rates[1].mean()) >= 0.5,
        "exploitative": late_kind >= 0.5 and not unconditional,
    }
    return [truth[label] for label in LABELS]
