"""Labels of conduct from marks, by a small network whose parameters are shipped with the package.

Ground truth is what controlled probes show (`probes`); the network was fitted to players drawn by recipe, see
`ethogram.testing.inference.fit_labels`, which writes the file anew. It has one hidden layer (rectified), one logistic
output per label, and a temperature per label against overconfidence.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import orjson

from ethogram.events.canonical import quantise
from ethogram.principles.automata import Compiled, Floats
from ethogram.principles.dictionary import dictionary
from ethogram.principles.imagined import imagine
from ethogram.principles.marks import SITUATIONS, Cells, features
from ethogram.principles.probes import LABELS, labels
from ethogram.principles.strategy import TREMBLES, Belief

VERSION = 1
"""Of the fitted parameters; part of the file's name."""
TRUST, TRUST_EXACT = 0.3, 0.9
"""How far a listed automaton's labels are believed, times its posterior probability."""
EXACT = 0.003
"""Trembles up to this one mean that the automaton explains every choice."""
PARAMETERS = Path(__file__).parent / f"labels-{VERSION}.json"


class Network(NamedTuple):
    """F inputs, H hidden units, one output per label."""

    hidden: Floats
    """(F, H)."""
    hidden_bias: Floats
    """(H,)."""
    output: Floats
    """(H, 8)."""
    output_bias: Floats
    """(8,)."""
    temperature: Floats
    """(8,) by which log odds are divided."""


def traits(counts: Cells) -> Floats:
    """(P, F) what the network sees: the marks themselves, and the label probes as imagined from them."""
    return np.hstack([features(counts), 2 * imagine(counts) - 1])


def chances(counts: Cells, network: Network | None = None) -> Floats:
    """(P, 8) probability of each label, in the order of `LABELS`, from (P, 2 * SITUATIONS) counts."""
    fitted = network or parameters()
    inside = np.maximum(traits(counts) @ fitted.hidden + fitted.hidden_bias, 0)
    odds = (inside @ fitted.output + fitted.output_bias) / fitted.temperature
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))))


def tell(marks: tuple[int, ...], belief: Belief) -> dict[str, float]:
    """Probability of each label for one player; empty if it was never seen to choose C or D.

    What the network says is mixed with what is true of the listed automata, as far as these are believed in: a little
    where the automaton has to tremble, almost wholly where it explains every choice.
    """
    return tell_all([(marks, belief)])[0] if any(marks) else {}


def tell_all(players: Sequence[tuple[tuple[int, ...], Belief]]) -> list[dict[str, float]]:
    """The same for several players at once, which costs each of them less."""
    shown = chances(np.array([marks for marks, _ in players], dtype=np.int64))
    trust = np.where(np.array(TREMBLES) <= EXACT, TRUST_EXACT, TRUST)
    told: list[dict[str, float]] = []
    for (marks, belief), chance in zip(players, shown, strict=True):
        trusted = belief.weights[:-1] @ trust
        row = chance * (1 - trusted.sum()) + trusted @ _listed(dictionary())
        each = zip(LABELS, row.tolist(), strict=True) if any(marks) else ()
        told.append({label: quantise(one) for label, one in each})
    return told


@lru_cache(maxsize=4)
def _listed(known: Compiled) -> Floats:
    """(S - 1, 8): 1 where a label holds for a listed automaton."""
    return np.array([[float(label in labels(automaton)) for label in LABELS] for automaton in known.automata[:-1]])


@lru_cache(maxsize=1)
def parameters() -> Network:
    """The shipped parameters."""
    kept = orjson.loads(PARAMETERS.read_bytes())
    network = Network(*(unpack(kept[name]) for name in Network._fields))
    if kept["situations"] != SITUATIONS or kept["labels"] != list(LABELS):
        raise ValueError(f"{PARAMETERS.name} was fitted for other marks or labels; run fit_labels")
    return network


def pack(values: Floats) -> dict[str, object]:
    """An array as small text: eight bits a number, one scale per column."""
    table = values if values.ndim == 2 else values[:, None]
    scale = np.maximum(np.abs(table).max(axis=0), 1e-9) / 127
    bits = np.rint(table / scale).astype(np.int8)
    return {"shape": list(values.shape), "scale": [float(f"{one:.6g}") for one in scale.tolist()],
            "int8": base64.b64encode(bits.tobytes()).decode()}  # fmt: skip


def unpack(kept: dict[str, object]) -> Floats:
    """What `pack` wrote."""
    scale = np.array(kept["scale"], dtype=np.float64)
    bits = np.frombuffer(base64.b64decode(str(kept["int8"])), dtype=np.int8).reshape(-1, len(scale))
    return np.asarray(bits * scale).reshape(kept["shape"])  # type: ignore[call-overload, no-any-return]
