"""Reading and deciding touch nothing and raise nothing, whatever the record is."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from ethogram.events import Event, InvalidRecord, SessionRejected, StartTraining, Value
from ethogram.events.envelope import Position, Raw, rfc3339
from ethogram.runtime.batch import decide, read
from ethogram.topology import Kept, Refusal, Service, catalogue

COMMANDS = "ethogram.training.commands.v1"
TRAINING = (
    b'{"name":"q","agents":[{"id":"a","adapter":"builtin"},{"id":"b","adapter":"builtin"}],'
    b'"games":[{"game":"prisoners-dilemma"}]}'
)


def admit(state: Value, command: StartTraining) -> tuple[Value, Sequence[Event]]:
    """Refuse by name, burst by name, or say nothing."""
    if command.name == "refuse":
        raise InvalidRecord("refused", "by name")
    if command.name == "burst":
        raise ZeroDivisionError
    return state, ()


def reject(_state: Value, refusal: Refusal) -> Sequence[Event]:
    """What a director says."""
    return (SessionRejected(session_id=refusal.session_id, reason=refusal.message, command_id=refusal.record_id),)


DIRECTOR = Service(
    name="scenario-generator",
    initial=Value(),
    decides={StartTraining: admit},
    refuses={StartTraining: reject},
    emits=(SessionRejected,),
)


def command(value: bytes | None, headers: tuple[tuple[str, bytes], ...] = (), offset: int = 5) -> Raw:
    """A record on the commands topic."""
    return Raw(Position(COMMANDS, 0, offset), None, value, headers, 1_795_000_000_000)


def outcome(raw: Raw) -> tuple[str | None, list[str]]:
    """Code of the failure, and what the director said."""
    item = read(DIRECTOR, raw)
    states = {item.key: Kept(DIRECTOR.initial)} if item.key else {}
    decide(DIRECTOR, item, states, None, None)
    return item.failure.code if item.failure else None, [type(record.event).__name__ for record in item.emitted]


def test_a_bare_command_is_accepted() -> None:
    assert outcome(command(TRAINING)) == (None, [])


def test_a_refused_command_is_answered() -> None:
    assert outcome(command(TRAINING.replace(b'"q"', b'"refuse"'))) == ("refused", ["SessionRejected"])


def test_a_command_that_cannot_be_read_is_answered_too() -> None:
    assert outcome(command(b'{"name":"q"}')) == ("schema", ["SessionRejected"])
    assert outcome(command(b"{")) == ("not-json", ["SessionRejected"])


def test_the_answer_names_the_session_that_was_asked_for_and_kafkas_time() -> None:
    session = str(uuid4())
    item = read(DIRECTOR, command(b'{"name":"q","session_id":"%s"}' % session.encode()))
    decide(DIRECTOR, item, {session: Kept(DIRECTOR.initial)}, None, None)
    assert item.key == session
    assert item.emitted[0].event.session_id == session
    assert item.emitted[0].time == rfc3339(1_795_000_000_000)


def test_an_unforeseen_error_is_a_failure_and_says_nothing() -> None:
    assert outcome(command(TRAINING.replace(b'"q"', b'"burst"'))) == ("unforeseen", [])


def test_commands_of_two_writers_with_one_id_are_two() -> None:
    common = (("ce_specversion", b"1.0"), ("ce_type", StartTraining.TYPE.encode()), ("ce_id", b"1"))
    first, second = (read(DIRECTOR, command(TRAINING, (*common, ("ce_source", source)))) for source in (b"/a", b"/b"))
    assert first.record
    assert first.inbox_id != second.inbox_id


@given(
    value=st.none() | st.binary(max_size=60) | st.just(TRAINING),
    headers=st.lists(
        st.tuples(
            st.sampled_from(["ce_id", "ce_type", "ce_source", "ce_specversion", "content-type", "redrive_id", "x"]),
            st.binary(max_size=12) | st.sampled_from([b"1.0", b"application/json", b"application/cloudevents+json"]),
        ),
        max_size=6,
    ),
    topic=st.sampled_from(sorted(name for name, topic in catalogue().topics.items() if not topic.raw)),
)
def test_no_record_makes_reading_raise(value: bytes | None, headers: list[tuple[str, bytes]], topic: str) -> None:
    item = read(DIRECTOR, Raw(Position(topic, 0, 0), b"k", value, tuple(headers)))
    assert (item.record is None) == (item.failure is not None)
    assert item.failure is None or item.failure.foreseen
