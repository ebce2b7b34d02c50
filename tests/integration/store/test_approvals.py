"""What people are asked stands in a table, with the time that is left, until it is decided."""

from __future__ import annotations

from sqlalchemy import Connection, insert

from ethogram.events import ApprovalDecided, ApprovalRequested
from ethogram.runtime.store.approvals import keep_decisions, keep_requests, left_s, requests
from ethogram.runtime.store.tables import sessions
from ethogram.topology import command_record
from tests.unit.games.stage import SESSION

BEGAN = "2026-01-01T00:00:00+00:00"


def asked(level: int, seconds: float) -> ApprovalRequested:
    return ApprovalRequested(session_id=SESSION, approval_id="one", level=level, about="start", policy="p",
                             role="operator", seconds=seconds)  # fmt: skip


def test_a_request_is_asked_until_it_climbs_or_is_decided(connection: Connection) -> None:
    connection.execute(insert(sessions).values(session_id=SESSION, name="s", state="running", started_at=BEGAN))
    keep_requests(connection, [command_record(asked(0, 60))])
    assert 50 < (left_s(connection, "one", 0) or 0) <= 60
    keep_requests(connection, [command_record(asked(1, 0))])
    assert left_s(connection, "one", 0) is None and left_s(connection, "one", 1) == 0
    keep_requests(connection, [command_record(asked(0, 60))])
    (open_,) = requests(connection, session_id=SESSION)
    assert (open_["level"], open_["decision"]) == (1, None), "what climbed does not come down"
    decided = ApprovalDecided(session_id=SESSION, approval_id="one", decision="approve", actor="ann", turns=0)
    keep_decisions(connection, [command_record(decided)])
    assert left_s(connection, "one", 1) is None and not requests(connection, session_id=SESSION)
    (told,) = requests(connection, session_id=SESSION, everything=True)
    assert (told["decision"], told["actor"]) == ("approve", "ann")
