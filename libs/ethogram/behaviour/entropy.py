"""Shannon entropy from counts, so that one more action costs the same however many there were."""

from __future__ import annotations

from collections.abc import Iterable
from math import log2


def shannon(counts: Iterable[int]) -> float:
    """Entropy in bits of the distribution that `counts` describe; 0 without any.

    The plug-in estimate -sum p log2 p; with few counts it is too low (Miller 1955), by about (k - 1) / (2 n ln 2).
    """
    present = [count for count in counts if count > 0]
    total = sum(present)
    return log2(total) - sum(count * log2(count) for count in present) / total if len(present) > 1 else 0.0
