"""Training of the network of labels: one hidden layer with dropout, Adam, steps that shrink from epoch to epoch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ethogram.principles.labelling import Network

Singles = NDArray[np.float32]

HIDDEN, EPOCHS, BATCH = 192, 9, 256
DROPPED, DECAY = 0.25, 2e-3
FIRST_STEP, LAST_STEP = 1e-3, 2e-5


def learn(seen: Singles, known: Singles, seed: int) -> Network:
    """A network for (P, F) features and (P, L) labels of 0 and 1."""
    chance = np.random.Generator(np.random.PCG64(seed))
    sizes = ((seen.shape[1], HIDDEN), (HIDDEN, known.shape[1]))
    weights: list[Singles] = []
    for size in sizes:
        weights += [(chance.normal(size=size) * np.sqrt(1 / size[0])).astype(np.float32),
                    np.zeros(size[1], dtype=np.float32)]  # fmt: skip
    adam = _Adam(weights)
    for epoch in range(EPOCHS):
        step = FIRST_STEP * (1 - epoch / EPOCHS) + LAST_STEP
        order = chance.permutation(len(seen))
        for first in range(0, len(seen) - BATCH + 1, BATCH):
            rows = order[first : first + BATCH]
            adam.step(_slopes(weights, seen[rows], known[rows], chance), step)
    hidden, hidden_bias, output, output_bias = (each.astype(np.float64) for each in weights)
    return Network(hidden, hidden_bias, output, output_bias, np.ones(known.shape[1]))


def _slopes(weights: list[Singles], seen: Singles, known: Singles, chance: np.random.Generator) -> list[Singles]:
    """Gradient of the mean cross entropy, with some hidden units dropped."""
    hidden, hidden_bias, output, output_bias = weights
    inside = np.maximum(seen @ hidden + hidden_bias, 0)
    kept = (chance.random(inside.shape, dtype=np.float32) > DROPPED) / np.float32(1 - DROPPED)
    inside = inside * kept
    odds = np.clip(inside @ output + output_bias, -30, 30)
    wrong = (1 / (1 + np.exp(-odds)) - known) / np.float32(len(seen))
    back = (wrong @ output.T) * kept * (inside > 0)
    return [seen.T @ back, back.sum(axis=0), inside.T @ wrong, wrong.sum(axis=0)]


class _Adam:
    """Adaptive moments (Kingma and Ba 2015), with decay of the matrices."""

    def __init__(self, weights: list[Singles]) -> None:
        self._weights, self._steps = weights, 0
        self._mean = [np.zeros_like(each) for each in weights]
        self._square = [np.zeros_like(each) for each in weights]

    def step(self, slopes: list[Singles], size: float) -> None:
        """One step of this size."""
        self._steps += 1
        scale = np.float32(size * np.sqrt(1 - 0.999**self._steps) / (1 - 0.9**self._steps))
        for weight, slope, mean, square in zip(self._weights, slopes, self._mean, self._square, strict=True):
            mean += np.float32(0.1) * (slope - mean)
            square += np.float32(0.001) * (slope * slope - square)
            weight -= scale * mean / (np.sqrt(square) + np.float32(1e-8))
            if weight.ndim == 2:
                weight *= np.float32(1 - size * DECAY)
