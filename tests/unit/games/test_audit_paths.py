"""Every path of commands, decisions and interventions leaves its line in the audit log: this is the list of paths."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ethogram.audit import replay
from ethogram.council import constitution
from ethogram.events import (
    AccusationDecided,
    AcknowledgeAlert,
    AnswerTurn,
    ApprovalExpired,
    AuditLogged,
    DeadlinePassed,
    DecideApproval,
    Event,
    ImportGames,
    InvalidRecord,
    NotificationSettled,
    RecordDeadLettered,
    RegisterAgent,
    StartTraining,
    TurnRuled,
    VerdictIssued,
)
from ethogram.events.envelope import Position, Record
from ethogram.games.steering import STEERING
from ethogram.services.scenario_generator.service import under
from ethogram.topology import Driver, catalogue, command_record
from tests.unit.games.people import PEOPLE, asked, refusal, stage, start
from tests.unit.games.stage import SESSION

PATHS: dict[type[Event], str] = {
    StartTraining: "a session is started, or refused",
    ImportGames: "recorded games are imported, or refused",
    **dict.fromkeys(STEERING, "a person steers a session, or is refused"),
    AnswerTurn: "a person answers for a seat",
    RegisterAgent: "an agent becomes known by a name, or is refused",
    AcknowledgeAlert: "somebody knows of an alert, or is refused",
    VerdictIssued: "the council decides about an agent",
    TurnRuled: "the council lets a turn take effect, or not",
    AccusationDecided: "the council decides an accusation",
    ApprovalExpired: "nobody answered a request for approval in time",
    NotificationSettled: "people were told of something, or could not be",
}
"""What has a line, and when."""
COMMANDED = catalogue().topic_of(AcknowledgeAlert).name
COMMANDS = {kind for kind in Event.BY_TYPE.values() if kind.COMMAND}


def _lines(director: Driver[Any], kind: type[Event]) -> list[AuditLogged]:
    found = [each.event for each in director.emitted if isinstance(each.event, AuditLogged)]
    return [line for line in found if line.what == kind.TYPE]


def test_every_command_there_is_stands_in_the_list() -> None:
    assert set(PATHS) >= COMMANDS, "a new command needs a line in the audit log: games/steering.py"


@pytest.mark.parametrize("kind", list(PATHS))
def test_the_director_decides_on_every_path(kind: type[Event]) -> None:
    assert kind in under(constitution()).decides


@pytest.mark.parametrize("kind", [*STEERING, AcknowledgeAlert])
def test_who_may_not_is_refused_and_that_has_a_line(kind: type[Event]) -> None:
    director = stage()
    told: dict[str, Any] = {
        "game_id": "g001", "seat": 0, "option": "D", "text": "hear me", "agent_id": "a", "verdict": "reject",
        "approval_id": "q1", "decision": "approve", "adapter": "builtin", "alert_id": 3,
        "skill": "search",
    }  # fmt: skip
    fields = {name: value for name, value in told.items() if name in kind.model_fields}
    if kind is DecideApproval:
        fields.pop("option")
    assert refusal(director, asked(kind, "mallory", **fields)) is not None
    (line,) = _lines(director, kind)
    assert (line.who, line.signed) == ("mallory", False) and line.verdict.startswith("refused: ")


def test_an_alert_is_acknowledged_by_somebody_on_the_roster_once_and_by_nobody_else() -> None:
    director = Driver(under(constitution(), lambda: PEOPLE))
    refused = refusal(director, asked(AcknowledgeAlert, "ben", alert_id=3))
    assert refused is not None and "takes the role operator" in refused.message
    record = asked(AcknowledgeAlert, "ann", alert_id=3)
    assert refusal(director, record) is None
    (accepted,) = [line for line in _lines(director, AcknowledgeAlert) if line.verdict == "accepted"]
    assert (accepted.who, accepted.why, accepted.signed) == ("ann", "because", True)
    twice = refusal(director, replace(record, id="again"))  # type: ignore[arg-type]
    assert twice is not None and twice.code == "command-used"


def test_a_replay_of_an_acknowledgement_asks_the_people_of_then() -> None:
    director = Driver(under(constitution(), lambda: PEOPLE))
    record = asked(AcknowledgeAlert, "ann", alert_id=3)
    assert refusal(director, record) is None
    report = replay([record, *director.emitted], [under(constitution())])
    assert report.identical, report.differences


def test_a_replay_of_a_refused_acknowledgement_asks_the_people_of_then() -> None:
    director = Driver(under(constitution(), lambda: PEOPLE))
    log = [replace(asked(AcknowledgeAlert, who, alert_id=3), position=Position(COMMANDED, 0, offset))
           for offset, who in enumerate(("ben", "mallory"))]  # fmt: skip
    assert all(refusal(director, record) for record in log)
    assert [bool(line.people) for line in _lines(director, AcknowledgeAlert)] == [True, True]
    report = replay([*log, *director.emitted], [under(constitution())])
    assert report.identical, report.differences


@pytest.mark.parametrize("command", [asked(AcknowledgeAlert, "ann", alert_id=3), command_record(start())])
def test_a_replay_of_what_an_unreadable_roster_refused_refuses_it_again(command: Record) -> None:
    def unreadable() -> tuple[()]:
        raise InvalidRecord("people", "people.yaml: line 3 is no person")

    director = Driver(under(constitution(), unreadable))
    record = replace(command, position=Position(COMMANDED, 0, 0))
    refused = refusal(director, record)
    assert refused is not None and director.emitted
    letter = RecordDeadLettered(
        session_id=record.event.session_id, consumer="ethogram.scenario-generator", topic=COMMANDED, partition=0,
        offset=0, stage="decide", code=refused.code, message=refused.message,
    )  # fmt: skip
    told = command_record(letter, source="/ethogram/scenario-generator")
    report = replay([record, *director.emitted, told], [under(constitution())])
    assert report.identical, report.differences


def test_what_is_no_command_of_people_has_a_line_too() -> None:
    director = Driver(under(constitution()))
    director.feed(command_record(start()))
    told = NotificationSettled.model_validate({
        "session_id": SESSION, "about": "e", "channel": "desk", "via": "slack", "purpose": "approval",
        "outcome": "delivered", "subject": "s", "text": "t",
    })  # fmt: skip
    answer = AnswerTurn.model_validate({
        "session_id": SESSION, "command_id": "c", "actor": "ann", "game_id": "g001", "turn": 1, "seat": 0,
        "option": "C",
    })  # fmt: skip
    for event, who, verdict in (
        (told, "/ethogram/agent-runner", "delivered: desk"), (answer, "ann", "handed in: C, seat 0 of g001, turn 1"),
    ):  # fmt: skip
        director.feed(command_record(event, source="/ethogram/agent-runner"))
        (line,) = _lines(director, type(event))
        assert (line.who, line.verdict) == (who, verdict)


def test_nothing_but_the_clocks_may_come_of_what_the_director_awaits() -> None:
    director = under(constitution())
    answered = {kind for kind in director.emits if director.may_answer(kind.model_construct())}
    assert answered == {DeadlinePassed, ApprovalExpired}, "any other record without a number is a finding of a replay"
