"""Replay: run the services again over what was recorded, and compare what they say with what they said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ethogram.audit.course import Course, Lane, Place
from ethogram.audit.findings import ABSENT, Difference, Replayed, ReplayReport, session_digest
from ethogram.audit.log import identity_of, redriven_for, stream_of, topic_of
from ethogram.events import AuditLogged, RecordDeadLettered, SessionRejected
from ethogram.events.envelope import Position, Record
from ethogram.topology import Service, catalogue, stream_name

ANYBODY = frozenset({"anybody", "every-service"})


def replay(records: Sequence[Record], services: Sequence[Service[Any]]) -> ReplayReport:
    """Run each of `services` over the records of one session, given in order per topic, and compare.

    No agent and no model is called: what effects answered is taken from the record, what rules decided is derived
    again. Services read recorded inputs, never each other's derived ones, so a difference is shown where it arose.
    """
    history = _History(records)
    replayed, differences = [], list(history.strangers())
    for named in services:
        service = named.pinned(records) if named.pinned else named
        course = history.course(service)
        course.run()
        differences.extend(_settled([*course.differences, *history.underived(service, course)]))
        replayed.append(
            Replayed(
                service=service.name,
                inputs=sum(len(lane.records) for lane in course.lanes),
                recorded=sum(map(len, course.recorded.values())),
                derived=course.derived,
            )
        )
    return ReplayReport(
        session_id=records[0].event.session_id if records else "",
        services=tuple(replayed),
        differences=tuple(differences),
        digest=session_digest(records),
    )


def _settled(differences: Iterable[Difference]) -> Iterator[Difference]:
    """Without repeats: an event whose cause was changed is also unexpected where the changed cause stands."""
    differences = list(differences)
    changed = {found.event_id for found in differences if found.kind == "changed"}
    return (found for found in differences if not (found.kind == "unexpected" and found.event_id in changed))


class _History:
    """The records of one session, indexed."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.by_id: dict[str, Record] = {}
        self.streams: dict[str, list[Record]] = defaultdict(list)
        self.aside: dict[str, set[Position]] = defaultdict(set)
        self.closed: dict[str, dict[str, tuple[int, ...]]] = defaultdict(dict)
        known: set[str] = set()
        for record in records:
            self.by_id.setdefault(record.id, record)
            repeated = identity_of(record) in known
            known.add(identity_of(record))
            if record.redriven or not repeated:  # delivery is at least once: other repeats say nothing new
                self.streams[stream_of(record)].append(record)
            event = record.event
            if isinstance(event, RecordDeadLettered):
                self.aside[event.consumer].add(Position(event.topic, event.partition, event.offset))
                self._close(event)

    def _close(self, event: RecordDeadLettered) -> None:
        """A record that nobody can read took a number all the same."""
        if event.source and event.sequence is not None:
            numbers = self.closed[event.consumer]
            stream = stream_name(event.source, event.topic)
            numbers[stream] = tuple(sorted({*numbers.get(stream, ()), event.sequence}))

    def course(self, service: Service[Any]) -> Course[Any]:
        """What `service` has to be run over."""
        # every record of a topic it reads, for the numbers of each writer must follow each other
        read = {catalogue().topic_of(event_type).name for event_type in service.decides}
        taken = {
            name: [record for record in records if _taken(service, record)]
            for name, records in self.streams.items()
            if topic_of(records[0]) in read
        }
        # what people ask for may come at any time, so data goes first and a command only where nothing else fits
        names = sorted(taken, key=lambda name: (catalogue().topics[name.partition("/")[0]].control, name))
        places: dict[str, Place] = {
            record.id: (lane, index) for lane, name in enumerate(names) for index, record in enumerate(taken[name])
        }
        origins = _Origins(service, self.by_id, places)
        lanes = [Lane(name, tuple(taken[name]), tuple(map(origins.of, taken[name]))) for name in names]
        decided, aside = self._decided(service), frozenset(self.aside[service.group])
        return Course(service, lanes, decided, self.by_id, aside, self.closed[service.group])

    def _decided(self, service: Service[Any]) -> Mapping[str, Sequence[Record]]:
        """What it decided, by cause. What effects answer has no number: they end in any order."""
        decided: dict[str, list[Record]] = defaultdict(list)
        for record in self.by_id.values():
            if _decided_by(service, record):
                decided[record.causation or ""].append(record)
        return decided

    def underived(self, service: Service[Any], course: Course[Any]) -> Iterator[Difference]:
        """Records of `service` that nothing in the session can have caused."""
        inputs = {record.id for lane in course.lanes for record in lane.records}
        for cause, records in course.recorded.items():
            for record in records:
                # a start that could not even be read leaves no record, only the answer to it
                if cause not in inputs and not isinstance(record.event, SessionRejected | AuditLogged):
                    yield _unexpected(service.name, record, "ce_causationid", cause, "no input of this service")
        for record in self.by_id.values():
            unnumbered = record.source == service.source and record.sequence is None
            if unnumbered and not service.may_answer(record.event) and not isinstance(record.event, RecordDeadLettered):
                yield _unexpected(service.name, record, "ce_sequence", ABSENT, "a number: no effect of it says that")

    def strangers(self) -> Iterator[Difference]:
        """Facts by somebody who does not write that topic."""
        for record in self.by_id.values():
            producers = catalogue().topic_of(type(record.event)).producers
            sources = [f"/ethogram/{name}" for name in producers]
            if not ANYBODY.intersection(producers) and record.source not in sources:
                yield _unexpected(record.source, record, "ce_source", record.source, f"one of {', '.join(sources)}")


def _taken(service: Service[Any], record: Record) -> bool:
    """Whether it meets the service's state of this session; what meets one over all sessions changes nothing here."""
    return redriven_for(record) in ("", service.name) and service.key_of(record.event) == record.event.key


class _Origins:
    """Which input of a service a record descends from, by way of what the service said about it."""

    def __init__(self, service: Service[Any], by_id: Mapping[str, Record], places: Mapping[str, Place]) -> None:
        self.service, self.by_id, self.places = service, by_id, places
        self.known: dict[str, Place | None] = {}

    def of(self, record: Record) -> Place | None:
        """Lane and place of the input, if there is one."""
        walked: list[str] = []
        found = None
        while record.id not in self.known:
            walked.append(record.id)
            self.known[record.id] = None  # a forged circle of causes ends here
            cause = self.by_id.get(record.causation or "")
            if cause is None:
                break
            if _decided_by(self.service, cause):
                found = self.places.get(cause.causation or "")
                break
            record = cause
        else:
            found = self.known[record.id]
        self.known.update(dict.fromkeys(walked, found))
        return found


def _decided_by(service: Service[Any], record: Record) -> bool:
    numbered = record.source == service.source and record.sequence is not None
    return numbered and not isinstance(record.event, RecordDeadLettered)


def _unexpected(service: str, record: Record, field: str, expected: str, got: str) -> Difference:
    return Difference(
        service=service, kind="unexpected", event_id=record.id, type=record.event.TYPE,
        field=field, expected=expected, got=got,
    )  # fmt: skip
