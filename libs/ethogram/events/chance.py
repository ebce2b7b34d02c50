"""Chance as an argument: numbers derived by HMAC-SHA256 from a seed and a purpose, the same everywhere for ever."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_TWO_64 = 2**64


def subseed(seed: int | str, *purpose: object) -> str:
    """A seed for one purpose; different purposes of one seed are independent."""
    text = "".join(f"{len(part)}:{part}" for part in map(str, purpose))
    return hmac.digest(str(seed).encode(), text.encode(), "sha256").hex()


class Chance:
    """A counter-based stream of numbers for one purpose: no hidden state but how many were drawn."""

    __slots__ = ("_drawn", "_key")

    def __init__(self, seed: int | str, *purpose: object) -> None:
        self._key = subseed(seed, *purpose).encode()
        self._drawn = 0

    def _next(self) -> int:
        block = hmac.digest(self._key, self._drawn.to_bytes(8, "big"), "sha256")
        self._drawn += 1
        return int.from_bytes(block[:8], "big")

    def uniform(self) -> float:
        """A number in [0, 1) with 53 bits."""
        return (self._next() >> 11) / 2**53

    def below(self, bound: int) -> int:
        """An integer in [0, bound), without modulo bias; ValueError if bound < 1."""
        if bound < 1:
            raise ValueError(f"bound must be at least 1, got {bound}")
        limit = _TWO_64 - _TWO_64 % bound
        while (drawn := self._next()) >= limit:
            pass
        return drawn % bound

    def flip(self, probability: float) -> bool:
        """True with this probability."""
        return self.uniform() < probability

    def choice(self, items: Sequence[T]) -> T:
        """One of `items`, each equally likely."""
        return items[self.below(len(items))]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """A new list in random order (Fisher-Yates)."""
        deck = list(items)
        for last in range(len(deck) - 1, 0, -1):
            other = self.below(last + 1)
            deck[last], deck[other] = deck[other], deck[last]
        return deck
