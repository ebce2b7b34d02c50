"""What must be true of a toy service whatever happened to its processes: a model of what was sent, and the checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Engine, text

from ethogram.events import PauseSession
from ethogram.events.envelope import Raw, encode
from ethogram.events.ids import session_at
from ethogram.runtime import crashpoints
from ethogram.runtime.crashpoints import CrashPoint
from ethogram.runtime.dead_letters import REDRIVER, listed, redrive_through
from ethogram.runtime.producer import Outlet
from ethogram.runtime.store.offsets import Place
from ethogram.topology import Service, catalogue, command_record
from tests.integration.runtime.conftest import raw_call, with_other_body
from tests.integration.runtime.simulation import Broker, Died, Process, Producer, die, expire_leases, grow_old
from tests.integration.runtime.toy import CONTROL, INPUT, OUTPUT

PARTS = catalogue().topics[INPUT].partitions["embedded"]
PLACES: tuple[Place, ...] = tuple((topic, part) for topic in (INPUT, CONTROL) for part in range(PARTS))
LETTERS = catalogue().dead_letters.name
CODES = {"refuse": "refused", "burst": "unforeseen", "poison": "unforeseen", "unreadable": "not-json"}
"""Why the toy sets a kind of call aside."""
SESSIONS = tuple(session_at("simulation", 0, number) for number in range(3))
"""Always the same, so that the same order of events can be tried again; the toy's name keeps worlds apart."""
ROUNDS = 60
"""Turns after which a quiet world must have been reached."""


