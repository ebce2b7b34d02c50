"""What subjects make of payoffs is recovered from synthetic ones, with intervals that cover it as often as they say."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from ethogram.events.errors import InvalidRecord
from ethogram.principles.decisions import Decision, Outcome, decisions_in_game
from ethogram.principles.social import Parameter, conditional_cooperation, inequity, risk

PEOPLE = 40
Utility = Callable[[Sequence[Outcome]], float]


def chosen(rng: np.random.Generator, options: tuple[tuple[Outcome, ...], ...], utility: Utility) -> Decision:
    scores = np.array([utility(option) for option in options])
    shares = np.exp(scores - scores.max())
    return Decision(options, int(rng.choice(len(options), p=shares / shares.sum())))


def covering(found: Sequence[tuple[Parameter, float]]) -> float:
    """How often the interval held the truth."""
    told = [one.interval[0] <= true <= one.interval[1] for one, true in found if one.interval is not None]
    assert len(told) >= 0.9 * len(found)
    return float(np.mean(told))


def near(found: Sequence[tuple[Parameter, float]]) -> float:
    """Correlation of estimates and truth."""
    told = [(one.value, true) for one, true in found if one.value is not None]
    values, truths = np.array(told, dtype=np.float64).T
    return float(np.asarray(np.corrcoef(values, truths))[0, 1])


def test_inequity_aversion_and_precision_are_recovered() -> None:
    rng = np.random.default_rng(11)
    found: dict[str, list[tuple[Parameter, float]]] = {"precision": [], "envy": [], "guilt": []}
    for _ in range(PEOPLE):
        precision, envy, guilt = rng.uniform(0.5, 1.5), rng.uniform(0, 1.5), rng.uniform(-0.2, 0.8)

        def utility(option: Sequence[Outcome], p: float = precision, a: float = envy, b: float = guilt) -> float:
            ((_, own, others),) = option
            ahead = [max(other - own, 0) for other in others]
            behind = [max(own - other, 0) for other in others]
            return p * float(own - a * np.mean(ahead) - b * np.mean(behind))

        decisions = []
        for _ in range(120):
            paid = rng.uniform(0, 10, (3, 3))
            options = tuple((Outcome(1.0, float(own), (float(one), float(two))),) for own, one, two in paid)
            decisions.append(chosen(rng, options, utility))
        for one, true in zip(inequity(decisions), (precision, envy, guilt), strict=True):
            found[one.name].append((one, true))
    for name, told in found.items():
        assert near(told) > 0.7, name
        assert covering(told) >= 0.85, name


def test_aversion_to_risk_is_recovered_from_lotteries() -> None:
    rng = np.random.default_rng(12)
    found = []
    for _ in range(PEOPLE // 2):
        aversion = float(rng.uniform(-0.5, 1.5))
        decisions = []
        for _ in range(80):
            low, middle, high = sorted(rng.uniform(1, 10, 3).tolist())
            chance = float(rng.uniform(0.1, 0.9))
            options = ((Outcome(1.0, middle),), (Outcome(chance, high), Outcome(1 - chance, low)))

            def utility(option: Sequence[Outcome], r: float = aversion, lo: float = low, hi: float = high) -> float:
                def worth(paid: float) -> float:
                    return float(paid ** (1 - r)) / (1 - r)

                span = worth(hi) - worth(lo)
                return 12.0 * sum(one.probability * (worth(one.own) - worth(lo)) / span for one in option)

            decisions.append(chosen(rng, options, utility))
        found.append((risk(decisions)[0], aversion))
    assert near(found) > 0.7
    assert covering(found) >= 0.85


def test_the_slope_of_conditional_cooperation_is_recovered() -> None:
    rng = np.random.default_rng(13)
    found = []
    for _ in range(200):
        slope, games = float(rng.uniform(0, 0.8)), []
        for _ in range(4):
            others = rng.uniform(0, 1, 12)
            own = 0.1 + slope * np.concatenate([[0.5], others[:-1]]) + rng.normal(0, 0.05, 12)
            games.append(list(zip(own.tolist(), others.tolist(), strict=True)))
        found.append((conditional_cooperation(games)[0], slope))
    assert near(found) > 0.95
    assert 0.91 <= covering(found) <= 0.99


def test_quantal_response_is_recovered_from_play_of_a_game() -> None:
    rng, payoffs = (
        np.random.default_rng(14),
        {("S", "S"): (4, 4), ("S", "H"): (0, 3), ("H", "S"): (3, 0), ("H", "H"): (3, 3)},
    )
    found = []
    for _ in range(PEOPLE):
        precision, decisions = float(rng.uniform(0.3, 2.0)), []
        for _ in range(10):
            seen, played = {"H": 1, "S": 1}, []
            for other in rng.choice(["H", "S"], 20, p=[0.25, 0.75]).tolist():
                stag = 4 * seen["S"] / sum(seen.values())
                mine = "S" if rng.random() < 1 / (1 + np.exp(precision * (3 - stag))) else "H"
                played.append((mine, other))
                seen[other] += 1
            decisions += [
                Decision(
                    tuple(tuple(one._replace(others=()) for one in option) for option in made.options), made.chosen
                )
                for made in decisions_in_game(payoffs, played)
            ]
        found.append((inequity(decisions)[0], precision))
    assert near(found) > 0.7
    assert covering(found) >= 0.85


def test_what_decisions_cannot_tell_is_not_told() -> None:
    equal = [Decision(((Outcome(1.0, 1.0, (1.0,)),), (Outcome(1.0, 2.0, (2.0,)),)), 1)] * 9
    precision, envy, guilt = inequity(equal)
    assert precision.value and precision.value > 0 and envy.value is None and guilt.interval is None
    assert "0 choices bear on it" in envy.why
    assert inequity([])[0].value is None and risk([])[0].value is None
    assert risk([Decision(((Outcome(1.0, 1.0),), (Outcome(0.5, 2.0), Outcome(0.5, 0.5))), 0)] * 4)[0].value is None
    flat = [[(0.3, 0.5)] * 20]
    assert conditional_cooperation(flat)[0].value is None and conditional_cooperation([])[0].observations == 0
    with pytest.raises(InvalidRecord, match="not negative"):
        risk([Decision(((Outcome(1.0, -1.0),), (Outcome(1.0, 2.0),)), 0)])


def test_one_who_always_takes_the_most_gets_a_finite_precision() -> None:
    rng = np.random.default_rng(15)
    decisions = [
        Decision(tuple((Outcome(1.0, float(own), (float(other),)),) for own, other in paid), int(paid[:, 0].argmax()))
        for paid in rng.uniform(0, 10, (60, 2, 2))
    ]
    precision, envy, guilt = inequity(decisions)
    assert precision.interval is not None and precision.interval[0] > 0 and np.isfinite(precision.interval[1])
    for one in (envy, guilt):
        assert one.interval is not None and one.interval[0] < 0 < one.interval[1]
