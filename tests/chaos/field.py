"""Sessions in the field: many at once, looked after until they end, and then held against every promise.

Checked of every session: it ended, no turn is lost or doubled in the topics or in the tables, its log and its replay
verify, and it came to what an undisturbed session with the same seed came to. Checked of all together: no record went
to the dead letters, nothing waits unsent.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from confluent_kafka import KafkaException
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from ethogram.audit import attest
from ethogram.cli.replaying import services
from ethogram.client import new_session_id, publish
from ethogram.events import (
    AuditCheckpoint,
    EthogramError,
    ScenarioPresented,
    ScoreUpdated,
    SessionCompleted,
    StartTraining,
    TurnResolved,
    VerdictIssued,
)
from ethogram.events.envelope import Record
from ethogram.runtime.history import session_histories
from ethogram.runtime.keys import trusted_keys
from ethogram.runtime.store.engine import connect
from tests.running import Running

T = TypeVar("T")
KINDS = 3
"""Different trainings; each is played undisturbed once."""
ROUNDS = 20
AGENTS: tuple[dict[str, Any], ...] = (
    {"id": "tit-for-tat", "adapter": "builtin", "config": {"strategy": "tit-for-tat"}},
    {"id": "random", "adapter": "builtin", "config": {"strategy": "random"}},
    {"id": "patient", "adapter": "python", "config": {"callable": "tests.chaos.agents:patient", "timeout_s": 60}},
)
TURNS = len(AGENTS) * ROUNDS
PATIENCE_S = 600.0
INSIST_S = 120.0
CHUNK = 50
"""Sessions whose histories are read in one pass."""
UNSENT = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
OPEN = "SELECT count(*) FROM sessions WHERE session_id = ANY(:ids) AND state IN ('running', 'paused')"
KNOWN = "SELECT count(*) FROM sessions WHERE session_id = ANY(:ids)"
CLOSED = "SELECT count(DISTINCT session_id) FROM checkpoints WHERE session_id = ANY(:ids) AND closing"
RESOLVED = "SELECT session_id, count(*) FROM turns WHERE session_id = ANY(:ids) GROUP BY session_id"
LETTERS = "SELECT service || ' ' || stage || ' ' || code || ': ' || message FROM dead_letters"


def training(kind: int) -> StartTraining:
    """One of the trainings, under a session id of its own."""
    return StartTraining.model_validate({
        "name": f"storm {kind}", "seed": 100 + kind, "agents": AGENTS, "session_id": new_session_id(),
        "games": [{"game": "prisoners-dilemma", "rounds": ROUNDS, "noise": 0.05}],
    })  # fmt: skip


@dataclass
class Field:
    """The sessions of one storm on one stack."""

    running: Running
    wanted: int = 50
    """Sessions to be under way."""
    started: list[StartTraining] = field(default_factory=list)
    concurrent: list[int] = field(default_factory=list)
    """Sessions under way, each time that anybody looked."""
    calm: dict[int, list[tuple[Any, ...]]] = field(default_factory=dict)
    """What each training comes to when nobody disturbs it."""

    def __post_init__(self) -> None:
        self.engine: Engine = connect(self.running.settings.database_url, "storm")
        self.letters = len(self._letters())

    def play_calmly(self) -> None:
        """Play each training once, undisturbed."""
        commands = [training(kind) for kind in range(KINDS)]
        for command in commands:
            publish(command, self.running.bootstrap)
        self._await_closed(commands)
        for kind, command in enumerate(commands):
            self.calm[kind] = conclusions(self._histories([command])[command.session_id])

    def top_up(self) -> int:
        """Start sessions until as many are under way as are wanted; says how many were before."""
        before = self.under_way()
        if self.started:
            self.concurrent.append(before)
        for _ in range(self.wanted - before):
            command = training(len(self.started) % KINDS)
            insist(lambda command=command: publish(command, self.running.bootstrap))  # type: ignore[misc]
            self.started.append(command)
        return before

    def under_way(self) -> int:
        """Sessions that were asked for and have not ended."""
        ids = self._ids(self.started)
        return len(ids) - self._number(KNOWN, ids=ids) + self._number(OPEN, ids=ids)

    def settle(self) -> float:
        """Wait until every session has its closing checkpoint and nothing waits unsent; how long that took."""
        began = time.monotonic()
        self._await_closed(self.started)
        while self._number(UNSENT) and time.monotonic() - began < PATIENCE_S:
            time.sleep(0.5)
        return round(time.monotonic() - began, 1)

    def faults(self) -> list[str]:
        """Every promise that was broken."""
        found = [f"dead letter: {letter}" for letter in self._letters()[self.letters :]]
        if unsent := self._number(UNSENT):
            found.append(f"{unsent} messages were never sent")
        stored = dict(self._rows(RESOLVED, ids=self._ids(self.started)))
        for start in range(0, len(self.started), CHUNK):
            commands = self.started[start : start + CHUNK]
            told = self._histories(commands)
            for number, command in enumerate(commands, start):
                name, kind = command.session_id, number % KINDS
                broken = [*self._broken(told[name], kind)]
                if stored.get(name, 0) != TURNS:
                    broken.append(f"{stored.get(name, 0)} of {TURNS} turns are in the table")
                found.extend(f"{name} (training {kind}): {fault}" for fault in broken)
        return found

    def summary(self) -> dict[str, Any]:
        """What was played."""
        return {
            "sessions": len(self.started), "turns": len(self.started) * TURNS,
            "under way": {"least": min(self.concurrent, default=0), "most": max(self.concurrent, default=0)},
        }  # fmt: skip

    def _broken(self, records: Sequence[Record], kind: int) -> Iterable[str]:
        if not any(isinstance(record.event, SessionCompleted) for record in records):
            yield "it did not end"
            return
        events = [record.event for record in {record.id: record for record in records}.values()]
        for event_type in (ScenarioPresented, TurnResolved):
            turns = Counter((event.game_id, event.turn) for event in events if isinstance(event, event_type))
            if len(turns) != TURNS or turns.total() != len(turns):
                yield f"{event_type.__name__}: {len(turns)} turns, {turns.total()} events"
        found = attest(records, trusted_keys(self.running.settings), services())
        if not found.verified:
            first = found.replay.first.summary if found.replay and found.replay.first else ""
            yield f"not verified: {found.log.summary} {first}"
        if conclusions(records) != self.calm[kind]:
            yield "it came to something else than the undisturbed session"

    def _await_closed(self, commands: Sequence[StartTraining]) -> None:
        deadline, ids = time.monotonic() + PATIENCE_S, self._ids(commands)
        while self._number(CLOSED, ids=ids) < len(ids) and time.monotonic() < deadline:
            time.sleep(1)

    def _histories(self, commands: Sequence[StartTraining]) -> dict[str, list[Record]]:
        told = insist(lambda: session_histories(self.running.settings, self._ids(commands)))
        return {name: history.records for name, history in told.items()}

    def _letters(self) -> list[str]:
        return [str(row[0]) for row in self._rows(LETTERS)]

    def _number(self, statement: str, **given: Any) -> int:
        return int(self._rows(statement, **given)[0][0])

    def _rows(self, statement: str, **given: Any) -> list[Any]:
        def read() -> list[Any]:
            with self.engine.connect() as connection:
                return list(connection.execute(text(statement), given))

        return insist(read)

    @staticmethod
    def _ids(commands: Sequence[StartTraining]) -> list[str]:
        return [command.session_id for command in commands]


def conclusions(records: Iterable[Record]) -> list[tuple[Any, ...]]:
    """Verdicts with every vote and scores, without ids (they derive from the session's)."""
    said: set[tuple[Any, ...]] = set()
    for event in (record.event for record in records):
        if isinstance(event, VerdictIssued):
            votes = tuple((vote.judge, vote.vote, vote.reasons, vote.articles) for vote in event.votes)
            said.add((event.agent_id, event.verdict, event.conditions, votes))
        elif isinstance(event, ScoreUpdated):
            said.add((event.agent_id, event.total, event.rank, tuple(sorted(event.metrics.items()))))
    return sorted(said, key=repr)


def closed(records: Iterable[Record]) -> bool:
    """Whether a log has its closing checkpoint."""
    return any(isinstance(record.event, AuditCheckpoint) and record.event.closing for record in records)


def insist(act: Callable[[], T]) -> T:
    """Do it again while a broker or a database is away: what is tested is not the test's own patience."""
    deadline = time.monotonic() + INSIST_S
    while True:
        try:
            return act()
        except (EthogramError, KafkaException, SQLAlchemyError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)
