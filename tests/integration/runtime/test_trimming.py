"""A trimmed inbox: what it forgot is known by its number, and is not applied twice when it comes again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from ethogram.events.envelope import Raw, encode
from ethogram.runtime.settle import Settler
from ethogram.runtime.store import inbox
from ethogram.topology import catalogue
from tests.integration.runtime.conftest import call, query, raw_call, record_of, with_header, with_other_body
from tests.integration.runtime.simulation import grow_old
from tests.integration.runtime.toy import Tally, toy

LONG_AGO = 1_600_000_000_000
COUNTS = {
    "calls": "SELECT count(*) FROM toy_ledger WHERE service = :name AND kind = 'call'",
    "letters": "SELECT count(*) FROM dead_letters WHERE service = :name",
    "rows": "SELECT count(*) FROM inbox WHERE service = :name",
}


@pytest.fixture
def settler(name: str, engine: Engine) -> Settler[Tally]:
    return Settler(toy(name), engine)


def counts(engine: Engine, name: str) -> tuple[int, int, int]:
    """Calls in the ledger, dead letters, rows of the inbox."""
    calls, letters, rows = (int(query(engine, statement, name=name)) for statement in COUNTS.values())
    return calls, letters, rows


def old(raws: Sequence[Raw]) -> list[Raw]:
    """The same, as Kafka took them long ago."""
    return [replace(raw, timestamp=LONG_AGO) for raw in raws]


def unnumbered(session_id: str, turn: int) -> Raw:
    """A call without a number, as effects answer."""
    key, value, headers = encode(record_of(call(session_id, turn), None))
    return replace(raw_call(session_id, turn), key=key, value=value, headers=headers)


def test_what_was_forgotten_is_not_applied_again_and_is_no_dead_letter(
    settler: Settler[Tally], engine: Engine, name: str, session_id: str
) -> None:
    raws = old([*(raw_call(session_id, turn) for turn in range(1, 6)), unnumbered(session_id, 9)])
    settler.settle(raws)
    assert counts(engine, name) == (6, 0, 6)
    grow_old(engine, name)
    assert counts(engine, name) == (6, 0, 1)  # what bears no number is remembered for ever
    for again in (settler, Settler(toy(name), engine)):
        assert again.settle(list(reversed(raws))).posted == []
    assert counts(engine, name)[:2] == (6, 0)
    assert query(engine, "SELECT body FROM service_state WHERE service = :name", name=name) == b'{"calls":6}'
    settler.settle(old([raw_call(session_id, 6)]))
    assert counts(engine, name)[:2] == (7, 0)  # and the session goes on


def test_a_young_record_that_takes_a_used_number_is_set_aside_all_the_same(
    settler: Settler[Tally], engine: Engine, name: str, session_id: str
) -> None:
    settler.settle([raw_call(session_id, 1), raw_call(session_id, 2)])
    grow_old(engine, name)
    settler.settle([raw_call(session_id, 7, offset=7, sequence=1)])
    assert query(engine, "SELECT code FROM dead_letters WHERE service = :name", name=name) == "sequence-reused"
    assert counts(engine, name)[0] == 2


def test_who_was_redriven_or_forged_is_remembered_for_ever(
    settler: Settler[Tally], engine: Engine, name: str, session_id: str
) -> None:
    early, true = raw_call(session_id, 2), raw_call(session_id, 1, offset=2)
    forgery = replace(with_other_body(true), position=replace(true.position, offset=3))
    settler.settle(old([early, true, forgery]))
    redriven = with_header(early, "redrive_id", f"{name}/1.1".encode())
    settler.settle(old([redriven]))
    before = counts(engine, name)
    assert before[0] == 2
    grow_old(engine, name)
    forged = with_header(forgery, "redrive_id", f"{name}/2.1".encode())
    settler.settle(old([redriven, early, true, forged]))  # a redriven record is let in whatever its number
    assert counts(engine, name)[0] == 2


def test_rows_stay_longer_than_any_topic_keeps_what_it_lets_go(
    settler: Settler[Tally], engine: Engine, name: str, session_id: str
) -> None:
    longest = max(days for topic in catalogue().topics.values() if isinstance(days := topic.retention_days, int))
    assert inbox.kept_days() == 2 * longest
    settler.settle([raw_call(session_id, 1)])
    with engine.begin() as connection:
        given = {"name": name, "days": inbox.kept_days() - 1}
        connection.exec_driver_sql(
            "UPDATE inbox SET received_at = now() - %(days)s * interval '1 day' WHERE service = %(name)s", given
        )
        assert inbox.trim(connection, name) == 0
        connection.exec_driver_sql(
            "UPDATE inbox SET received_at = received_at - interval '2 days' WHERE service = %(name)s", given
        )
        assert inbox.trim(connection, name) == 1


def test_a_little_is_trimmed_at_a_time(settler: Settler[Tally], engine: Engine, name: str, session_id: str) -> None:
    settler.settle([raw_call(session_id, turn) for turn in range(1, 6)])
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE inbox SET received_at = received_at - interval '1 year' WHERE service = %(name)s", {"name": name}
        )
        assert [inbox.trim(connection, name, limit=2) for _ in range(4)] == [2, 2, 1, 0]
