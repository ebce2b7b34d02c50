"""Players of our own to learn labels from: drawn automata, triggers, counters, probers, cycles, transformed and mixed.

All are finite automata, so thousands of them play at once, and what is true of them is told by the same probes.
None comes from a library or from our dictionary. Every player belongs to a family, by the recipe that drew it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ethogram.principles.automata import Floats

Draw = np.random.Generator


class Player(NamedTuple):
    """An automaton of any size, started in state 0."""

    family: str
    cooperates: Floats
    """(Q,) probability of C."""
    after: NDArray[np.int64]
    """(Q, 4) next state after CC, CD, DC, DD."""


def draw_players(count: int, seed: int) -> list[Player]:
    """Players of all recipes in turn; most deterministic, some transformed."""
    chance = np.random.Generator(np.random.PCG64(seed))
    recipes = list(RECIPES.items())
    made = []
    for number in range(count):
        family, recipe = recipes[number % len(recipes)]
        kind, after = recipe(chance)
        for transform in TRANSFORMS:
            if chance.random() < 0.12:
                kind, after = transform(chance, kind, after)
        made.append(Player(family, kind, after))
    return made


Machine = tuple[Floats, NDArray[np.int64]]


def _random_machine(chance: Draw) -> Machine:
    size = int(chance.integers(2, 9))
    kind = (chance.random(size) < chance.choice([0.35, 0.5, 0.65, 0.8])).astype(float)
    after = chance.integers(0, size, (size, 4))
    stay = chance.random((size, 4)) < chance.choice([0.0, 0.3, 0.6])
    return kind, np.where(stay, np.arange(size)[:, None], after)


def _memory(chance: Draw, depth: int, rates: Floats) -> Machine:
    """Acts on the last `depth` joint moves; imagines mutual cooperation before the game."""
    size = 4**depth
    after = np.array([[(state * 4 + joint) % size for joint in range(4)] for state in range(size)])
    return rates, after


def _memory_one(chance: Draw) -> Machine:
    return _memory(chance, 1, _rates(chance, 4))


def _memory_two(chance: Draw) -> Machine:
    return _memory(chance, 2, _rates(chance, 16))


def _memory_three(chance: Draw) -> Machine:
    return _memory(chance, 3, _rates(chance, 64))


def _rates(chance: Draw, size: int) -> Floats:
    style = chance.random()
    lean = np.array([0.8, 0.3, 0.6, 0.35])[np.arange(size) % 4] if chance.random() < 0.6 else np.full(size, 0.5)
    sharp = (chance.random(size) < lean).astype(float)
    if style < 0.5:
        return sharp
    if style < 0.8:
        return np.where(chance.random(size) < 0.4, chance.random(size), sharp)
    return np.asarray(chance.beta(0.5, 0.5, size))


def _counter(chance: Draw) -> Machine:
    """Keeps a score of the other's conduct and cooperates while it is good enough."""
    top = int(chance.integers(1, 25))
    up, down = int(chance.integers(1, 4)), int(chance.integers(1, 4))
    begin, threshold = int(chance.integers(0, top + 1)), int(chance.integers(0, top + 1))
    order = [begin, *(value for value in range(top + 1) if value != begin)]
    own = chance.random() < 0.2
    after = [[order.index(min(max(value + (up if (joint % 2 == 0 and not (own and joint >= 2)) else -down), 0), top))
              for joint in range(4)] for value in order]  # fmt: skip
    flip = chance.random() < 0.12
    return np.array([float((value >= threshold) != flip) for value in order]), np.array(after)


def _trigger(chance: Draw) -> Machine:
    """After some defections (in a row, or in all) it punishes for some rounds or for ever, then may appease."""
    patience, rounds = int(chance.choice([1, 1, 1, 2, 2, 3, 4, 6])), int(chance.choice([1, 1, 2, 3, 4, 6, 10, 20, 99]))
    calm = int(chance.choice([0, 0, 0, 1, 2, 3]))
    row, either, renew = chance.random() < 0.5, chance.random() < 0.2, chance.random() < 0.4
    rounds = 1 if rounds == 99 else rounds
    for_ever = rounds == 1 and chance.random() < 0.5
    size = patience + rounds + calm
    after = np.zeros((size, 4), dtype=np.int64)
    for state in range(size):
        for joint in range(4):
            hit = joint % 2 == 1 or (either and joint >= 2)
            if state < patience:
                after[state, joint] = state + 1 if hit else (0 if row else state)
            elif state < patience + rounds:
                following = state + 1 if state + 1 < size else 0
                after[state, joint] = state if for_ever else (patience if renew and hit else following)
            else:
                after[state, joint] = state + 1 if state + 1 < size else 0
    kind = np.array([1.0] * patience + [0.0] * rounds + [1.0] * calm)
    return kind, after


