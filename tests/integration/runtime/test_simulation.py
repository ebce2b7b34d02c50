"""The runtime against a model: whatever order of sending, killing, rebalancing and redriving, every promise is kept."""

from __future__ import annotations

import os
from collections.abc import Iterator
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import Engine

from ethogram.runtime.crashpoints import CrashPoint
from ethogram.topology import catalogue
from tests.integration.runtime.model import CODES, World
from tests.integration.runtime.toy import CONTROL, INPUT, toy

FEW = 25
SEQUENCES = int(os.environ.get("ETHOGRAM_SEQUENCES", FEW))
"""How many orders are tried; scripts/chaos --simulate tries more."""
STEPS = 30
LONG_AGO = 1_600_000_000_000
"""Milliseconds since 1970, longer ago than the inbox remembers."""
SESSIONS = st.integers(0, 2)
PROCESSES = st.integers(0, 1)
OWNERS = st.lists(PROCESSES, min_size=4, max_size=4)
POINTS = st.sampled_from([point for point in CrashPoint if point is not CrashPoint.REDRIVEN])


@pytest.fixture
def fresh_catalogue() -> Iterator[None]:
    """The catalogue forgets the toys afterwards."""
    before = {name: catalogue().topics[name] for name in (INPUT, CONTROL)}
    yield
    catalogue().topics.update(before)


def world(engine: Engine) -> World:
    """A toy of its own."""
    return World(toy(f"toy-{uuid4().hex[:8]}", control=True), engine)


@pytest.mark.parametrize("passes", [1, 2, 3])
@pytest.mark.parametrize("point", list(CrashPoint))
def test_a_process_that_dies_at_a_point_loses_and_doubles_nothing(
    engine: Engine, fresh_catalogue: None, point: CrashPoint, passes: int
) -> None:
    tried = world(engine)
    first, second, _ = tried.sessions
    if point is CrashPoint.RELAYED:  # only what somebody left behind is relayed
        tried.send(first, "count")
        tried.crash(0, CrashPoint.COMMITTED)
        tried.share([0] * 4)
    for kind in ("count", "ask", "refuse", "count", "unreadable", "ask", "burst", "count"):
        tried.send(first, kind)
        tried.send(second, "ask")
    tried.send_early(first)
    tried.pause(second)
    died = _die(tried, point, passes)
    tried.come_to_rest()
    tried.check()
    assert died or passes > 1


def _die(tried: World, point: CrashPoint, passes: int) -> bool:
    if point is CrashPoint.REDRIVEN:
        tried.crash(0, CrashPoint.HINTED, 9)  # runs through: the letter is there
        return tried.redrive_and_die() if passes == 1 else False
    for _ in range(8):
        tried.crash(0, point, passes)
        if not tried.processes[0].alive:
            return True
    return False


def test_a_repeat_beside_a_forgery_is_a_repeat(engine: Engine, fresh_catalogue: None) -> None:
    tried = world(engine)
    tried.send(tried.sessions[0], "count")
    tried.processes[0].turn()
    tried.forge(0)
    tried.repeat(0)  # settled in one batch with the forgery
    tried.come_to_rest()
    tried.check()


def test_answers_of_two_leases_of_one_task_in_one_batch_count_once(engine: Engine, fresh_catalogue: None) -> None:
    tried = world(engine)
    tried.send(tried.sessions[0], "ask")
    tried.processes[0].turn()
    tried.slow_down(0, True)
    tried.processes[0].turn()  # takes the tasks up
    tried.expire()
    tried.processes[0].turn()  # takes them up again, as nobody answered in time
    tried.slow_down(0, False)
    tried.processes[0].turn()  # and has the answers of both
    tried.come_to_rest()
    tried.check()


