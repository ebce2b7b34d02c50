"""The order in which a service met its inputs, found again.

Kafka orders the records of a topic, not the topics. What a service wrote witnesses the rest: each record of its own
names its cause and carries a number. So a service is run again by trying, at each step, the next record of each topic
it reads: the one after which it says exactly what was recorded, under the recorded numbers, is the one that came next.
Inputs that caused nothing fit wherever they stand. If no record fits, earlier choices are taken back, within a budget;
what remains then is a difference between the record and the rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic

from ethogram.audit.findings import Difference, Kind, compare
from ethogram.events.envelope import Position, Record
from ethogram.topology import Kept, Service, set_aside, step
from ethogram.topology.service import S

BUDGET = 2_000
"""Steps spent on taking back choices, for a whole session, before a difference is accepted as one."""

Cursor = tuple[int, ...]
"""How many records of each topic were taken."""
Place = tuple[int, int]
"""A lane and a place in it."""


@dataclass(frozen=True, slots=True)
class Lane:
    """The records of one stream that a service decides on, in order."""

    stream: str
    records: tuple[Record, ...]
    after: tuple[Place | None, ...]
    """For each record: the lane and place of the input that it descends from, if any. It cannot have come before."""


@dataclass(frozen=True, slots=True)
class Tried(Generic[S]):
    """What a service says about one candidate."""

    lane: int
    kept: Kept[S]
    derived: int
    differences: tuple[Difference, ...]

    @property
    def cost(self) -> int:
        """How far it is from what was recorded; other data of the same event, as the same effect, is nearest."""
        return sum(map(_cost, self.differences))


@dataclass(slots=True)
class Node(Generic[S]):
    """A point of the course: where it stands and which candidates are untried."""

    kept: Kept[S]
    cursor: Cursor
    untried: list[int]
    derived: int = 0


@dataclass
class Course(Generic[S]):
    """Runs one service over the records of a session."""

    service: Service[S]
    lanes: Sequence[Lane]
    """In order of preference."""
    recorded: Mapping[str, Sequence[Record]]
    """What the service decided, by the id of its cause."""
    by_id: Mapping[str, Record]
    """All records of the session."""
    aside: frozenset[Position]
    """Where the records stand that the service set aside."""
    closed: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Numbers per stream of records that nobody can read."""
    derived: int = 0
    """Records decided again."""
    differences: list[Difference] = field(default_factory=list)
    """Where they are not what was recorded."""
    _budget: int = BUDGET
    _dead: set[tuple[Cursor, str]] = field(default_factory=set)

    def run(self) -> None:
        """From the first record to the last; fills `derived` and `differences`."""
        start = Kept(self.service.initial, aside=self.closed)
        node = self._furthest(self._node(start, (0,) * len(self.lanes), 0))
        while not self._ended(node.cursor):
            lanes = self._open(node.cursor) or self._waiting(node.cursor)
            tried = min((self._try(node, lane) for lane in lanes), key=lambda tried: tried.cost)
            self.differences.extend(tried.differences)
            self._budget = 0  # once something is known to be wrong, a search for an order has nothing to go by
            node = self._furthest(self._moved(node, tried))
        self.derived = node.derived

    def _furthest(self, start: Node[S]) -> Node[S]:
        """Go on from `start` without a difference: to the end, or to the furthest point that can be reached."""
        path, best = [start], start
        while path and not self._ended(path[-1].cursor):
            node = path[-1]
            tried = self._agreeing(node, searching=node is not best)
            if tried is None:
                if self._budget <= 0:
                    return best
                self._dead.add(_key(node))
                path.pop()
                continue
            child = self._moved(node, tried)
            if self._dead and _key(child) in self._dead:
                continue
            path.append(child)
            best = max(best, child, key=lambda node: sum(node.cursor))
        return path[-1] if path else best

    def _agreeing(self, node: Node[S], *, searching: bool) -> Tried[S] | None:
        """The next untried candidate after which the service says what was recorded."""
        while node.untried and (self._budget > 0 or not searching):
            self._budget -= searching
            tried = self._try(node, node.untried.pop(0))
            if not tried.differences:
                return tried
        return None

    def _try(self, node: Node[S], lane: int) -> Tried[S]:
        record = self.lanes[lane].records[node.cursor[lane]]
        dropped = record.position in self.aside
        try:
            done = step(self.service, node.kept, record)
        except Exception as error:  # a rule that breaks on a tampered input is a finding, not the end of the replay
            if dropped:  # it broke then, too
                return Tried(lane, set_aside(self.service, node.kept, record), 0, ())
            fault = _difference(self.service, "failed", record, got=f"{type(error).__name__}: {error}")
            return Tried(lane, node.kept, 0, (fault,))
        if dropped and done.rejection is None:  # it was refused for a reason that no rule foresees
            return Tried(lane, set_aside(self.service, node.kept, record), 0, ())
        expected = () if dropped and not done.emitted else self.recorded.get(record.id, ())
        found = list(self._compared(expected, done.emitted))
        if done.stage == "sequence" and done.rejection and not dropped:
            found.append(_difference(self.service, "refused", record, got=done.rejection.message))
        return Tried(lane, done.kept, len(done.emitted), tuple(found))

    def _compared(self, recorded: Sequence[Record], derived: Sequence[Record]) -> Iterator[Difference]:
        for made in derived:
            was = self.by_id.get(made.id)
            found = compare(self.service.name, was, made) if was else _difference(self.service, "missing", made)
            if found:
                yield found
        ids = {made.id for made in derived}
        for was in recorded:
            if was.id not in ids:
                yield _difference(self.service, "unexpected", was)

    def _node(self, kept: Kept[S], cursor: Cursor, derived: int) -> Node[S]:
        return Node(kept, cursor, self._open(cursor), derived)

    def _moved(self, node: Node[S], tried: Tried[S]) -> Node[S]:
        cursor = tuple(taken + (lane == tried.lane) for lane, taken in enumerate(node.cursor))
        return self._node(tried.kept, cursor, node.derived + tried.derived)

    def _ended(self, cursor: Cursor) -> bool:
        return not self._waiting(cursor)

    def _waiting(self, cursor: Cursor) -> list[int]:
        """Lanes with records left."""
        return [lane for lane, taken in enumerate(cursor) if taken < len(self.lanes[lane].records)]

    def _open(self, cursor: Cursor) -> list[int]:
        """Lanes whose next record may come now: what it descends from was taken."""
        afters = ((lane, self.lanes[lane].after[cursor[lane]]) for lane in self._waiting(cursor))
        return [lane for lane, after in afters if after is None or cursor[after[0]] > after[1]]


def _cost(difference: Difference) -> int:
    if difference.kind == "changed" and not difference.field.startswith("ce_"):
        return 1
    return 2 if difference.kind == "failed" else 3


def _key(node: Node[Any]) -> tuple[Cursor, str]:
    return node.cursor, node.kept.state.model_dump_json()


def _difference(service: Service[Any], kind: Kind, record: Record, got: str = "") -> Difference:
    return Difference(service=service.name, kind=kind, event_id=record.id, type=record.event.TYPE, got=got)
