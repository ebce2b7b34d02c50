"""Skills of the house: counting what the others did, and what an option may be expected to pay."""

from __future__ import annotations

import json
from collections import Counter
from itertools import product
from typing import ClassVar

from ethogram.agents.observation import Observation

NOTHING = "-?"
"""Symbols of turns in which a player did not move, or of which nothing was shown."""


class Tally:
    """Counts what each of the others did."""

    about: ClassVar[str] = "counts what each of the others did, in all and right after each of your own actions"

    @staticmethod
    def use(given: str, seen: Observation) -> str:
        """JSON per other player; the input is not looked at."""
        own = sorted(set(seen.own) - set(NOTHING))
        return json.dumps([
            {"in all": _counts(actions), "after own": {each: _counts(_after(each, seen.own, actions)) for each in own}}
            for actions in seen.others
        ])  # fmt: skip


class ExpectedPayoff:
    """Weighs the table of payoffs by what the others did so far."""

    about: ClassVar[str] = "what each option pays on average if the others act as often in each way as they did so far"

    @staticmethod
    def use(given: str, seen: Observation) -> str:
        """JSON from option to payoff; words where the game has no table for that."""
        shares = [_shares(actions) for actions in seen.others]
        expected: dict[str, float] = {}
        for option in seen.options:
            joint = [(option.id + "".join(others), others) for others in product(*shares)]
            if not all(key in seen.payoffs for key, _ in joint):
                return "this turn has no table of payoffs for its options"
            expected[option.id] = round(sum(_weight(shares, acts) * seen.payoffs[key][0] for key, acts in joint), 3)
        return json.dumps(expected)


def _after(action: str, own: str, actions: str) -> str:
    """What another player did in turns right after an own action."""
    return "".join(after for before, after in zip(own, actions[1:], strict=False) if before == action)


def _counts(actions: str) -> dict[str, int]:
    return dict(sorted(Counter(each for each in actions if each not in NOTHING).items()))


def _shares(actions: str) -> dict[str, float]:
    """How often each action was taken; C and D alike before anything is known."""
    counts = _counts(actions) or {"C": 1, "D": 1}
    return {action: count / sum(counts.values()) for action, count in counts.items()}


def _weight(shares: list[dict[str, float]], acts: tuple[str, ...]) -> float:
    weight = 1.0
    for share, act in zip(shares, acts, strict=True):
        weight *= share[act]
    return weight
