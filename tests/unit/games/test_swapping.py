"""An agent is reached in another way from its next turn on; who, why and since when stand on record."""

from __future__ import annotations

from typing import Any

import pytest

from ethogram.events import AgentSwapped, Event, ScenarioPresented, SessionFinished, SwapAgent
from ethogram.services.scenario_generator.service import scenario_generator
from ethogram.topology import Driver, command_record
from tests.unit.games.stage import SESSION, decide, of, training

GRIM = {"adapter": "builtin", "config": {"strategy": "grim-trigger"}}


def command(**given: Any) -> SwapAgent:
    return SwapAgent.model_validate(
        {"session_id": SESSION, "command_id": "c", "actor": "maria", "reason": "why not", "agent_id": "a", **given}
    )


def played(swap_after: int, *commands: SwapAgent) -> tuple[list[Event], list[str]]:
    driver = Driver(scenario_generator)
    said: list[Event] = [record.event for record in driver.feed(command_record(training()))]
    for event in said:
        if not isinstance(event, ScenarioPresented):
            continue
        for each in commands if event.turn == swap_after + 1 else ():
            said += [record.event for record in driver.feed(command_record(each))]
        for seat in (0, 1):
            said += [record.event for record in driver.feed(command_record(decide(event, seat)))]
    return said, [error.message for _, error in driver.rejected]


def test_the_next_turn_is_put_before_the_other_agent_and_the_record_says_who_and_why() -> None:
    said, refused = played(4, command(**GRIM))
    (told,) = of(said, AgentSwapped)
    assert (told.actor, told.reason, told.turns) == ("maria", "why not", 4) and not refused
    assert told.before.config == {"strategy": "tit-for-tat"} and told.agent.config == GRIM["config"]
    configs = [event.seats[0].config["strategy"] for event in of(said, ScenarioPresented)]
    assert configs == ["tit-for-tat"] * 5 + ["grim-trigger"] * 15
    assert of(said, SessionFinished)[0].turns == 20


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({**GRIM, "agent_id": "z"}, "no agent 'z'; its agents: a, b"),
        ({"adapter": "bultin"}, "did you mean 'builtin'?"),
        ({"adapter": "python", "config": {"callable": "os:system"}}, "Python's own library"),
    ],
)
def test_what_cannot_be_is_refused_in_words(given: dict[str, Any], words: str) -> None:
    said, (refused,) = played(4, command(**given))
    assert words in refused and not of(said, AgentSwapped)


def test_the_same_again_says_nothing() -> None:
    same = command(adapter="builtin", config={"strategy": "tit-for-tat"})
    said, refused = played(4, same)
    assert not of(said, AgentSwapped) and not refused
