"""Agents become known by a name once their adapter finds them right; trainings that name them get what is known."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from ethogram.agents import checks
from ethogram.events import AgentRegistered, AuditLogged, RegisterAgent
from ethogram.runtime.store.agents import reference_problems
from ethogram.services.scenario_generator.service import scenario_generator
from ethogram.topology import drive
from ethogram.topology.drive import command_record


def told(**given: Any) -> tuple[list[Any], list[str]]:
    driver = drive(scenario_generator, [command_record(RegisterAgent(command_id="c", **given))])
    events = [record.event for record in driver.emitted if not isinstance(record.event, AuditLogged)]
    return events, [error.message for _, error in driver.rejected]


def test_a_right_one_is_told_under_a_key_of_its_own() -> None:
    ((event,), refused) = told(name="patient", adapter="builtin", config={"strategy": "grim-trigger"}, actor="maria")
    assert isinstance(event, AgentRegistered) and not refused
    assert (event.name, event.actor, event.key) == ("patient", "maria", event.session_id)
    assert event.session_id != told(name="other", adapter="builtin", config={"strategy": "ALLD"})[0][0].session_id


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"adapter": "bultin"}, "unknown adapter 'bultin'; did you mean 'builtin'?"),
        ({"adapter": "builtin", "config": {"strategy": "tit-for-tax"}}, "did you mean 'tit-for-tat'?"),
        ({"adapter": "python", "config": {"callable": "os:system"}}, "Python's own library"),
    ],
)
def test_a_wrong_one_is_refused_in_words(given: dict[str, Any], words: str) -> None:
    events, (refused,) = told(name="x", **given)
    assert not events and words in refused


def test_nobody_chooses_the_key() -> None:
    assert RegisterAgent(session_id="mine", name="a", adapter="b") == RegisterAgent(name="a", adapter="b")  # type: ignore[arg-type]
    with pytest.raises(ValidationError):
        RegisterAgent(name="../a", adapter="b")


def test_a_reference_holds_a_name_and_nothing_else() -> None:
    assert reference_problems({"name": "patient"}) == []
    assert reference_problems({"name": "patient", "strategy": "x"}) and reference_problems({})
    assert "registered" not in checks(), "the bus carries resolved agents only"
