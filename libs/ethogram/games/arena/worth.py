"""What contributions are worth: the value of a group, each member's Shapley value, and who moves when.

The pot grows by more the more agents give: a group whose k members give the sum s of their gifts is worth
s * (multiplier + synergy * (k - 1) / (n - 1)), n being all who are in. So nobody's worth is its own gift alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import factorial
from types import MappingProxyType
from typing import NamedTuple

from ethogram.events import ArenaPlan, Chance, Selector, quantise

EXACT_UP_TO = 8
"""Agents up to which the Shapley value is computed from all groups; beyond, it is sampled."""
SAMPLES = 200
"""Orders in which agents join, where it is sampled; each also backwards."""


class Worth(NamedTuple):
    """What each is worth, in the order of the gifts."""

    values: tuple[float, ...]
    samples: int = 0
    """Orders that it was sampled from; 0: exact."""


def value(plan: ArenaPlan, gifts: Sequence[float], everybody: int) -> float:
    """What a group is worth together."""
    return grown(plan, sum(gifts), sum(gift > 0 for gift in gifts), everybody)


def grown(plan: ArenaPlan, total: float, giving: int, everybody: int) -> float:
    """What a sum grows to that so many have given."""
    joint = (giving - 1) / (everybody - 1) if giving > 1 else 0.0
    return total * (plan.multiplier + plan.synergy * joint)


def shapley(plan: ArenaPlan, gifts: Sequence[float], chance: Chance) -> Worth:
    """What each adds to the groups that it can join, on average over all orders of joining (Shapley 1953)."""
    if len(gifts) <= EXACT_UP_TO:
        return Worth(tuple(quantise(each) for each in _exact(plan, gifts)))
    return Worth(tuple(quantise(each) for each in _sampled(plan, gifts, chance)), SAMPLES)


def marginal(plan: ArenaPlan, gifts: Sequence[float], chance: Chance) -> Worth:
    """What all together would lose with each."""
    whole = value(plan, gifts, len(gifts))
    return Worth(tuple(
        quantise(whole - value(plan, [*gifts[:place], *gifts[place + 1 :]], len(gifts))) for place in range(len(gifts))
    ))  # fmt: skip


def by_lot(plan: ArenaPlan, gifts: Sequence[float], chance: Chance) -> Worth:
    """Nothing but chance."""
    return Worth(tuple(quantise(chance.uniform()) for _ in gifts))


SELECTORS: Mapping[Selector, Callable[[ArenaPlan, Sequence[float], Chance], Worth]] = MappingProxyType(
    {"shapley": shapley, "marginal": marginal, "lot": by_lot}
)
"""By name."""


def ordered(seats: Sequence[int], worth: Mapping[int, float], chance: Chance) -> tuple[int, ...]:
    """The order of a round: whoever is worth least begins, under the eyes of all; equals by lot."""
    drawn = chance.shuffled(sorted(seats))
    return tuple(sorted(drawn, key=lambda seat: worth.get(seat, 0.0)))


def shares(plan: ArenaPlan, gifts: Sequence[float], entered: Sequence[float], chance: Chance) -> tuple[float, ...]:
    """What each gets of the pot: a part equally, a part by what it is worth by the book."""
    pot = value(plan, gifts, len(gifts))
    by_book = shapley(plan, entered, chance).values
    booked = sum(by_book)
    merit = plan.merit if booked > 0 else 0.0
    return tuple(pot * ((1 - merit) / len(gifts) + (merit * mine / booked if booked > 0 else 0.0)) for mine in by_book)


def _exact(plan: ArenaPlan, gifts: Sequence[float]) -> list[float]:
    """Over all groups; a group is a number whose bits are its members, and each is known from one with a bit less."""
    count = len(gifts)
    groups = 1 << count
    sums, giving, values = [0.0] * groups, [0] * groups, [0.0] * groups
    for group in range(1, groups):
        rest, last = group & (group - 1), (group & -group).bit_length() - 1
        sums[group], giving[group] = sums[rest] + gifts[last], giving[rest] + (gifts[last] > 0)
        values[group] = grown(plan, sums[group], giving[group], count)
    weights = [factorial(size) * factorial(count - size - 1) / factorial(count) for size in range(count)]
    totals = [0.0] * count
    for group in range(groups - 1):
        weight, before = weights[group.bit_count()], values[group]
        for place in range(count):
            if not group >> place & 1:
                totals[place] += weight * (values[group | 1 << place] - before)
    return totals


def _sampled(plan: ArenaPlan, gifts: Sequence[float], chance: Chance) -> list[float]:
    totals = [0.0] * len(gifts)
    for _ in range(SAMPLES // 2):
        order = chance.shuffled(range(len(gifts)))
        for joining in (order, order[::-1]):
            total, giving, before = 0.0, 0, 0.0
            for place in joining:
                total, giving = total + gifts[place], giving + (gifts[place] > 0)
                after = grown(plan, total, giving, len(gifts))
                totals[place] += (after - before) / SAMPLES
                before = after
    return totals
