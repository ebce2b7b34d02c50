"""Settling against the real PostgreSQL: once, in order, all or nothing, and poison alone is set aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

import orjson
import pytest
from sqlalchemy import Engine, text

from ethogram.events import RecordDeadLettered
from ethogram.events.envelope import Position, Raw
from ethogram.runtime.settle import Settled, Settler
from ethogram.runtime.store import offsets, tasks
from ethogram.runtime.store.offsets import Zombie
from ethogram.runtime.store.outbox import Sent
from ethogram.topology import catalogue
from tests.integration.runtime.conftest import query, raw_call, with_header
from tests.integration.runtime.toy import INPUT, OUTPUT, Tally, toy

NOTICES = catalogue().topic_of(RecordDeadLettered).name
LETTERS = catalogue().dead_letters.name


class Sending(Settler[Tally]):
    """A settler whose messages all reach Kafka at once, as far as the database knows."""

    sent = Sent()

    def settle(self, raws: Sequence[Raw], **given: Any) -> Settled:
        """Settle, and remember what was posted as acknowledged."""
        settled = super().settle(raws, sent=self.sent, **given)
        self.sent = Sent(tuple(posted.pos for posted in settled.posted))
        return settled


@pytest.fixture
def settler(name: str, engine: Engine) -> Settler[Tally]:
    """A toy's settler."""
    return Sending(toy(name), engine)


def topics(settled: Settled) -> list[str]:
    """Where the messages go."""
    return [posted.message.topic for posted in settled.posted]


def ledger(engine: Engine, name: str, kind: str = "call") -> int:
    """How often a projection ran for a record."""
    statement = "SELECT count(*) FROM toy_ledger WHERE service = :name AND kind = :kind"
    return int(query(engine, statement, name=name, kind=kind))


def letters(engine: Engine, name: str) -> list[tuple[str, str, bool]]:
    """Stage, code and foreseen of each dead letter."""
    statement = "SELECT stage, code, foreseen FROM dead_letters WHERE service = :name ORDER BY id"
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement), {"name": name})]


def kept(engine: Engine, name: str, session_id: str, column: str) -> Any:
    """A column of the toy's state of a session."""
    statement = f"SELECT {column} FROM service_state WHERE service = :name AND key = :key"
    return query(engine, statement, name=name, key=session_id)


def headers_of(settled: Settled, topic: str) -> dict[str, str]:
    """Headers of the first message to a topic."""
    message = next(posted.message for posted in settled.posted if posted.message.topic == topic)
    return {header: value.decode() for header, value in message.headers}


def test_a_batch_is_decided_projected_and_enqueued(
    settler: Settler[Tally], engine: Engine, name: str, session_id: str
) -> None:
    settled = settler.settle([raw_call(session_id, turn) for turn in (1, 2, 3)])
    assert topics(settled) == [OUTPUT] * 3
    assert ledger(engine, name) == ledger(engine, name, "score") == 3
    assert bytes(kept(engine, name, session_id, "body")) == b'{"calls":3}'


def test_a_record_that_comes_twice_counts_once(
    settler: Settler[Tally], engine: Engine, name: str, session_id: str
) -> None:
    raws = [raw_call(session_id, 1), raw_call(session_id, 1, offset=7), raw_call(session_id, 2)]
    assert topics(settler.settle(raws)) == [OUTPUT] * 2
    assert settler.settle(raws).posted == []
    assert Settler(toy(name), engine).settle(raws).posted == []
    assert ledger(engine, name) == 2
    assert letters(engine, name) == []


def test_the_same_id_with_other_bytes_is_a_finding(
    settler: Settler[Tally], engine: Engine, name: str, session_id: str
) -> None:
    settler.settle([raw_call(session_id, 1)])
    forged = raw_call(session_id, 1, "count!", offset=9)
    settled = settler.settle([forged])
    assert topics(settled) == [LETTERS, NOTICES]
    assert letters(engine, name) == [("decode", "equivocation", True)]
    assert settler.settle([forged]).posted == []
    twice = [raw_call(session_id, 2), raw_call(session_id, 2, "other", offset=10)]
    assert topics(settler.settle(twice)) == [OUTPUT, LETTERS, NOTICES]
    assert ledger(engine, name) == 2