def _gradual(chance: Draw) -> Machine:
    """Punishes ever longer, up to a limit, with a pause of cooperation after each time."""
    levels, step, calm = int(chance.integers(2, 8)), int(chance.integers(1, 3)), int(chance.integers(0, 4))
    kind: list[float] = []
    rows: list[list[int]] = []
    for level in range(levels):
        length = (level + 1) * step
        base = len(kind)
        kind += [1.0] + [0.0] * length + [1.0] * calm
        rows += [[base, base + 1] * 2]
        rows += [[base + 2 + each] * 4 for each in range(length + calm)]
        if level == levels - 1:
            ended = [base] * 4 if chance.random() < 0.6 else [base + 1] * 4
            rows[-1] = ended
    return np.array(kind), np.array(rows)


def _prober(chance: Draw) -> Machine:
    """Opens with fixed moves, then exploits who did not answer them, or else plays another machine."""
    opening = (chance.random(int(chance.integers(1, 6))) < 0.6).astype(float)
    if opening.all() and chance.random() < 0.8:
        opening[int(chance.integers(len(opening)))] = 0.0
    size = len(opening)
    soft, hard = _simple(chance), _simple(chance)
    kind = np.concatenate([opening, opening, soft[0], hard[0]])
    bases = (2 * size, 2 * size + len(soft[0]))
    rows = []
    for angry in (0, 1):
        for state in range(size):
            for joint in range(4):
                now = angry or joint % 2
                rows.append(size * now + state + 1 if state + 1 < size else bases[now])
    after = np.concatenate([np.array(rows).reshape(-1, 4), soft[1] + bases[0], hard[1] + bases[1]])
    return kind, after


def _simple(chance: Draw) -> Machine:
    pick = int(chance.integers(6))
    if pick == 0:
        return np.array([float(chance.random() < 0.5)]), np.zeros((1, 4), dtype=np.int64)
    if pick == 1:
        return np.array([1.0, 0.0]), np.array([[1] * 4, [0] * 4])
    if pick <= 3:
        return np.array([1.0, 0.0]), np.array([[0, 1, 0, 1]] * 2)
    return _trigger(chance)


def _cycle(chance: Draw) -> Machine:
    size = int(chance.choice([1, 2, 3, 4, 5, 6, 8, 12, 30, 60]))
    kind = (chance.random(size) < chance.choice([0.0, 0.3, 0.5, 0.7, 0.9, 1.0])).astype(float)
    return kind, np.tile(((np.arange(size) + 1) % size)[:, None], (1, 4))


def _coin(chance: Draw) -> Machine:
    return np.array([chance.beta(0.7, 0.7)]), np.zeros((1, 4), dtype=np.int64)


def _late(chance: Draw) -> Machine:
    """Plays one machine for some turns, another one afterwards."""
    turns = int(chance.choice([2, 5, 10, 20, 30, 50, 80]))
    one, two = _simple(chance), _simple(chance)
    size = len(one[0])
    kind = np.concatenate([np.tile(one[0], turns), two[0]])
    blocks = [np.where(turn + 1 < turns, one[1] + (turn + 1) * size, turns * size) for turn in range(turns)]
    return kind, np.concatenate([*blocks, two[1] + turns * size])


RECIPES: dict[str, Callable[[Draw], Machine]] = {
    "automaton": _random_machine, "memory-one": _memory_one, "memory-two": _memory_two, "memory-three": _memory_three,
    "counter": _counter, "trigger": _trigger, "gradual": _gradual, "prober": _prober, "cycle": _cycle, "coin": _coin,
    "late": _late, "trigger-2": _trigger, "counter-2": _counter, "prober-2": _prober,
}  # fmt: skip


def _noisy(chance: Draw, kind: Floats, after: NDArray[np.int64]) -> Machine:
    slip = chance.choice([0.01, 0.03, 0.1, 0.25])
    return kind * (1 - slip) + (1 - kind) * slip, after


def _generous(chance: Draw, kind: Floats, after: NDArray[np.int64]) -> Machine:
    return np.maximum(kind, chance.choice([0.05, 0.1, 0.3])), after


def _sneaky(chance: Draw, kind: Floats, after: NDArray[np.int64]) -> Machine:
    return np.minimum(kind, 1 - chance.choice([0.05, 0.1, 0.3])), after


def _opened(chance: Draw, kind: Floats, after: NDArray[np.int64]) -> Machine:
    opening = (chance.random(int(chance.integers(1, 5))) < 0.6).astype(float)
    chain = np.arange(1, len(opening) + 1)[:, None].repeat(4, axis=1)
    return np.concatenate([opening, kind]), np.concatenate([chain, after + len(opening)])


def _flipped(chance: Draw, kind: Floats, after: NDArray[np.int64]) -> Machine:
    return (1 - kind, after) if chance.random() < 0.3 else (kind, after)


TRANSFORMS = (_noisy, _generous, _sneaky, _opened, _flipped)
