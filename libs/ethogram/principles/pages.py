"""A story, or one subject's part of a log, as arrays: games in order of their names, acts in order of their rounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ethogram.behaviour.profiles import FIRST
from ethogram.principles.automata import JOINT
from ethogram.principles.log import Log
from ethogram.principles.story import MOST_GAMES, Story, share

Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]

CONTEXTS = (FIRST, *JOINT, "faith", "breach")
"""Context of an act by its number: a start, the turn before, or in a scenario what the counterpart had done."""


@dataclass(frozen=True)
class Pages:
    """N acts in G games."""

    games: Codes
    """(G + 1,) first act of each game, and N."""
    names: tuple[str, ...]
    """(G,)."""
    gone: Codes
    """(G,) rounds of each game before its first act here."""
    meant: Codes
    """(N,) 0 for C, 1 for D, 2 where nothing was chosen."""
    done: Codes
    """(N,) as executed."""
    met: Codes
    """(N,) what the counterpart did."""
    context: Codes
    """(N,) see `CONTEXTS`."""
    settings: tuple[str, ...]
    """Under which circumstances acts may be: `with ann`, `treatment=low`, `loyalty`."""
    setting: Codes
    """(N,) which of these."""
    counterparts: tuple[str, ...]
    """(G,) whom each game was with; empty in scenarios, or where it is not told."""

    @property
    def chosen(self) -> Flags:
        """(N,) whether the agent chose."""
        return np.asarray(self.meant < 2)

    @property
    def game(self) -> Codes:
        """(N,) which game each act belongs to."""
        return np.repeat(np.arange(len(self.names)), np.diff(self.games))

    def place(self, act: int) -> tuple[str, int]:
        """Game and round of an act."""
        game = int(np.searchsorted(self.games, act, side="right")) - 1
        return self.names[game], int(act - self.games[game] + self.gone[game]) + 1


def pages_of(story: Story) -> Pages:
    """The pages of a story."""
    names = sorted(story.tales)
    tales = [story.tales[name] for name in names]
    meant, done, met = (_codes("".join(getattr(tale, side) for tale in tales)) for side in ("meant", "done", "met"))
    games = _ends([len(tale.done) for tale in tales])
    scenario = np.repeat(np.array([bool(tale.kinds) for tale in tales], dtype=bool), np.diff(games))
    settings: dict[str, int] = {}
    setting = np.empty(len(done), dtype=np.int64)
    for first, tale in zip(games[:-1].tolist(), tales, strict=True):
        here = slice(first, first + len(tale.done))
        if tale.kinds:
            known = [settings.setdefault(name, len(settings)) for name in tale.archetypes]
            setting[here] = [known[ord(kind) - 97] for kind in tale.kinds]
        else:
            setting[here] = settings.setdefault(_circumstances(tale.counterpart, tale.condition), len(settings))
    gone = np.array([tale.gone for tale in tales], dtype=np.int64)
    return Pages(
        games=games, names=tuple(name.partition("#")[0] for name in names), gone=gone, meant=meant, done=done, met=met,
        context=_contexts(games, gone, done, met, scenario), settings=tuple(settings), setting=setting,
        counterparts=tuple("" if tale.kinds else tale.counterpart for tale in tales),
    )  # fmt: skip


def pages_of_log(log: Log) -> Pages:
    """The pages of a log of one subject of a dilemma; the last ones only, as a story keeps them."""
    sizes = np.diff(log.games).astype(np.int64)
    first_game = max(0, len(sizes) - MOST_GAMES)
    sizes = sizes[first_game:]
    kept = np.minimum(sizes, share(sizes.tolist(), forgotten=first_game > 0))
    games = _ends(kept.tolist())
    starts = log.games[first_game + 1 :].astype(np.int64) - kept
    rows = np.repeat(starts - games[:-1], kept) + np.arange(games[-1])
    own, other = log.own[rows].astype(np.int64), log.other[rows].astype(np.int64)
    gone = sizes - kept
    count = len(sizes)
    counterparts = log.counterparts[first_game:] or ("",) * count
    conditions = log.conditions[first_game:] or ("",) * count
    told = [_circumstances(*each) for each in zip(counterparts, conditions, strict=True)]
    settings = list(dict.fromkeys(told))
    number = {name: place for place, name in enumerate(settings)}
    each = np.array([number[name] for name in told], dtype=np.int64)
    return Pages(
        games=games, names=log.game_names[first_game:], gone=gone, meant=own, done=own, met=other,
        context=_contexts(games, gone, own, other, np.zeros(len(own), dtype=bool)), settings=tuple(settings),
        setting=np.repeat(each, kept), counterparts=tuple(counterparts),
    )  # fmt: skip


def _circumstances(counterpart: str, condition: str) -> str:
    return ", ".join(filter(None, (f"with {counterpart}" if counterpart else "", condition)))


def _codes(line: str) -> Codes:
    symbols = np.frombuffer(line.encode(), dtype=np.uint8)
    return np.where(symbols == ord("C"), 0, np.where(symbols == ord("D"), 1, 2)).astype(np.int64)


def _ends(sizes: list[int]) -> Codes:
    return np.concatenate([[0], np.cumsum(np.array(sizes, dtype=np.int64))]).astype(np.int64)


def _contexts(games: Codes, gone: Codes, done: Codes, met: Codes, scenario: Flags) -> Codes:
    found = np.zeros(len(done), dtype=np.int64)
    found[1:] = 1 + 2 * done[:-1] + met[:-1]
    starts = games[:-1][np.diff(games) > 0]
    found[starts] = 0  # of a game that was cut the turn before is not known any more
    return np.where(scenario, 5 + met, found)