def test_another_process_sees_the_state_and_continues(
    settler: Settler[Tally], engine: Engine, name: str, session_id: str
) -> None:
    other = Settler(toy(name), engine)
    for turn in range(1, 7):
        (settler if turn % 2 else other).settle([raw_call(session_id, turn)])
    assert bytes(kept(engine, name, session_id, "body")) == b'{"calls":6}'
    assert kept(engine, name, session_id, "sent") == {OUTPUT: 6}


def test_what_another_process_left_unsent_of_a_session_goes_out_first(
    engine: Engine, name: str, session_id: str
) -> None:
    killed, successor = Settler(toy(name), engine), Settler(toy(name), engine)
    left = killed.settle([raw_call(session_id, 1), raw_call(str(uuid4()), 1)])
    settled = successor.settle([raw_call(session_id, 2)])
    assert [posted.pos for posted in settled.posted][:1] == [left.posted[0].pos]
    assert len(settled.posted) == 2
    flying = Sent(flying=tuple(posted.pos for posted in settled.posted))
    assert len(successor.settle([raw_call(session_id, 3)], sent=flying).posted) == 1


def test_a_zombie_writes_nothing(settler: Settler[Tally], engine: Engine, name: str, session_id: str) -> None:
    with engine.begin() as connection:
        first = offsets.claim(connection, name, INPUT, "id-1", [0])
    epochs = {place: claim.epoch for place, claim in first.items()}
    settler.settle([raw_call(session_id, 1, offset=0)], epochs=epochs)
    with engine.begin() as connection:
        second = offsets.claim(connection, name, INPUT, "id-1", [0])
    assert second[INPUT, 0].next_offset == 1
    with pytest.raises(Zombie):
        settler.settle([raw_call(session_id, 2, offset=1)], epochs=epochs)
    assert ledger(engine, name) == 1
    settler.settle([raw_call(session_id, 2, offset=1)], epochs={place: claim.epoch for place, claim in second.items()})
    assert ledger(engine, name) == 2


def test_a_topic_made_anew_starts_anew(engine: Engine, name: str) -> None:
    with engine.begin() as connection:
        epoch = offsets.claim(connection, name, INPUT, "id-1", [0])[INPUT, 0].epoch
        offsets.advance(connection, name, {(INPUT, 0): 40}, {(INPUT, 0): epoch})
        assert offsets.claim(connection, name, INPUT, "id-1", [0])[INPUT, 0].next_offset == 40
        assert offsets.claim(connection, name, INPUT, "id-2", [0])[INPUT, 0].next_offset == 0


def test_a_gap_is_set_aside_and_the_true_successor_goes_on(
    settler: Settler[Tally], engine: Engine, name: str, session_id: str
) -> None:
    settled = settler.settle([raw_call(session_id, 1), raw_call(session_id, 5), raw_call(session_id, 2)])
    assert topics(settled) == [OUTPUT, OUTPUT, LETTERS, NOTICES]
    assert letters(engine, name) == [("sequence", "gap", True)]
    forward = settler.settle([raw_call(session_id, 3), raw_call(session_id, 4), raw_call(session_id, 6)])
    assert topics(forward) == [OUTPUT] * 3  # 5 is set aside: it is no gap for 6
    assert letters(engine, name) == [("sequence", "gap", True)]


