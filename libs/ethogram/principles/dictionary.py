"""The dictionary of strategies: ten built-in ones, their best-known neighbours, and one open entry.

Digits of a row say the next state after CC, CD, DC, DD (own executed action first). The digest of this table is pinned
in each session, so that a replay knows which dictionary was meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

from ethogram.events.canonical import canonical, digest
from ethogram.events.errors import InvalidRecord
from ethogram.principles.automata import Automaton, Compiled, compile_automata

_OTHER = "0101"  # state 0 after the other's C, state 1 after its D
_OWN = "0011"  # state 0 after the own C, state 1 after the own D

RULES = 2
"""Version of the rules of inference: raised when they say something else of the same acts."""
UNLISTED = "unlisted-memory-one"
"""The open entry: some memory-one policy with unknown probabilities, for players that are not in the dictionary."""

STRATEGIES: tuple[Automaton, ...] = (
    # built-in
    Automaton("always-cooperate", "Axelrod 1984", (1,), ("0000",)),
    Automaton("always-defect", "Axelrod 1984", (0,), ("0000",)),
    Automaton("tit-for-tat", "Rapoport, in Axelrod 1980", (1, 0), (_OTHER, _OTHER)),
    Automaton("grim-trigger", "Friedman 1971", (1, 0), (_OTHER, "1111")),
    Automaton("win-stay-lose-shift", "Nowak and Sigmund 1993 (Pavlov)", (1, 0), ("0110", "0110")),
    Automaton("generous-tit-for-tat", "Nowak and Sigmund 1992, generosity 1/3", (1, 1 / 3), (_OTHER, _OTHER)),
    Automaton("tit-for-two-tats", "Axelrod 1984", (1, 1, 0), (_OTHER, "0202", "0202")),
    Automaton("two-tits-for-tat", "Axelrod 1984", (1, 0, 0), (_OTHER, "2121", _OTHER)),
    Automaton("random", "Axelrod 1980", (0.5,), ("0000",)),
    Automaton("alternator", "Mittal and Deb 2009", (1, 0), ("1100", "1100")),
    # neighbours
    Automaton("suspicious-tit-for-tat", "Boyd and Lorberbaum 1987 (D-TFT)", (0, 1, 0), ("1212", "1212", "1212")),
    Automaton("tit-for-three-tats", "Fudenberg, Rand and Dreber 2012",
              (1, 1, 1, 0), (_OTHER, "0202", "0303", "0303")),
    Automaton("two-tits-for-two-tats", "Fudenberg, Rand and Dreber 2012",
              (1, 1, 0, 0), (_OTHER, "0202", "3232", _OTHER)),
    Automaton("grim-trigger-2", "Fudenberg, Rand and Dreber 2012: after two defections in a row",
              (1, 1, 0), (_OTHER, "0202", "2222")),
    Automaton("grim-trigger-3", "Fudenberg, Rand and Dreber 2012: after three defections in a row",
              (1, 1, 1, 0), (_OTHER, "0202", "0303", "3333")),
    Automaton("punish-twice", "Dal Bo and Frechette 2011 (T2): two defections, then cooperation again",
              (1, 0, 0), ("0111", "2222", "0000")),
    Automaton("hard-tit-for-tat", "Prison 1998: defects while the last three hold a defection",
              (1, 0, 0, 0), (_OTHER, "2121", "3131", _OTHER)),
    Automaton("anti-tit-for-tat", "Hilbe, Nowak and Sigmund 2013", (1, 0), ("1010", "1010")),
    Automaton("bully", "Nachbar 1992: defects until it is hit", (0, 1), (_OTHER, _OTHER)),
    Automaton("alternator-from-defection", "Stewart and Plotkin 2012 (cycles DC)", (0, 1), (_OWN, _OWN)),
    Automaton("joss", "Axelrod 1980", (0.9, 0), (_OTHER, _OTHER)),
    Automaton("extortionate", "Stewart and Plotkin 2012 (ZD-Extort-2)",
              (1, 8 / 9, 1 / 2, 1 / 3, 0), ("1234",) * 5),
    Automaton("generous-zero-determinant", "Stewart and Plotkin 2012 (ZD-GTFT-2)",
              (1, 1, 1 / 8, 1, 1 / 4), ("1234",) * 5),
    # open
    Automaton(UNLISTED, "Nowak and Sigmund 1990: any memory-one policy", (0.5,) * 5, ("1234",) * 5),
)  # fmt: skip


_CONSULTED: ContextVar[Compiled] = ContextVar("consulted", default=compile_automata(STRATEGIES))  # noqa: B039 - never changed


def dictionary() -> Compiled:
    """The dictionary as arrays; the open entry comes last."""
    return _CONSULTED.get()


@contextmanager
def consulting(automata: Sequence[Automaton]) -> Iterator[None]:
    """Within it, inference knows these automata and the open entry, and no others: only to see what would change.

    Live inference never does this: a session is pinned to the dictionary of its release.
    """
    if any(automaton.name == UNLISTED for automaton in automata):
        raise InvalidRecord("automata-invalid", f"{UNLISTED} is the open entry, which is always there")
    before = _CONSULTED.set(compile_automata((*automata, STRATEGIES[-1])))
    try:
        yield
    finally:
        _CONSULTED.reset(before)


@lru_cache(maxsize=1)
def dictionary_digest() -> str:
    """SHA-256 over the canonical form of the dictionary, and the version of the rules that read it."""
    entries = [
        [name, source, [repr(float(chance)) for chance in chances], list(rows)]
        for name, source, chances, rows in STRATEGIES
    ]
    return digest(canonical([RULES, entries]))
