"""Make the table of the Axelrod library's conduct: `python -m ethogram.testing.inference.fit_resemblance [FIELD.npz]`.

Needs the `axelrod` extra; takes some minutes. Games of the benchmark are played with other seeds.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import orjson

from ethogram.principles import labelling, resemblance
from ethogram.testing.inference.axelrod_field import Field, play_field
from ethogram.testing.inference.fit_labels import count

SEED = 2
REPETITIONS = 4


def table_of(field: Field) -> resemblance.Table:
    """The conduct of all players of a field over all its repetitions."""
    counts = [count(field.own[:, each], field.other[:, each]) for each in range(field.own.shape[1])]
    return resemblance.Table(tuple(field.names), resemblance.rates(np.sum(counts, axis=0)))


def write(table: resemblance.Table) -> None:
    """Write the table where the package reads it."""
    kept = {
        "version": resemblance.VERSION, "library": "axelrod 4.13.1", "seed": SEED, "situations": resemblance.WIDTH,
        "names": list(table.names), "rates": labelling.pack(table.rates - 0.5),
    }  # fmt: skip
    resemblance.TABLE.write_bytes(orjson.dumps(kept, option=orjson.OPT_INDENT_2) + b"\n")


if __name__ == "__main__":
    given = sys.argv[1:]
    write(table_of(Field.load(Path(given[0])) if given else play_field(repetitions=REPETITIONS, seed=SEED)))
