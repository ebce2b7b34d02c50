"""The benchmark of inference: `ethogram bench inference`. Seeds are fixed; figures: docs/explanation/inference.md.

Labels are told by parameters that were fitted without any strategy of the Axelrod library: all families are held out.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ethogram.events import AgentId
from ethogram.principles import resemblance
from ethogram.principles.automata import Floats
from ethogram.principles.career import career
from ethogram.principles.conclusion import conclude
from ethogram.principles.log import Log
from ethogram.principles.probes import LABELS
from ethogram.principles.reading import RECORDED
from ethogram.principles.strength import of_counts, of_strata
from ethogram.principles.switches import ODDS, weights
from ethogram.testing.inference import costs, deciders, designed, oracle, societies
from ethogram.testing.inference.axelrod_field import Field, play_designed, play_field
from ethogram.testing.inference.fit_labels import count
from ethogram.testing.inference.fit_switches import traits
from ethogram.testing.inference.turncoats import Games, drawn, of_library

KNOWN = frozenset((Path(__file__).parent / "axelrod-73.txt").read_text(encoding="utf-8").split())
"""The 73 well-known strategies."""
SEED = 1
SWITCHES_SEED = 20_000
REPETITIONS = 1


def bench(field: Field | None = None, chosen: Field | None = None) -> dict[str, object]:
    """All figures; plays the games itself (some minutes) unless those of the field and the designed ones are given."""
    played = field or play_field(repetitions=REPETITIONS, seed=SEED)
    few = played.subset([number for number, name in enumerate(played.names) if name in KNOWN])
    return {
        "labels, all, 200 turns": labels(played, 200),
        "labels, 73, 200 turns": labels(few, 200),
        "labels, 73, designed games": labels(chosen or play_designed(KNOWN, seed=SEED), designed.TURNS),
        "labels, 73, 50 turns": labels(few, 50),
        "which strategy, 73, 200 turns": identification(few),
        "which strategy, the ceiling of an oracle": oracle.ceiling(few),
        "switches, library, noise 0": switching(*both(1_000, 0.0, SWITCHES_SEED, of="library")),
        "switches, library, noise .05": switching(*both(1_000, 0.05, SWITCHES_SEED, of="library")),
        "switches, drawn, noise 0": switching(*both(2_000, 0.0, SWITCHES_SEED, of="drawn")),
        "switches, drawn, noise .05": switching(*both(2_000, 0.05, SWITCHES_SEED, of="drawn")),
        "calibration of labels": calibration(played),
        "coverage of 95 % intervals": coverage(),
        "weights of declared effects, 100 decisions": deciders.weights(200, 100, seed=SEED),
        "population recovery": societies.recovery(),
        "cost of the 10,000th act over the 100th": costs.growth(),
        "entropy of 1,000 actions, snapshot of 10,000": costs.tracking(),
    }


def labels(field: Field, turns: int) -> dict[str, object]:
    """Macro balanced accuracy over the eight labels, share of players with all of them right; first repetition."""
    told = tell_labels(field, turns) > 0.5
    each = [balanced(told[:, label], field.truth[:, label]) for label in range(told.shape[1])]
    return {
        "players": len(field.names), "families": len(set(field.families)), "macro": round(float(np.mean(each)), 4),
        "all_right": round(float((told == field.truth).all(axis=1).mean()), 4),
        "each": {label: round(score, 3) for label, score in zip(LABELS, each, strict=True)},
    }  # fmt: skip


def tell_labels(field: Field, turns: int) -> Floats:
    """(P, 8) probability of each label, told from the recorded games of the first repetition alone."""
    log = log_of(field, turns)
    told = [conclude(career(log, one), RECORDED, AgentId(name), closing=True).labels
            for one, (_, name) in enumerate(log.subjects)]  # fmt: skip
    return np.array([[each[label] for label in LABELS] for each in told])


def log_of(field: Field, turns: int) -> Log:
    """The executed moves of the first repetition as recorded games."""
    people, _, games, _ = field.own.shape
    own, other = (moves[:, 0, :, :turns].ravel().astype(np.int32) for moves in (field.own, field.other))
    return Log(
        name="field", subjects=tuple(("", name) for name in field.names),
        game_names=tuple(str(game + 1) for game in range(games)) * people, symbols=("C", "D"), own=own, other=other,
        rounds=np.tile(np.arange(1, turns + 1, dtype=np.int32), people * games),
        games=np.arange(0, len(own) + 1, turns, dtype=np.int32),
        careers=np.arange(0, people * games + 1, games, dtype=np.int32),
    )  # fmt: skip


def balanced(told: NDArray[np.bool_], true: NDArray[np.bool_]) -> float:
    """Mean of the shares of the positive and of the negative cases that were told."""
    return float((told[true].mean() + (~told[~true]).mean()) / 2)


def identification(field: Field) -> dict[str, object]:
    """How often the likeliest of the table is the player itself, among the field's own names."""
    table = resemblance.library()
    rows = [table.names.index(name) for name in field.names]
    chosen = resemblance.Table(tuple(field.names), table.rates[rows])
    found = resemblance.likelihood(count(field.own[:, 0], field.other[:, 0]), chosen).argmax(axis=1)
    wrong = [f"{field.names[at]} taken for {field.names[other]}" for at, other in enumerate(found) if at != other]
    return {"players": len(rows), "top_1": round(1 - len(wrong) / len(rows), 4), "wrong": wrong}


