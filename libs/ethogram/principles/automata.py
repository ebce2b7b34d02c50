"""Strategies of repeated two-player games as finite automata, and arrays in which a whole dictionary moves at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

JOINT = ("CC", "CD", "DC", "DD")
"""Joint executed actions in the order in which an automaton lists its successors: own symbol first."""

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Automaton(NamedTuple):
    """A Moore machine with a probability of cooperation in each state; it starts in state 0."""

    name: str
    source: str
    """Where it was described first, or where it is best known from."""
    cooperates: tuple[float, ...]
    """Probability of intending C, per state."""
    successors: tuple[str, ...]
    """Per state: the next state (one digit each) after CC, CD, DC, DD were executed."""


@dataclass(frozen=True, eq=False)
class Compiled:
    """A dictionary as arrays. States of all automata are numbered through: Q in all, S automata."""

    automata: tuple[Automaton, ...]
    starts: Integers
    """(S,) number of each automaton's first state."""
    cooperation: Floats
    """(Q,) probability of intending C."""
    moves: Integers
    """(Q, 4) next state per joint action."""


def compile_automata(automata: Sequence[Automaton]) -> Compiled:
    """Number the states of all automata through; ValueError for one that contradicts itself."""
    for automaton in automata:
        _check(automaton)
    sizes = [len(automaton.cooperates) for automaton in automata]
    starts = [sum(sizes[:index]) for index in range(len(sizes))]
    moves = [
        [start + int(digit) for digit in row]
        for start, automaton in zip(starts, automata, strict=True)
        for row in automaton.successors
    ]
    return Compiled(
        automata=tuple(automata),
        starts=np.array(starts),
        cooperation=np.array([chance for automaton in automata for chance in automaton.cooperates]),
        moves=np.array(moves),
    )


def _check(automaton: Automaton) -> None:
    size = len(automaton.cooperates)
    if len(automaton.successors) != size or not 1 <= size <= 10:
        raise ValueError(f"{automaton.name}: needs 1 to 10 states, each with a chance and four successors")
    if any(len(row) != 4 or int(max(row)) >= size for row in automaton.successors):
        raise ValueError(f"{automaton.name}: each state needs four successors below {size}, for CC, CD, DC, DD")
    if not all(0 <= chance <= 1 for chance in automaton.cooperates):
        raise ValueError(f"{automaton.name}: probabilities of cooperation lie between 0 and 1")