@dataclass
class World:
    """A toy with two processes, what was sent to it, and what must follow from that."""

    service: Service[Any]
    engine: Engine
    broker: Broker = field(default_factory=Broker)
    sessions: tuple[str, ...] = SESSIONS
    numbers: Counter[str] = field(default_factory=Counter)
    accepted: dict[str, set[int]] = field(default_factory=dict)
    """Turns of each session that count."""
    asked: Counter[str] = field(default_factory=Counter)
    pauses: Counter[str] = field(default_factory=Counter)
    letters: Counter[str] = field(default_factory=Counter)
    early: list[tuple[str, int]] = field(default_factory=list)
    """Calls that came before their predecessors: they count once they are redriven."""

    def __post_init__(self) -> None:
        self.accepted = {session: set() for session in self.sessions}
        self.processes = [Process(self.service, self.engine, self.broker, number) for number in (0, 1)]
        self.share([0] * PARTS)

    def send(self, session: str, kind: str) -> None:
        """The next call of a session."""
        self.numbers[session] += 1
        self._write(session, self.numbers[session], kind)

    def send_early(self, session: str) -> None:
        """Two calls in the wrong order."""
        first, second = self.numbers[session] + 1, self.numbers[session] + 2
        self.numbers[session] = second
        self._append(raw_call(session, second))
        self.letters["gap"] += 1
        self.early.append((session, second))
        self._write(session, first, "count")

    def repeat(self, choice: int) -> None:
        """Something that was written is written once more."""
        records = [raw for topic in (INPUT, CONTROL) for raw in self.broker.records(topic)]
        if records:
            raw = records[choice % len(records)]
            self._append(raw)
            self.letters += Counter({"not-json": raw.value == b"{", "equivocation": b"forged" in (raw.value or b"")})

    def forge(self, choice: int) -> None:
        """An id that is known, with another body."""
        known = [raw for raw in self.broker.records(INPUT) if _is_whole(raw)]
        if known:
            self._append(with_other_body(known[choice % len(known)]))
            self.letters["equivocation"] += 1

    def pause(self, session: str) -> None:
        """A person intervenes."""
        self.pauses[session] += 1
        command = PauseSession(session_id=session, command_id=f"p{self.pauses[session]}", actor="a")
        key, value, headers = encode(command_record(command))
        self.broker.append(CONTROL, key, value, headers)

    def redrive(self) -> None:
        """Everything that came too early is sent again."""
        letters = [each.id for each in listed(self.engine, service=self.service.name, code="gap", status="new")]
        outlet = Outlet(REDRIVER, Producer(self.broker))  # type: ignore[arg-type]
        assert redrive_through(self.engine, outlet, letters).sent == letters

    def redrive_and_die(self) -> bool:
        """The same, by somebody who is killed before anything is sent."""
        crashpoints.arm(CrashPoint.REDRIVEN, die)
        try:
            self.redrive()
        except Died:
            return True
        finally:
            crashpoints.arm(None)
        return False

    def share(self, owners: Sequence[int], *, deaf: int | None = None) -> None:
        """Give each partition to one process, dead ones are started; a deaf one goes on as a zombie."""
        for number, process in enumerate(self.processes):
            places = [place for place in PLACES if owners[place[1]] == number]
            if not process.alive:
                process.start(places)
            elif number != deaf:
                process.assign(places)

    def crash(self, number: int, point: CrashPoint, passes: int = 1) -> None:
        """Turn a process round; it dies if it comes by the point."""
        self.processes[number].turn(point, passes)

    def expire(self) -> None:
        """Every lease is over."""
        expire_leases(self.engine, self.service.name)

    def forget(self) -> None:
        """Months pass over the inbox."""
        grow_old(self.engine, self.service.name)

    def slow_down(self, number: int, slow: bool) -> None:
        """What a process performs takes longer from now on, or no longer."""
        performer = self.processes[number].performer
        if performer is not None:
            performer.slow = slow

    def come_to_rest(self) -> None:
        """Both processes run and have nothing left to do; what came too early has been sent again."""
        self._quieten()
        self.redrive()
        for session, turn in self.early:
            self.accepted[session].add(turn)
        self._quieten()

    def _quieten(self) -> None:
        self.share([0, 1] * (PARTS // 2))
        for number in (0, 1):
            self.slow_down(number, False)
        self.expire()
        for _ in range(ROUNDS):
            if not all(process.alive for process in self.processes):
                self.share([0, 1] * (PARTS // 2))
            busy = [process.behind for process in self.processes]
            for process in self.processes:
                process.turn()
            if not any(busy) and not self.number("SELECT count(*) FROM outbox WHERE service = :name"
                                                 " AND published_at IS NULL"):  # fmt: skip
                return
        raise AssertionError(f"not quiet after {ROUNDS} turns")

    def check(self) -> None:
        """Every promise."""
        for session in self.sessions:
            self._check_session(session)
        found = Counter(letter.code for letter in listed(self.engine, service=self.service.name, limit=10_000))
        assert found == self.letters
        copies = Counter(_place(raw) for raw in self.broker.records(LETTERS) if _group(raw) == self.service.group)
        assert len(copies) == self.letters.total()
        assert self.number("SELECT count(*) FROM tasks WHERE service = :name AND done_at IS NULL") == 0
        leftovers = "SELECT count(*) FROM outbox WHERE service = :name AND published_at IS NULL"
        assert self.number(leftovers) == 0

    def _check_session(self, session: str) -> None:
        turns = self.accepted[session]
        given = {"session": session}
        applied = self._column("SELECT turn FROM toy_ledger WHERE service = :name AND session_id = :session"
                               " AND kind = 'call' ORDER BY turn", **given)  # fmt: skip
        assert applied == sorted(turns), "each call is applied once"
        said = 2 * self.asked[session] + len(turns) + self.pauses[session]
        scores = "SELECT count(*) FROM toy_ledger WHERE service = :name AND session_id = :session AND kind = 'score'"
        assert self.number(scores, **given) == said
        outputs = [raw for raw in self.broker.records(OUTPUT) if raw.key == session.encode()]
        bodies = {(_header(raw, "ce_id"), raw.value) for raw in outputs}
        assert len({name for name, _ in bodies}) == len(bodies), "one id, one body"
        assert len(bodies) == said, "everything was said"
        assert _first_seen(outputs) == sorted(_first_seen(outputs)), "and in order"

    def number(self, statement: str, **given: Any) -> int:
        """A number from the database."""
        return int(self._column(statement, **given)[0])

    def _column(self, statement: str, **given: Any) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.execute(text(statement), {"name": self.service.name, **given}).scalars())

    def _write(self, session: str, turn: int, kind: str) -> None:
        raw = raw_call(session, turn, kind)
        self._append(replace(raw, value=b"{") if kind == "unreadable" else raw)
        if kind in CODES:
            self.letters[CODES[kind]] += 1
        else:
            self.accepted[session].add(turn)
            self.asked[session] += kind == "ask"

    def _append(self, raw: Raw) -> None:
        self.broker.append(raw.position.topic, raw.key, raw.value, raw.headers)


def _is_whole(raw: Raw) -> bool:
    return raw.value != b"{" and not _header(raw, "redrive_id")


def _header(raw: Raw, name: str) -> str:
    return dict(raw.headers).get(name, b"").decode()


def _group(raw: Raw) -> str:
    return _header(raw, "dlq_group")


def _place(raw: Raw) -> tuple[str, str, str]:
    return _header(raw, "dlq_topic"), _header(raw, "dlq_partition"), _header(raw, "dlq_offset")


def _first_seen(outputs: list[Raw]) -> list[int]:
    first = dict.fromkeys(_header(raw, "ce_id") for raw in outputs)
    numbers = {_header(raw, "ce_id"): _header(raw, "ce_sequence") for raw in outputs}
    return [int(numbers[name]) for name in first if numbers[name]]
