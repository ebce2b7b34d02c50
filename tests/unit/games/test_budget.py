"""A budget ends a session with words that say which one, and how far beyond; what was played goes to the council."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from ethogram.events import Budget, Event, ScenarioPresented, SessionAdmitted, SessionFinished, TurnResolved
from ethogram.topology import Driver, command_record
from tests.unit.games.stage import DIRECTOR, cast, decide, of, training


def played(tokens: int, cost_micros: int, **fields: Any) -> list[Event]:
    """A session in which each decision of agent `a` costs so much."""
    driver = Driver(DIRECTOR)
    said: list[Event] = [record.event for record in driver.feed(command_record(training(**fields)))]
    for event in said:
        if isinstance(event, ScenarioPresented):
            for seat in (0, 1):
                cost = {"tokens": tokens, "cost_micros": cost_micros} if seat == 0 else {}
                decision = decide(event, seat).model_copy(update=cost)
                said += [record.event for record in driver.feed(command_record(decision))]
    assert not driver.rejected
    return said


def agents(**budget: Any) -> list[dict[str, Any]]:
    first, second = cast("tit-for-tat", "always-defect")
    return [{**first, "budget": budget}, second]


@pytest.mark.parametrize(
    ("fields", "turns", "words"),
    [
        ({"agents": agents(tokens=50)}, 5, "agent 'a' is used up: 60 of 50 tokens"),
        ({"budget": {"tokens": 35}}, 3, "the session is used up: 40 of 35 tokens"),
        ({"budget": {"usd": 0.0025}}, 2, "the session is used up: 0.003000 of 0.002500 US dollars"),
        ({"budget": {"tokens": 0}}, 0, "10 of 0 tokens"),
    ],
)  # fmt: skip
def test_it_ends_when_a_budget_is_used_up(fields: dict[str, Any], turns: int, words: str) -> None:
    said = played(10, 1_000, **fields)
    (finished,) = of(said, SessionFinished)
    assert finished.cancelled and finished.actor == "budget" and words in finished.reason
    assert finished.turns == len(of(said, TurnResolved)) == turns


def test_what_fits_is_played_to_the_end() -> None:
    (finished,) = of(played(10, 1_000, budget={"tokens": 200, "usd": 0.02}), SessionFinished)
    assert not finished.cancelled and finished.turns == 20


def test_the_admission_tells_the_budgets() -> None:
    (admitted,) = of(played(0, 0, agents=agents(usd=1.5), budget={"tokens": 9}), SessionAdmitted)
    assert admitted.budget == Budget(tokens=9) and admitted.agents[0].budget == Budget(usd=1.5)


def test_a_budget_limits_something() -> None:
    with pytest.raises(ValidationError, match="needs tokens, usd or both"):
        Budget()
