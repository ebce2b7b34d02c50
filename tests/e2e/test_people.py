"""People steer a running session: signed commands take effect, all others are refused, and each leaves its line."""

from __future__ import annotations

import time
from typing import Any, get_args

from sqlalchemy import create_engine

from ethogram.client import new_session_id
from ethogram.client.commands import Publisher
from ethogram.events import (
    CancelSession,
    OverrideAction,
    OverrideVerdict,
    PauseSession,
    ResumeSession,
    Ruling,
    StartTraining,
    TurnResolved,
    VerdictIssued,
)
from ethogram.runtime import people
from ethogram.runtime.history import session_records
from ethogram.runtime.store.audit_log import lines
from tests.running import Running

SESSION = new_session_id()
TRAINING: dict[str, Any] = {
    "name": "people-1", "seed": 1,
    "agents": [{"id": f"agent-{number}", "adapter": "builtin", "config": {"strategy": "always-defect"}}
               for number in (1, 2)],
    "games": [{"game": "prisoners-dilemma", "rounds": 4000}],
}  # fmt: skip


def _waited(running: Running, kind: type[Any], *verdicts: str) -> dict[str, Any]:
    """The line of the audit log about a command, once it is there."""
    engine = create_engine(running.settings.database_url)
    deadline = time.monotonic() + 60
    try:
        while True:
            with engine.connect() as connection:
                known = lines(connection, SESSION, 100)
            for each in known:
                if each["what"] == kind.TYPE and each["said"].startswith(verdicts):
                    return each
            assert time.monotonic() < deadline, known
            time.sleep(0.05)
    finally:
        engine.dispose()


def _overridden(running: Running) -> tuple[str, str]:
    """What the seat intended in the turn that was overridden, and what was carried out, once that turn is resolved."""
    deadline = time.monotonic() + 60
    while True:
        for record in session_records(running.settings, SESSION):
            turn = record.event
            if isinstance(turn, TurnResolved) and turn.otherwise:
                return turn.actions[0].intended, turn.actions[0].executed
        assert time.monotonic() < deadline, "no turn was overridden"


def test_signed_commands_steer_and_all_others_are_refused(running: Running) -> None:
    publisher = Publisher(running.bootstrap)

    def ask(kind: type[Any], actor: str, **told: Any) -> None:
        command = kind(session_id=SESSION, command_id=f"{actor}-{kind.TYPE}", actor=actor, **told)
        publisher.publish(command, people.signature_of(running.settings, actor))

    people.add(running.settings, "ann", ("operator",), ("people-*",), None)
    people.add(running.settings, "ben", ("referee",), ("people-*",), None)
    publisher.publish(StartTraining(session_id=SESSION, **TRAINING))
    ask(PauseSession, "mallory")
    ask(PauseSession, "ann", reason="look closer")
    refused = _waited(running, PauseSession, "refused")
    assert refused["who"] == "mallory" and "it names ann, ben" in refused["said"]
    paused = _waited(running, PauseSession, "accepted")
    assert (paused["who"], paused["why"], paused["signed"]) == ("ann", "look closer", True)
    running.run("override", SESSION, "g001", "0", "C", "--actor", "ben", "--reason", "for once")
    _waited(running, OverrideAction, "accepted")
    ask(ResumeSession, "ann")
    assert _overridden(running) == ("D", "C")
    ask(CancelSession, "ann")
    running.await_state(SESSION, "cancelled")
    _waited(running, VerdictIssued, *(f"{ruling}: agent-1" for ruling in get_args(Ruling)))
    ask(OverrideVerdict, "ben", reason="seen enough", agent_id="agent-1", verdict="approve")
    _waited(running, OverrideVerdict, "accepted")
    assert running.json("replay", SESSION, "--verify")["verified"] is True
