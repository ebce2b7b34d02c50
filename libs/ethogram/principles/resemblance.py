"""Whom a player resembles: its marks against those of strategies of the Axelrod library.

For every strategy the shipped table holds how often it chose D in each situation (`marks`), seen in games at noise .05
by `ethogram.testing.inference.fit_resemblance`. The likelihood of a player's choices is taken in each partition; as
the partitions tell the same choices anew, their mean counts. A finite table knows no stranger: read it beside
the posterior over automata, whose open entry does.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import orjson

from ethogram.events.canonical import quantise
from ethogram.events.principles import StrategyProbability
from ethogram.principles.automata import Floats
from ethogram.principles.labelling import unpack
from ethogram.principles.marks import SITUATIONS, STARTS, Cells

VERSION = 1
"""Of the table; part of the file's name."""
TABLE = Path(__file__).parent / f"resemblance-{VERSION}.json"
PARTS = 7
"""Partitions of marks that are compared: the first ones."""
WIDTH = STARTS[PARTS]
SHOWN = 5
"""Most probable strategies that are reported."""

_LEAST = 0.01  # a rate nearer to 0 or 1 is taken for this one: noise may always strike


class Table(NamedTuple):
    """K strategies."""

    names: tuple[str, ...]
    rates: Floats
    """(K, WIDTH) share of D."""

    def logs(self) -> tuple[Floats, Floats]:
        """(WIDTH, K) logarithms of the chances of D and of C."""
        kept = np.clip(self.rates, _LEAST, 1 - _LEAST)
        return np.log(kept).T, np.log(1 - kept).T


def rates(counts: Cells) -> Floats:
    """(K, WIDTH) from (K, 2 * SITUATIONS) counts; a half where nothing was seen."""
    kind, bad = _compared(counts)
    return np.asarray((bad + 0.3) / (kind + bad + 0.6))


def likelihood(counts: Cells, table: Table) -> Floats:
    """(P, K) mean log likelihood over the partitions of each player's choices under each strategy."""
    kind, bad = _compared(counts)
    of_bad, of_kind = _library_logs() if table is library() else table.logs()
    return np.asarray((bad @ of_bad + kind @ of_kind) / PARTS)


def _compared(counts: Cells) -> tuple[Cells, Cells]:
    return counts[:, :WIDTH], counts[:, SITUATIONS : SITUATIONS + WIDTH]


def resembles(marks: tuple[int, ...]) -> tuple[StrategyProbability, ...]:
    """The most probable strategies of the library, first the likeliest; empty if nothing was seen."""
    if not any(marks):
        return ()
    table = library()
    logs = likelihood(np.array([marks], dtype=np.int64), table)[0]
    shares = np.exp(logs - logs.max())
    shares /= shares.sum()
    order = sorted(range(len(shares)), key=lambda number: (-quantise(float(shares[number])), table.names[number]))
    return tuple(
        StrategyProbability(strategy=table.names[number], probability=quantise(float(shares[number])))
        for number in order[:SHOWN] if shares[number] >= 0.0005
    )  # fmt: skip


@lru_cache(maxsize=1)
def library() -> Table:
    """The shipped table."""
    kept = orjson.loads(TABLE.read_bytes())
    if kept["situations"] != WIDTH:
        raise ValueError(f"{TABLE.name} was made for other marks; run fit_resemblance")
    return Table(tuple(kept["names"]), 0.5 + unpack(kept["rates"]))


@lru_cache(maxsize=1)
def _library_logs() -> tuple[Floats, Floats]:
    return library().logs()
