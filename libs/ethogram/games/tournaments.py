"""How a tournament goes on: who meets whom next follows from results and the seed, and from nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations
from math import ceil, log2
from types import MappingProxyType
from typing import NamedTuple

from ethogram.events import AgentId, Chance, GamePlan, Pairing
from ethogram.games.contests import Contest, Group

TRIES = 10_000
"""Ways of pairing that a Swiss heat looks at for one without a repeated pair."""


class Heat(NamedTuple):
    """Who meets whom."""

    groups: tuple[Group, ...]
    byes: tuple[AgentId, ...] = ()


Pair = Callable[[Contest, Chance], Heat | None]
"""`(contest, chance of this heat) -> the next heat`, or None when it is over."""


class PairingRule(NamedTuple):
    """A kind of tournament."""

    pair: Pair
    about: str
    """Who meets whom, and what it ranks by."""


def _round_robin(contest: Contest, chance: Chance) -> Heat | None:
    return None if contest.heat else Heat(tuple(combinations(contest.entrants, contest.seats)))


def _swiss(contest: Contest, chance: Chance) -> Heat | None:
    """Equals meet: by points, then score; nobody meets the same agent twice as long as that can be avoided."""
    if contest.heat >= contest.heats:
        return None
    order = list(contest.ranked()) if contest.heat else chance.shuffled(contest.entrants)
    byes: tuple[AgentId, ...] = ()
    if len(order) % 2:
        idle = min(reversed(order), key=lambda agent: contest.records[agent].byes)
        order.remove(idle)
        byes = (idle,)
    return Heat(tuple(_matched(order, contest)), byes)


def _matched(order: list[AgentId], contest: Contest) -> list[Group]:
    """The first of each with the nearest that it has not met; without any regard to that if there is no such way."""
    met, budget = set(contest.met), [TRIES]

    def search(left: tuple[AgentId, ...]) -> list[Group] | None:
        if not left:
            return []
        for place in range(1, len(left)):
            budget[0] -= 1
            if budget[0] < 0:
                return None
            pair = (left[0], left[place])
            if tuple(sorted(pair)) in met:
                continue
            rest = search((*left[1:place], *left[place + 1 :]))
            if rest is not None:
                return [pair, *rest]
        return None

    found = search(tuple(order))
    return (
        found if found is not None else [(first, second) for first, second in zip(order[::2], order[1::2], strict=True)]
    )


def _knockout(lives: int) -> Pair:
    """Who has lost as often as it has lives is out. Those with equally many losses meet, the best with the worst."""

    def pair(contest: Contest, chance: Chance) -> Heat | None:
        alive = [agent for agent in contest.ranked() if contest.records[agent].losses < lives]
        if len(alive) < 2:
            return None
        groups: list[Group] = []
        byes: list[AgentId] = []
        for losses in range(lives):
            equals = [agent for agent in alive if contest.records[agent].losses == losses]
            if len(equals) % 2:
                byes.append(equals.pop(0))
            groups += [(equals[place], equals[-1 - place]) for place in range(len(equals) // 2)]
        if not groups:  # the two that are left have lost differently often: the final
            return Heat((tuple(byes),))
        return Heat(tuple(groups), tuple(byes))

    return pair


def _king_of_the_hill(contest: Contest, chance: Chance) -> Heat | None:
    """The king meets whoever waits longest."""
    return None if contest.heat >= contest.heats else Heat(((contest.queue[0], contest.queue[1]),))


def _moran(contest: Contest, chance: Chance) -> Heat | None:
    """Everybody in the population meets everybody, copies of oneself included, until one kind is left."""
    if contest.heat >= contest.heats or len(set(contest.population)) == 1:
        return None
    return Heat(tuple(combinations(contest.population, 2)))


PAIRINGS: Mapping[Pairing, PairingRule] = MappingProxyType({
    "round-robin": PairingRule(
        _round_robin,
        "Every pair meets once, or every group of as many as the game has seats. Ranked by score.",
    ),
    "swiss": PairingRule(
        _swiss,
        "Equals meet, by points, then score; nobody meets the same agent twice as long as that can be avoided."
        " `heats` says how many heats, else as many as halve the field to one. Ranked by points: 1 for a win or a bye,"
        " 0.5 for a draw.",
    ),
    "single-elimination": PairingRule(
        _knockout(1),
        "The best meets the worst; who loses is out, and a draw is decided by lot. Ranked by the heat reached.",
    ),
    "double-elimination": PairingRule(
        _knockout(2),
        "The same with two lives: those with equally many losses meet, and the last two play the final.",
    ),
    "king-of-the-hill": PairingRule(
        _king_of_the_hill,
        "The first is king and meets whoever waits longest; a draw leaves the king where it is. `heats` says how many"
        " challenges, else one less than there are agents. Ranked by heats as king.",
    ),
    "moran": PairingRule(
        _moran,
        "A population, at first one of each: all meet all, then one is copied, as likely as it has earned, and takes"
        " the place of one drawn evenly, until one kind is left or there were `heats` births. Ranked by copies.",
    ),
})  # fmt: skip
"""By name."""


def heats_of(plan: GamePlan, agents: int) -> int:
    """Heats that an entry of a training file has, at most."""
    usual = {
        "round-robin": 1, "swiss": ceil(log2(agents)), "single-elimination": ceil(log2(agents)),
        "double-elimination": 2 * agents, "king-of-the-hill": agents - 1, "moran": 10 * agents,
    }  # fmt: skip
    return plan.heats or usual[plan.pairing]


def matches_of(plan: GamePlan, agents: int, seats: int) -> tuple[int, int]:
    """Matches of the first heat, and of all heats at most."""
    groups = _groups(agents, seats)
    first, most = {
        "round-robin": (groups, groups),
        "swiss": (agents // 2, agents // 2 * heats_of(plan, agents)),
        "single-elimination": (agents // 2, agents - 1),
        "double-elimination": (agents // 2, 2 * agents - 1),
        "king-of-the-hill": (1, heats_of(plan, agents)),
        "moran": (groups, groups * heats_of(plan, agents)),
    }[plan.pairing]
    return first * plan.repetitions, most * plan.repetitions


def next_heat(contest: Contest, seed: int) -> Heat | None:
    """Who meets whom in the next heat; None when the contest is over."""
    return PAIRINGS[contest.pairing].pair(contest, Chance(seed, "pairing", contest.entry, contest.heat + 1))


def _groups(agents: int, seats: int) -> int:
    count = 1
    for place in range(seats):
        count = count * (agents - place) // (place + 1)
    return count
