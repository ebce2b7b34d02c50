"""Routing: a record reaches a rule by its type, and a task by its content."""

from __future__ import annotations

from ethogram.events import DecisionMade, Option, ScenarioPresented, Seat, SessionId, TurnResolved
from ethogram.services.action_tracker.service import action_tracker
from ethogram.services.agent_runner.service import agent_runner
from ethogram.services.scenario_generator.service import scenario_generator
from ethogram.topology import Driver, catalogue, command_record

SESSION = SessionId("6f1c2f0e-0000-4000-8000-000000000001")


def _presented(*adapters: str) -> ScenarioPresented:
    options = tuple(Option(id=symbol, text=symbol, leaning=symbol) for symbol in "CD")
    seats = tuple(
        Seat(seat=seat, agent_id=f"agent-{seat}", adapter=adapter, config={"strategy": "tit-for-tat"})
        for seat, adapter in enumerate(adapters)
    )
    return ScenarioPresented(
        session_id=SESSION, game_id="g001", turn=1, turns=5, kind="game", seed="00", text="Choose.", options=options,
        seats=seats, history=("", ""),
    )  # fmt: skip


def test_by_content_built_in_seats_are_decided_at_once_and_only_the_others_become_tasks() -> None:
    presented = _presented("builtin", "python")
    decided = Driver(agent_runner).feed(command_record(presented))
    assert [(record.event.seat, record.event.option) for record in decided] == [(0, "C")]  # type: ignore[attr-defined]
    assert agent_runner.performs[ScenarioPresented].tasks(presented) == ("1",)
    assert agent_runner.performs[ScenarioPresented].tasks(_presented("builtin", "builtin")) == ()


def test_by_type_each_service_has_a_rule_only_for_what_concerns_it() -> None:
    assert DecisionMade in scenario_generator.decides and TurnResolved not in scenario_generator.decides
    assert TurnResolved in action_tracker.decides and DecisionMade not in action_tracker.decides
    assert Driver(action_tracker).feed(command_record(_presented("builtin", "builtin"))) == ()


def test_every_event_has_one_topic_and_every_topic_knows_its_events() -> None:
    for topic in catalogue().topics.values():
        for event_type in topic.types.values():
            assert catalogue().topic_of(event_type) is topic