def test_nobody_waits_for_a_record_that_nobody_can_read(
    settler: Settler[Tally], engine: Engine, name: str, session_id: str
) -> None:
    broken = replace(raw_call(session_id, 2), value=b"{")
    settled = settler.settle([raw_call(session_id, 1), broken, raw_call(session_id, 3)])
    assert topics(settled) == [OUTPUT, OUTPUT, LETTERS, NOTICES]
    notice = next(posted.message.value for posted in settled.posted if posted.message.topic == NOTICES)
    assert orjson.loads(notice or b"")["sequence"] == 2
    other = Settler(toy(name), engine)  # another process knows that from the database
    again = with_header(raw_call(session_id, 2, offset=20), "redrive_id", f"{name}/1.1".encode())
    settled = other.settle([raw_call(session_id, 4), again, raw_call(session_id, 5)])
    assert topics(settled)[-3:] == [OUTPUT] * 3  # before them what the first one left unsent
    assert letters(engine, name) == [("decode", "not-json", True)]
    assert ledger(engine, name) == 5


def test_a_broken_record_of_a_stranger_takes_no_number(
    settler: Settler[Tally], engine: Engine, name: str, session_id: str
) -> None:
    forged = raw_call(session_id, 1)
    foreign = replace(forged, value=b"{", headers=swapped(forged, "ce_source", b"/somebody"))
    ours = replace(forged, value=b"{", position=replace(forged.position, offset=9))
    settler.settle([foreign, ours, raw_call(session_id, 1, offset=10), raw_call(session_id, 2, offset=11)])
    assert letters(engine, name) == [("decode", "not-json", True)] * 2
    assert ledger(engine, name) == 2


def test_what_a_service_refuses_is_set_aside_with_its_words(
    settler: Settler[Tally], engine: Engine, name: str, session_id: str
) -> None:
    refused = raw_call(session_id, 1, "refuse")
    settled = settler.settle([refused, raw_call(session_id, 2)])
    assert letters(engine, name) == [("decide", "refused", True)]
    said = headers_of(settled, LETTERS)
    assert said["dlq_topic"] == INPUT
    assert said["dlq_offset"] == "1"
    assert said["dlq_group"] == f"ethogram.{name}"
    assert said["dlq_stage"] == "decide"
    assert said["dlq_error_message"] == "the toy was asked to refuse"
    assert said["ce_id"] == dict(refused.headers)["ce_id"].decode()
    assert ledger(engine, name) == 1


def test_an_unforeseen_error_takes_nothing_else_with_it(
    settler: Settler[Tally], engine: Engine, name: str, session_id: str
) -> None:
    settler.settle([raw_call(session_id, 1), raw_call(session_id, 2, "burst"), raw_call(session_id, 3)])
    assert letters(engine, name) == [("decide", "unforeseen", False)]
    assert ledger(engine, name) == 2


def test_a_record_that_breaks_the_transaction_is_found_and_set_aside(
    settler: Settler[Tally], engine: Engine, name: str, session_id: str
) -> None:
    raws = [raw_call(session_id, turn, "poison" if turn == 5 else "count") for turn in range(1, 9)]
    settled = settler.settle(raws)
    assert topics(settled).count(OUTPUT) == 7
    assert letters(engine, name) == [("project", "unforeseen", False)]
    assert ledger(engine, name) == 7


def test_the_limit_stops_before_a_topic_is_set_aside(
    settler: Settler[Tally], engine: Engine, name: str, session_id: str
) -> None:
    settled = settler.settle([raw_call(session_id, turn, "burst") for turn in range(1, 121)])
    assert settled.halted
    assert len(letters(engine, name)) == 50


def test_foreseen_errors_never_stop_a_service(
    settler: Settler[Tally], engine: Engine, name: str, session_id: str
) -> None:
    settled = settler.settle([raw_call(session_id, turn, "refuse") for turn in range(1, 301)])
    assert not settled.halted
    assert len(letters(engine, name)) == 300


