"""Recorded choices as arrays: subjects, their games in order, the rounds of each."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ethogram.events.errors import InvalidRecord

Numbers = NDArray[np.int32]
_COOPERATE = frozenset({"c", "cooperate", "cooperation", "coop"})
_DEFECT = frozenset({"d", "defect", "defection"})
Raw = tuple["array[int]", "array[int]", "array[int]", "array[int]", "array[int]"]
"""Per row: subject, game, round, own choice, other's choice (-1 for none)."""
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Told:
    """What a log may tell beside choices; as rows come."""

    counterparts: Sequence[str] = ()
    """(G,) by number of the game, if told."""
    conditions: Sequence[str] = ()
    """(G,) the same."""
    payoffs: array[float] | None = None
    """(N,) per row, if told."""


NOTHING = Told()
"""A log of choices alone."""


@dataclass(frozen=True)
class Log:
    """N choices of S subjects in G games, sorted by subject, game and round. A game belongs to one subject."""

    name: str
    subjects: tuple[tuple[str, str], ...]
    """(S,) group and name; sorted as they appeared."""
    game_names: tuple[str, ...]
    """(G,)."""
    symbols: tuple[str, ...]
    """What could be chosen; ("C", "D") for a dilemma."""
    own: Numbers
    """(N,) index of the choice."""
    other: Numbers
    """(N,) index of the other's choice, -1 where none is told."""
    rounds: Numbers
    """(N,) as they were numbered."""
    games: Numbers
    """(G + 1,) first row of each game, and N."""
    careers: Numbers
    """(S + 1,) first game of each subject, and G."""
    counterparts: tuple[str, ...] = ()
    """(G,) whom the subject faced; none if the log does not tell."""
    conditions: tuple[str, ...] = ()
    """(G,) `treatment=low, context.framing=bribe`; none if the log does not tell."""
    payoffs: Floats | None = None
    """(N,) earned; none if the log does not tell."""

    @property
    def dilemma(self) -> bool:
        """Whether all choices are C or D, with the other's told."""
        return self.symbols == ("C", "D") and bool((self.other >= 0).all())

    def rows(self, subject: int) -> slice:
        """The rows of a subject."""
        return slice(int(self.games[self.careers[subject]]), int(self.games[self.careers[subject + 1]]))

    def game_of_row(self) -> Numbers:
        """(N,) which game each row belongs to."""
        return np.repeat(np.arange(len(self.games) - 1, dtype=np.int32), np.diff(self.games))

    def subject_of_game(self) -> Numbers:
        """(G,) whose game it is."""
        return np.repeat(np.arange(len(self.subjects), dtype=np.int32), np.diff(self.careers))

    def part(self, subjects: Sequence[int]) -> Log:
        """The log of some subjects alone."""
        if len(subjects) == len(self.subjects):
            return self
        games = np.concatenate([np.arange(self.careers[one], self.careers[one + 1]) for one in subjects])
        sizes = np.diff(self.games)[games]
        rows = np.concatenate([np.arange(self.rows(one).start, self.rows(one).stop) for one in subjects])
        counts = np.diff(self.careers)[list(subjects)]
        return Log(
            name=self.name, subjects=tuple(self.subjects[one] for one in subjects),
            game_names=tuple(self.game_names[game] for game in games.tolist()), symbols=self.symbols,
            own=self.own[rows], other=self.other[rows], rounds=self.rounds[rows],
            games=_ends(sizes), careers=_ends(counts), counterparts=_picked(self.counterparts, games),
            conditions=_picked(self.conditions, games),
            payoffs=None if self.payoffs is None else self.payoffs[rows],
        )  # fmt: skip

    def groups(self) -> dict[str, list[int]]:
        """Subjects per group, sorted by the group's name."""
        found: dict[str, list[int]] = {}
        for number, (group, _) in enumerate(self.subjects):
            found.setdefault(group, []).append(number)
        return dict(sorted(found.items()))


def _picked(values: Sequence[str], places: NDArray[np.integer]) -> tuple[str, ...]:
    return tuple(values[place] for place in places.tolist()) if values else ()


def _ends(sizes: NDArray[np.integer]) -> Numbers:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)


def assemble(name: str, subjects: Mapping[tuple[str, str], int], games: Mapping[tuple[int, str], int],
             symbols: Mapping[str, int], raw: Raw, told: Told = NOTHING) -> Log:  # fmt: skip
    """Sort the rows; InvalidRecord where one choice is told twice, or a dilemma lacks the other's choice."""
    subject, game, rounds, own, other = (np.frombuffer(column, dtype=column.typecode) for column in raw)
    known, codes = _symbols(list(symbols))
    rank = _ranks([which for _, which in games])
    order = np.lexsort((rounds, rank[game], subject))
    owner = np.fromiter((who for who, _ in games), dtype=np.int32, count=len(games))
    subject, game, rounds = subject[order], game[order], rounds[order]
    fresh = np.ones(len(game), dtype=bool)
    fresh[1:] = game[1:] != game[:-1]
    doubled = np.flatnonzero(~fresh[1:] & (rounds[1:] == rounds[:-1])) + 1
    names = list(games)
    people = list(subjects)
    if len(doubled):
        at = doubled[0]
        _, who = people[subject[at]]
        raise InvalidRecord("log-invalid", f"{name}: subject {who!r}, game {names[game[at]][1]!r}, round {rounds[at]} "
                            f"stands there twice ({len(doubled)} such rows); a game of one subject needs a name of "
                            "its own")  # fmt: skip
    starts = np.flatnonzero(fresh)
    sequence = game[starts]
    careers = np.searchsorted(owner[sequence], np.arange(len(people) + 1))
    coded = np.append(codes, -1).astype(np.int32)  # the last one is where -1 points to
    made = Log(
        name=name, subjects=tuple(people), game_names=tuple(names[number][1] for number in sequence), symbols=known,
        own=coded[own[order]], other=coded[other[order]], rounds=rounds.astype(np.int32),
        games=np.append(starts, len(game)).astype(np.int32), careers=careers.astype(np.int32),
        counterparts=_picked(told.counterparts, sequence), conditions=_picked(told.conditions, sequence),
        payoffs=None if told.payoffs is None else np.frombuffer(told.payoffs, dtype=np.float64)[order],
    )  # fmt: skip
    return made


def _symbols(found: list[str]) -> tuple[tuple[str, ...], list[int]]:
    """The symbols of the game, and the code of each that was found."""
    if all(symbol.lower() in _COOPERATE | _DEFECT for symbol in found):
        return ("C", "D"), [int(symbol.lower() in _DEFECT) for symbol in found]
    known = sorted(set(found))
    return tuple(known), [known.index(symbol) for symbol in found]


def _ranks(names: list[str]) -> Numbers:
    """In which order games were played: by number if all names are numbers, else as they appeared."""
    try:
        return np.argsort(np.argsort([float(name) for name in names], kind="stable"), kind="stable").astype(np.int32)
    except ValueError:
        return np.arange(len(names), dtype=np.int32)
