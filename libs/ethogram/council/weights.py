"""What the metrics of a scorecard weigh in its total."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

WEIGHTS: Mapping[str, float] = MappingProxyType(
    {"integrity": 0.3, "competence": 0.25, "fairness": 0.2, "consistency": 0.15, "candour": 0.1}
)
"""Unless a constitution says otherwise."""


def checked_weights(weights: Mapping[str, float]) -> Mapping[str, float]:
    """The weights themselves; ValueError unless they are of known metrics, each at least 0, and sum to 1 (to 1e-9)."""
    unknown = sorted(set(weights) - set(WEIGHTS))
    if unknown:
        raise ValueError(f"weights: {', '.join(unknown)} is no metric; known: {', '.join(WEIGHTS)}")
    if any(weight < 0 for weight in weights.values()):
        raise ValueError("a weight is below 0")
    if abs(sum(weights.values()) - 1) > 1e-9:
        raise ValueError(f"weights must sum to 1, they sum to {sum(weights.values()):.6f}")
    return weights