def test_a_redriven_record_enters_once(settler: Settler[Tally], engine: Engine, name: str, session_id: str) -> None:
    settler.settle([raw_call(session_id, 1), raw_call(session_id, 3)])  # 3 before 2: a gap
    settler.settle([raw_call(session_id, 2)])
    for offset in (20, 21):
        again = with_header(raw_call(session_id, 3, offset=offset), "redrive_id", f"{name}/1.1".encode())
        settler.settle([again])
    settler.settle([raw_call(session_id, 4, offset=22)])
    assert ledger(engine, name) == 4
    assert letters(engine, name) == [("sequence", "gap", True)]


def test_a_repeat_beside_it_does_not_hide_a_redriven_record(
    settler: Settler[Tally], engine: Engine, name: str, session_id: str
) -> None:
    settler.settle([raw_call(session_id, 1), raw_call(session_id, 3), raw_call(session_id, 2)])
    repeat = raw_call(session_id, 3, offset=20)
    again = with_header(raw_call(session_id, 3, offset=21), "redrive_id", f"{name}/1.1".encode())
    settler.settle([repeat, again, repeat])
    assert ledger(engine, name) == 3


def test_a_record_redriven_for_another_service_is_passed_over(
    settler: Settler[Tally], engine: Engine, name: str, session_id: str
) -> None:
    again = with_header(raw_call(session_id, 1), "redrive_id", b"judge/1.1")
    assert settler.settle([again, replace(again, value=b"not json")]).posted == []
    assert letters(engine, name) == []


def bad(raw: Raw, offset: int, **changes: Any) -> Raw:
    """`raw` spoilt, at an offset of its own."""
    return replace(raw, position=Position(INPUT, 1, offset), **changes)


def without(raw: Raw, header: str) -> Any:
    """Headers but one."""
    return tuple(pair for pair in raw.headers if pair[0] != header)


def swapped(raw: Raw, header: str, value: bytes) -> Any:
    """Headers with another value for one."""
    return tuple((name, value if name == header else old) for name, old in raw.headers)


def bad_records(session_id: str) -> dict[str, Raw]:
    """Kinds of record that no service can process."""
    good = raw_call(session_id, 1)
    value = good.value or b""
    changes: dict[str, dict[str, Any]] = {
        "not json": {"value": b"{"},
        "empty": {"value": b""},
        "not an object": {"value": b"[1]"},
        "NaN": {"value": b'{"a":NaN}'},
        "deep": {"value": b"[" * 100_000},
        "not UTF-8": {"value": b'{"a":"\xff"}'},
        "lone surrogate": {"value": b'{"session_id":"\\ud800"}'},
        "NUL in the session": {"value": value.replace(session_id.encode(), b"a\\u0000b")},
        "tombstone": {"value": None},
        "wrong schema": {"value": b'{"session_id":"x"}'},
        "null key": {"key": None},
        "other key": {"key": str(uuid4()).encode()},
        "no id": {"headers": without(good, "ce_id")},
        "no type": {"headers": without(good, "ce_type")},
        "no specversion": {"headers": without(good, "ce_specversion")},
        "no headers": {"headers": ()},
        "unknown type": {"headers": swapped(good, "ce_type", b"ethogram.nothing.here.v1")},
        "unknown version": {"headers": swapped(good, "ce_type", b"ethogram.model.called.v9")},
        "wrong id": {"headers": swapped(good, "ce_id", str(uuid4()).encode())},
        "header twice": {"headers": (*good.headers, ("ce_id", b"x"))},
        "header not UTF-8": {"headers": swapped(good, "ce_source", b"\xff")},
        "content type": {"headers": swapped(good, "content-type", b"application/avro")},
        "sequence": {"headers": swapped(good, "ce_sequence", b"first")},
        "time": {"headers": swapped(good, "ce_time", b"yesterday")},
        "long source": {"headers": swapped(good, "ce_source", b"/" + b"x" * 5_000)},
        "large": {"value": b'{"session_id":"' + b"x" * 4_000_000 + b'"}'},
    }
    return {kind: bad(good, 100 + index, **change) for index, (kind, change) in enumerate(changes.items())}


