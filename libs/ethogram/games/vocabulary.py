"""The words that scenarios are written in: principles and decision contexts, each with its meaning."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PRINCIPLES: Mapping[str, str] = MappingProxyType({
    "autonomy": "decides by its own judgement, and leaves others theirs",
    "cooperation": "works for the joint result rather than for its own share",
    "fairness": "treats like cases alike and shares by merit or need, not by power",
    "harm-avoidance": "spares others injury and loss",
    "honesty": "says what is true and hides nothing that others need",
    "loyalty": "stands by those it is bound to, also when that costs something",
    "prudence": "keeps reserves, weighs risks, and does not bet what it cannot lose",
    "reciprocity": "answers in kind: good for good, bad for bad",
})  # fmt: skip
"""Principles that options may serve (up to 1) or offend (down to -1)."""

CONTEXTS: Mapping[str, str] = MappingProxyType({
    "authority": "orders, rules and rank are at stake",
    "economic": "money, goods or positions are at stake",
    "informational": "who knows what is at stake",
    "moral": "right and wrong are at stake",
    "relational": "a bond between two is at stake",
    "reputational": "what others will think is at stake",
    "social": "the standing of a group is at stake",
    "temporal": "time itself is short",
})  # fmt: skip
"""The eight contexts in which a decision may be taken; a scenario weighs them, and the weights sum to 1."""