def calibration(field: Field) -> dict[str, object]:
    """Expected calibration error of label probabilities, ten bins of equal mass, over turns of 25, 50, 100, 200."""
    chances, true = [], []
    for turns in (25, 50, 100, 200):
        chances.append(tell_labels(field, turns).ravel())
        true.append(field.truth.ravel())
    return {"predictions": sum(map(len, chances)), "ece": round(ece(np.concatenate(chances), np.concatenate(true)), 4)}


def ece(chances: Floats, true: NDArray[np.bool_]) -> float:
    """Mean distance between probability and frequency, in ten bins of equal mass."""
    bins = np.array_split(np.argsort(chances, kind="stable"), 10)
    return float(sum(len(one) * abs(chances[one].mean() - true[one].mean()) for one in bins) / len(chances))


def coverage(players: int = 2_000, seed: int = 7) -> dict[str, object]:
    """How often the 95 % interval of a strength holds the true one: shares drawn evenly, 5 to 200 opportunities."""
    chance = np.random.Generator(np.random.PCG64(seed))
    held = []
    for _ in range(players):
        shares, sizes = chance.random(2), chance.integers(5, 200, 2)
        kept = chance.binomial(sizes, shares)
        strata = [(float(yes), float(size - yes)) for yes, size in zip(kept, sizes, strict=True)]
        for interval, true in ((of_counts(strata[0]).interval(), shares[0]),
                               (of_strata(strata).interval(), shares.mean())):  # fmt: skip
            held.append(interval[0] <= true <= interval[1])
    return {"n": len(held), "coverage": round(float(np.mean(held)), 4)}


def switching(negatives: Games, positives: Games) -> dict[str, object]:
    """Switches in mid-game (200 turns, one ordinary opponent): found at 5 % false positives.

    The threshold is the 95 % point of players that never switch; `said` is the share of these with a posterior > .5.
    """
    still, moved = (traits(games) @ weights()[:-1] + weights()[-1] for games in (negatives, positives))
    found = int((moved > np.quantile(still, 0.95)).sum())
    return {
        "negatives": len(still), "positives": len(moved), "found": round(found / len(moved), 4),
        "wilson": wilson(found, len(moved)), "said": round(float((still > -np.log(ODDS)).mean()), 4),
    }  # fmt: skip


def both(players: int, noise: float, seed: int, *, of: str) -> tuple[Games, Games]:
    """Players that never switch, and ones that do: of the library, or drawn."""
    if of == "library":
        return of_library(players, noise, seed, moves=False), of_library(players, noise, seed, moves=True)
    return drawn(players, noise, seed, moves=False), drawn(players, noise, seed + 1, moves=True)


def wilson(hits: int, many: int) -> list[float]:
    """Central 95 % interval of a share."""
    share, z = hits / many, 1.959964
    centre = (share + z * z / (2 * many)) / (1 + z * z / many)
    reach = z / (1 + z * z / many) * (share * (1 - share) / many + z * z / (4 * many * many)) ** 0.5
    return [round(centre - reach, 4), round(centre + reach, 4)]