def test_each_bad_record_is_one_dead_letter_and_blocks_nothing(
    settler: Settler[Tally], engine: Engine, name: str, session_id: str
) -> None:
    spoilt = bad_records(session_id)
    settled = settler.settle([*spoilt.values(), raw_call(session_id, 1)])
    assert topics(settled).count(LETTERS) == topics(settled).count(NOTICES) == len(spoilt)
    assert topics(settled).count(OUTPUT) == 1
    assert not settled.halted
    assert settler.settle(list(spoilt.values())).posted == []
    assert {(stage, foreseen) for stage, _, foreseen in letters(engine, name)} == {("decode", True)}
    copies = [posted.message for posted in settled.posted if posted.message.topic == LETTERS]
    assert [copy.value for copy in copies] == [raw.value for raw in spoilt.values()]
    kept_headers = [copy.headers[: len(raw.headers)] for copy, raw in zip(copies, spoilt.values(), strict=True)]
    assert kept_headers == [raw.headers for raw in spoilt.values()]


def test_a_task_counts_for_the_latest_lease_only(
    settler: Settler[Tally], engine: Engine, name: str, session_id: str
) -> None:
    assert settler.settle([raw_call(session_id, 1, "ask")]).tasks
    with engine.begin() as connection:
        first = tasks.lease(connection, name, "one", 10, 10, {})
        assert [lease.task for lease in first] == ["a", "b"]
        assert tasks.lease(connection, name, "two", 10, 10, {}) == []
        assert tasks.abandon(connection, name, "one") == 2
        second = tasks.lease(connection, name, "two", 10, 10, {})
        assert tasks.finish(connection, name, first) == set()
        both = tasks.finish(connection, name, [*first, *second])  # one process may hold both: the later one counts
        assert both == {(*lease.key, lease.token) for lease in second}
        assert tasks.finish(connection, name, second) == set()
    assert second[0].raw == raw_call(session_id, 1, "ask")


def test_no_lane_takes_all_slots(engine: Engine, name: str) -> None:
    def wanted(number: int, lane: str) -> tasks.Wanted:
        return tasks.Wanted(f"{name}-{lane}-{number}", "0", "s", raw_call("s", number + 1), lane)

    with engine.begin() as connection:
        tasks.add(connection, name, [wanted(number, "loops") for number in range(300)])
    with engine.begin() as connection:
        tasks.add(connection, name, [wanted(number, "works") for number in range(3)])
    with engine.begin() as connection:
        first = tasks.lease(connection, name, "one", 16, 4, {})
        assert [lease.lane for lease in first] == ["loops"] * 4, "the oldest, but no more than a lane may have"
        second = tasks.lease(connection, name, "one", 12, 4, {"loops": 4})
        assert [lease.lane for lease in second] == ["works"] * 3, "a full lane hides nobody behind it"
        assert tasks.lease(connection, name, "one", 9, 4, {"loops": 4, "works": 3}) == []
        assert [one.lane for one in tasks.lease(connection, name, "one", 9, 4, {"loops": 3})] == ["loops"]


def test_a_task_that_is_put_off_waits_until_it_is_hastened(engine: Engine, name: str) -> None:
    with engine.begin() as connection:
        tasks.add(connection, name, [tasks.Wanted(f"{name}-1", "0", "s", raw_call("s", 1), "x")])
        (held,) = tasks.lease(connection, name, "one", 5, 5, {})
        tasks.put_off(connection, name, held, 3_600)
        assert tasks.lease(connection, name, "one", 5, 5, {}) == []
        tasks.hasten(connection, name, [(held.event_id, "1"), ("other", "0")])
        assert tasks.lease(connection, name, "one", 5, 5, {}) == []
        tasks.hasten(connection, name, [(held.event_id, "0")])
        (again,) = tasks.lease(connection, name, "one", 5, 5, {})
        assert again.token > held.token
