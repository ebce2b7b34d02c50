"""Clusters of a few dozen things by their distances: DBSCAN (Ester, Kriegel, Sander and Xu 1996).

Written for distance matrices that exist already and for weights; a test holds it equal to scikit-learn's, whose import
alone would take longer than all clusters of a session.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ethogram.principles.automata import Floats

NOISE = -1
"""Label of what belongs to no cluster."""


def dbscan(distances: Floats, reach: float, least: float, weights: Floats | None = None) -> NDArray[np.int64]:
    """(M,) number of each thing's cluster, by order of first appearance; NOISE for outliers.

    `distances` is (M, M); a thing is in the core of a cluster if the weights (one each by default) within `reach` of
    it, its own included, add up to `least`.
    """
    size = len(distances)
    near = distances <= reach
    mass = near @ (np.ones(size) if weights is None else weights)
    core = mass >= least
    labels = np.full(size, NOISE, dtype=np.int64)
    found = 0
    for start in range(size):
        if labels[start] != NOISE or not core[start]:
            continue
        waiting = [start]
        labels[start] = found
        while waiting:
            here = waiting.pop()
            if not core[here]:
                continue
            fresh = np.flatnonzero(near[here] & (labels == NOISE))
            labels[fresh] = found
            waiting.extend(fresh.tolist())
        found += 1
    return labels
