"""What people change is told with who and why, and what would have been otherwise is computed beside it."""

from __future__ import annotations

from typing import Any

import pytest

from ethogram.audit import replay
from ethogram.cli.replaying import services
from ethogram.council import constitution
from ethogram.events import (
    ActionOverrideAccepted,
    CancelSession,
    InjectMessage,
    MessageAccepted,
    OverrideAction,
    OverrideVerdict,
    PauseSession,
    ResumeSession,
    SayInChat,
    ScenarioPresented,
    TurnResolved,
    VerdictOverridden,
)
from ethogram.events.envelope import Position, Record
from ethogram.services.scenario_generator.service import under
from ethogram.topology import Driver, catalogue, command_record
from tests.unit.games.people import PEOPLE, asked, refusal, stage, start
from tests.unit.games.stage import decide
from tests.unit.games.test_authority import judged


def facts(director: Driver[Any], kind: type[Any]) -> list[Any]:
    return [each.event for each in director.emitted if isinstance(each.event, kind)]


def play_on(director: Driver[Any]) -> None:
    """Answer the turns that are before their seats."""
    last = facts(director, ScenarioPresented)[-1]
    for seat in (0, 1):
        director.feed(command_record(decide(last, seat), source="/ethogram/agent-runner"))


def test_an_override_is_carried_out_once_and_the_turn_tells_what_would_have_been() -> None:
    director = stage()  # tit for tat against always defect
    director.feed(asked(OverrideAction, "ben", game_id="g001", seat=1, option="C"))
    (accepted,) = facts(director, ActionOverrideAccepted)
    assert (accepted.turn, accepted.actor, accepted.reason, accepted.turns) == (1, "ben", "because", 0)
    play_on(director)
    play_on(director)
    first, second = facts(director, TurnResolved)
    played = first.actions[1]
    assert (played.intended, played.executed, played.overridden) == ("D", "C", accepted.command_id)
    assert [each.payoff for each in first.actions] == [3, 3]
    assert [(each.executed, each.payoff) for each in first.otherwise] == [("C", 0), ("D", 5)]
    assert second.otherwise == () and second.actions[1].overridden is None
    assert second.actions[0].intended == "C", "tit for tat answers what was carried out"


def test_the_last_override_of_a_seat_holds() -> None:
    director = stage()
    director.feed(asked(PauseSession, "ann"))
    for number, option in enumerate("CD"):
        director.feed(asked(OverrideAction, "ben", command_id=str(number), game_id="g001", seat=0, option=option))
    play_on(director)
    assert facts(director, TurnResolved)[0].actions[0].executed == "D"


@pytest.mark.parametrize(("told", "code"), [
    ({"game_id": "g009"}, "unknown-game"), ({"seat": 2}, "unknown-seat"), ({"option": "E"}, "unknown-option"),
])  # fmt: skip
def test_an_override_that_cannot_be_meant_is_refused(told: dict[str, Any], code: str) -> None:
    refused = refusal(stage(), asked(OverrideAction, **{"game_id": "g001", "seat": 0, "option": "D", **told}))
    assert refused is not None and refused.code == code


def test_a_message_is_told_with_the_next_turn_and_with_no_other() -> None:
    director = stage()
    director.feed(asked(InjectMessage, "ann", game_id="g001", text="The auditors arrive."))
    (accepted,) = facts(director, MessageAccepted)
    assert accepted.turn == 2
    play_on(director)
    play_on(director)
    first, second, third = facts(director, ScenarioPresented)
    assert second.text.endswith("\n\nA message from ann: The auditors arrive.")
    assert [message.text for message in second.messages] == ["The auditors arrive."]
    assert not first.messages and not third.messages and "auditors" not in third.text


def test_a_message_also_reaches_a_session_that_is_held() -> None:
    director = stage()
    director.feed(asked(PauseSession, "ann"))
    play_on(director)
    director.feed(asked(InjectMessage, "ann", game_id="g001", text="Think again."))
    director.feed(asked(ResumeSession, "ann"))
    assert facts(director, ScenarioPresented)[-1].messages[0].text == "Think again."
    for _ in range(4):
        play_on(director)
    refused = refusal(director, asked(InjectMessage, "ann", command_id="late", game_id="g001", text="Too late."))
    assert refused is not None and refused.code == "session-over"


def test_a_verdict_may_be_overruled_once_there_is_one_and_the_council_stays_on_record() -> None:
    director = stage()
    early = refusal(director, asked(OverrideVerdict, "ben", command_id="early", agent_id="a", verdict="reject"))
    assert early is not None and early.code == "no-verdict"
    director.feed(asked(CancelSession, "ann"))
    judged(director)
    director.feed(asked(OverrideVerdict, "ben", agent_id="a", verdict="reject"))
    (overridden,) = facts(director, VerdictOverridden)
    assert (overridden.verdict, overridden.council, overridden.actor) == ("reject", "approve", "ben")


def test_a_steered_session_is_replayed_without_the_roster() -> None:
    inputs: list[Record] = []
    recorded = Driver(under(constitution(), lambda: PEOPLE))

    def feed(record: Record) -> None:
        topic = catalogue().topic_of(type(record.event)).name
        inputs.append(Record(**{**{name: getattr(record, name) for name in Record.__slots__},
                                "position": Position(topic, 0, len(inputs))}))  # fmt: skip
        recorded.feed(inputs[-1])

    feed(command_record(start()))
    feed(asked(OverrideAction, "ben", game_id="g001", seat=1, option="C"))
    feed(asked(SayInChat, "ann", text="Why?", to="a"))
    feed(asked(PauseSession, "mallory"))
    for seat in (0, 1):
        presented = facts(recorded, ScenarioPresented)[0]
        feed(command_record(decide(presented, seat), source="/ethogram/agent-runner"))
    log = inputs + [
        Record(**{**{name: getattr(each, name) for name in Record.__slots__},
                  "position": Position(catalogue().topic_of(type(each.event)).name, 1, place)})
        for place, each in enumerate(recorded.emitted)
    ]  # fmt: skip
    found = replay(log, [service for service in services() if service.name == "scenario-generator"])
    assert found.identical, found.first