class Storm(RuleBasedStateMachine):
    """Everything that may happen to two processes of one service."""

    engine: Engine

    def __init__(self) -> None:
        super().__init__()
        self.world = world(self.engine)

    @rule(session=SESSIONS, kind=st.sampled_from(["count", "count", "ask", *CODES]))
    def send(self, session: int, kind: str) -> None:
        """A call comes."""
        self.world.send(self.world.sessions[session], kind)

    @rule(session=SESSIONS)
    def reorder(self, session: int) -> None:
        """Two calls come in the wrong order."""
        self.world.send_early(self.world.sessions[session])

    @rule(choice=st.integers(0, 10_000))
    def duplicate(self, choice: int) -> None:
        """A record comes again."""
        self.world.repeat(choice)

    @rule(choice=st.integers(0, 10_000))
    def forge(self, choice: int) -> None:
        """A known id comes with another body."""
        self.world.forge(choice)

    @rule(session=SESSIONS)
    def intervene(self, session: int) -> None:
        """A person asks for a pause."""
        self.world.pause(self.world.sessions[session])

    @rule(process=PROCESSES)
    def deliver(self, process: int) -> None:
        """A process takes a turn."""
        self.world.processes[process].turn()

    @rule(process=PROCESSES, point=POINTS, passes=st.integers(1, 3))
    def crash(self, process: int, point: CrashPoint, passes: int) -> None:
        """A process takes a turn and dies in it, if it comes by the point."""
        self.world.crash(process, point, passes)

    @precondition(lambda self: not all(process.alive for process in self.world.processes))
    @rule(owners=OWNERS)
    def restart(self, owners: list[int]) -> None:
        """Who is dead is started again, the other one learns of it."""
        self.world.share(owners)

    @rule(owners=OWNERS, deaf=st.none() | PROCESSES)
    def rebalance(self, owners: list[int], deaf: int | None) -> None:
        """Partitions change hands; perhaps one process does not hear of it."""
        self.world.share(owners, deaf=deaf)

    @rule()
    def timeout(self) -> None:
        """Leases end while their holders are at work."""
        self.world.expire()

    @rule()
    def redrive(self) -> None:
        """What came too early is sent again."""
        self.world.redrive()

    @invariant()
    def nothing_is_applied_twice(self) -> None:
        """At any time."""
        twice = "SELECT count(*) - count(DISTINCT (session_id, turn)) FROM toy_ledger" \
                " WHERE service = :name AND kind = 'call'"  # fmt: skip
        assert self.world.number(twice) == 0

    def teardown(self) -> None:
        """In the end everything is there, once."""
        self.world.come_to_rest()
        self.world.check()


class SlowStorm(Storm):
    """The same, with effects that take long."""

    @rule(process=PROCESSES, slow=st.booleans())
    def slow_down(self, process: int, slow: bool) -> None:
        """Calls take long, perhaps longer than their leases."""
        self.world.slow_down(process, slow)


class ForgetfulStorm(Storm):
    """The same over months: the inbox is trimmed, and what it forgot comes again. Nobody forges: who did it so late
    would not be set aside, only kept from having an effect (test_trimming.py)."""

    def __init__(self) -> None:
        super().__init__()
        self.world.broker.began = LONG_AGO

    @rule()
    def forget(self) -> None:
        """Months pass."""
        self.world.forget()

    @rule()
    def forge(self) -> None:
        """Nobody does."""


def _run(storm: type[Storm], engine: Engine) -> None:
    machine = type("Storm", (storm,), {"engine": engine})
    chosen = settings(
        max_examples=SEQUENCES, stateful_step_count=STEPS, deadline=None, derandomize=SEQUENCES == FEW,
        suppress_health_check=list(HealthCheck), database=None, print_blob=True,
        phases=[Phase.generate] if SEQUENCES == FEW else list(Phase),  # what is found is made small by the longer run
    )  # fmt: skip
    run_state_machine_as_test(machine, settings=chosen)


def test_in_any_order_of_events_nothing_is_lost_or_doubled(engine: Engine, fresh_catalogue: None) -> None:
    _run(Storm, engine)


def test_in_any_order_of_slow_events_nothing_is_lost_or_doubled(engine: Engine, fresh_catalogue: None) -> None:
    _run(SlowStorm, engine)


def test_in_any_order_of_events_over_months_nothing_is_lost_or_doubled(engine: Engine, fresh_catalogue: None) -> None:
    _run(ForgetfulStorm, engine)
