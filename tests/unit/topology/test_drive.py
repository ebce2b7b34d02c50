"""In memory, services meet as they do on the bus: by topic, once per id, one state per key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ethogram.events import (
    CancelSession,
    DecisionMade,
    Event,
    PauseSession,
    ResumeSession,
    ScenarioPresented,
    SessionPaused,
    SessionResumed,
    TurnResolved,
    Value,
    derive,
)
from ethogram.topology import Bus, Driver, Effect, Service, command_record, drive

ONE, OTHER = derive("one"), derive("other")


class Pauses(Value):
    """How often a session was paused."""

    count: int = 0


def pause(state: Pauses, event: PauseSession) -> tuple[Pauses, Sequence[Event]]:
    """Counts, and says so."""
    told = {"session_id": event.session_id, "command_id": event.command_id, "actor": event.actor, "turns": state.count}
    return Pauses(count=state.count + 1), (SessionPaused.model_validate(told),)


def resume(state: Pauses, event: SessionPaused) -> tuple[Pauses, Sequence[Event]]:
    """Answers each pause at once."""
    told = {"session_id": event.session_id, "command_id": event.command_id, "actor": "clock"}
    return state, (SessionResumed.model_validate(told),)


PAUSER = Service(name="pauser", initial=Pauses(), decides={PauseSession: pause}, emits=(SessionPaused,))
RESUMER = Service(name="resumer", initial=Pauses(), decides={SessionPaused: resume}, emits=(SessionResumed,))


def paused(session: str, command: str) -> PauseSession:
    return PauseSession.model_validate({"session_id": session, "command_id": command})


def test_each_key_has_a_state_of_its_own() -> None:
    driver = drive(PAUSER, map(command_record, [paused(ONE, "a"), paused(OTHER, "b"), paused(ONE, "c")]))
    assert (driver.state(ONE).count, driver.state(OTHER).count, driver.state(derive("none")).count) == (2, 1, 0)
    assert [record.sequence for record in driver.emitted] == [1, 1, 2]


def test_a_record_that_comes_again_is_passed_over() -> None:
    driver = Driver(PAUSER)
    record = command_record(paused(ONE, "a"))
    assert len(driver.feed(record)) == 1 and driver.feed(record) == ()
    assert driver.state(ONE).count == 1 and len(driver.emitted) == 1


def test_a_refused_record_is_kept_with_its_reason() -> None:
    numbered = replace(command_record(paused(ONE, "a")), sequence=4)
    (placed,) = Bus([PAUSER]).play(paused(OTHER, "z"))[:1]
    driver = drive(PAUSER, [replace(numbered, position=placed.position)])
    ((record, reason),) = driver.rejected
    assert (record.sequence, reason.code, driver.state(ONE).count) == (4, "gap", 0)


def test_services_answer_each_other_until_the_bus_is_quiet() -> None:
    log = Bus([PAUSER, RESUMER]).play(paused(ONE, "a"), paused(ONE, "b"))
    assert [type(record.event) for record in log] == [
        PauseSession, PauseSession, SessionPaused, SessionPaused, SessionResumed, SessionResumed,
    ]  # fmt: skip
    assert [record.causation for record in log[2:]] == [record.id for record in log[:4]]


def test_a_type_that_nobody_reads_stays_in_the_log_and_moves_no_state() -> None:
    cancel = CancelSession.model_validate({"session_id": ONE, "command_id": "c"})
    bus = Bus([PAUSER, RESUMER])
    assert [record.event for record in bus.play(cancel)] == [cancel]
    assert bus.drivers["pauser"].state(ONE) == Pauses() and bus.drivers["resumer"].kept == {}


def test_types_that_a_service_has_no_rule_for_leave_no_gap_in_the_numbers_of_their_writer() -> None:
    def both(state: Pauses, event: PauseSession) -> tuple[Pauses, Sequence[Event]]:
        (told,) = pause(state, event)[1]
        return state, (told, *resume(state, SessionPaused.model_validate(told.model_dump()))[1])

    def hear(state: Pauses, event: SessionResumed) -> tuple[Pauses, Sequence[Event]]:
        return Pauses(count=state.count + 1), ()

    writer = replace(PAUSER, decides={PauseSession: both}, emits=(SessionPaused, SessionResumed))
    bus = Bus([writer, Service(name="reader", initial=Pauses(), decides={SessionResumed: hear})])
    log = bus.play(paused(ONE, "a"), paused(ONE, "b"))
    assert [record.sequence for record in log[2:]] == [1, 2, 3, 4]
    assert bus.drivers["reader"].rejected == [] and bus.drivers["reader"].state(ONE).count == 2


def test_every_record_has_a_place_and_offsets_count_per_topic() -> None:
    log = Bus([PAUSER, RESUMER]).play(paused(ONE, "a"), paused(OTHER, "b"))
    places = [(record.position.topic, record.position.offset) for record in log if record.position]
    assert len(set(places)) == len(log) == 6
    assert places[2:] == [("ethogram.session.lifecycle.v1", offset) for offset in range(4)]


def test_a_bus_played_twice_says_the_same() -> None:
    first, second = (Bus([PAUSER, RESUMER]).play(paused(ONE, "a"), paused(ONE, "b")) for _ in range(2))
    assert first == second


def test_an_effect_is_asked_once_per_task_and_its_answer_enters_the_log() -> None:
    asked: list[str] = []

    def present(state: Pauses, event: ResumeSession) -> tuple[Pauses, Sequence[Event]]:
        told = {"session_id": event.session_id, "game_id": "g", "turn": 1, "turns": 1, "kind": "game", "seed": "",
                "text": "", "options": [], "seats": [], "history": []}  # fmt: skip
        return state, (ScenarioPresented.model_validate(told),)

    def answer(event: ScenarioPresented, task: str) -> Sequence[Event]:
        asked.append(task)
        told = {"session_id": event.session_id, "game_id": "g", "turn": 1, "seat": int(task), "agent_id": "a",
                "presented_id": event.id, "outcome": "chosen"}  # fmt: skip
        return (DecisionMade.model_validate(told),)

    async def never(event: ScenarioPresented, task: str, deps: object) -> Sequence[Event]:
        raise AssertionError("in memory the world is not touched")

    host = Service(name="host", initial=Pauses(), decides={ResumeSession: present}, emits=(ScenarioPresented,))
    effect = Effect(tasks=lambda event: ("0", "1"), run=never)
    seats = Service(name="seats", initial=Pauses(), performs={ScenarioPresented: effect}, emits=(DecisionMade,))
    command = ResumeSession.model_validate({"session_id": ONE, "command_id": "r"})
    log = Bus([host, seats], answers={ScenarioPresented: answer}).play(command)
    made = [record for record in log if isinstance(record.event, DecisionMade)]
    assert asked == ["0", "1"] and [record.sequence for record in made] == [None, None]
    assert seats.consumes == {ScenarioPresented} and TurnResolved not in seats.consumes
