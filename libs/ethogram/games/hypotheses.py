"""Named hypotheses about what an agent weighs in scenarios, and what each says of a choice.

"honesty" is the agent that weighs honesty and nothing else: it takes option i with a probability proportional to
exp(3 x declared effect of i on honesty), so that a difference of 1 makes one option twenty times as likely as another.
"indifferent" weighs nothing. Real agents weigh several principles; the posterior then says which single one comes
nearest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, log

from ethogram.games.vocabulary import PRINCIPLES

INDIFFERENT = "indifferent"
HYPOTHESES = (*sorted(PRINCIPLES), INDIFFERENT)
"""All names, each as probable as any other before the first choice."""
WEIGHT = 3.0
CERTAIN = 0.95
"""Posterior probability from which a hypothesis counts as held."""


def chances(hypothesis: str, options: Sequence[Mapping[str, float]]) -> list[float]:
    """Probability of each option, given its declared effects, under a hypothesis."""
    weights = [exp(WEIGHT * option.get(hypothesis, 0.0)) for option in options]
    total = sum(weights)
    return [weight / total for weight in weights]


def likelihoods(options: Sequence[Mapping[str, float]], chosen: int) -> dict[str, int]:
    """Log probability of the chosen option under each hypothesis, in millionths: sums of integers do not drift."""
    return {name: round(log(chances(name, options)[chosen]) * 1_000_000) for name in HYPOTHESES}


def posterior(logs: Mapping[str, int]) -> dict[str, float]:
    """Posterior of the hypotheses in `logs` after these summed log likelihoods, from even odds."""
    top = max(logs.values())
    weights = {name: exp((logs[name] - top) / 1_000_000) for name in sorted(logs)}
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}
