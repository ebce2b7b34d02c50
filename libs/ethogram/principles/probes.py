"""What each strategy of the dictionary is, told by probes instead of by opinion.

A probe is a script of 120 moves of the counterpart, without noise. Because scripts do not react, the distribution over
an automaton's states can be followed exactly: no sampling. The labels are thresholds on what the probes show.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt

from ethogram.principles.automata import JOINT, Automaton

TURNS = 120
LABELS = ("exploitative", "forgiving", "grudging", "nice", "random", "reciprocal", "retaliatory", "unconditional")
"""All labels, sorted."""

_PROVOKED_AT = 20  # index of turn 21
SCRIPTS = {
    "cooperation": "C" * TURNS,
    "defection": "D" * TURNS,
    "one-defection": "C" * _PROVOKED_AT + "D" + "C" * (TURNS - _PROVOKED_AT - 1),
    "three-defections": "C" * _PROVOKED_AT + "DDD" + "C" * (TURNS - _PROVOKED_AT - 3),
    "alternation": "CCDD" * (TURNS // 4),
}


def play(automaton: Automaton, script: str) -> list[float]:
    """Probability of cooperation in each turn against a script."""
    weights = [1.0] + [0.0] * (len(automaton.cooperates) - 1)
    shown = []
    for other in script:
        after = [0.0] * len(weights)
        for weight, chance, row in zip(weights, automaton.cooperates, automaton.successors, strict=True):
            after[int(row[JOINT.index("C" + other)])] += weight * chance
            after[int(row[JOINT.index("D" + other)])] += weight * (1 - chance)
        shown.append(sum(weight * chance for weight, chance in zip(weights, automaton.cooperates, strict=True)))
        weights = after
    return shown


def labels(automaton: Automaton) -> frozenset[str]:
    """The labels that hold for an automaton."""
    shown = {name: play(automaton, script) for name, script in SCRIPTS.items()}
    return judge(shown, stochastic=any(0 < chance < 1 for chance in automaton.cooperates))


def judge(shown: Mapping[str, list[float]], *, stochastic: bool) -> frozenset[str]:
    """The labels that hold for a player that showed these probabilities of cooperation against the scripts.

    "Random" reads: on at least one script, the standard deviation of a turn's action over repetitions, averaged over
    the turns, is above .10. "Conditional" is the opposite of unconditional.
    """
    kind, provoked = shown["cooperation"], (shown["one-defection"], shown["three-defections"])
    unconditional = _spread(list(shown.values())) < (0.09 if stochastic else 0.005)
    hits = (
        _defection(provoked[0], 21, 23) - _defection(kind, 21, 23),
        _defection(provoked[1], 23, 26) - _defection(kind, 23, 26),
    )
    late = [_defection(turns, 70, TURNS) for turns in provoked]
    retaliatory = max(hits) >= 0.4
    peaceful = _defection(kind, 70, TURNS) <= 0.2
    truth = {
        "nice": all(chance == 1 for chance in kind),
        "unconditional": unconditional,
        "random": max(map(_jitter, shown.values())) > 0.10,
        "retaliatory": retaliatory,
        "grudging": max(late) >= 0.8 and _defection(kind, 0, TURNS) <= 0.2,
        "forgiving": retaliatory and max(late) <= 0.2 and peaceful,
        "reciprocal": _mean(kind) - _mean(shown["defection"]) >= 0.5,
        "exploitative": _defection(kind, 70, TURNS) >= 0.5 and not unconditional,
    }
    return frozenset(name for name, holds in truth.items() if holds)


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _defection(turns: list[float], first: int, end: int) -> float:
    return 1 - _mean(turns[first:end])


def _spread(rows: list[list[float]]) -> float:
    means = [_mean(row) for row in rows]
    return _mean([abs(mean - _mean(means)) for mean in means])


def _jitter(turns: list[float]) -> float:
    return _mean([sqrt(chance * (1 - chance)) for chance in turns])
