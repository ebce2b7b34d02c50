"""Authority: whether who asks may ask it, of this session, now, and for the first time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase

from ethogram.events import InvalidRecord, Person, Role
from ethogram.events.commands import Intervention
from ethogram.events.envelope import Record, signed_bytes
from ethogram.events.moments import moment
from ethogram.games.course import Course

Verify = Callable[[bytes, str, Person], bool]
"""`(bytes, signature, person) -> bool`: whether the person's key made the signature."""
OPEN: frozenset[Role] = frozenset({"operator"})
"""What anybody may where a session names no people: the stack then listens on this machine only."""


def in_charge(people: Sequence[Person], training: str) -> tuple[Person, ...]:
    """Those who may steer sessions of a training of this name."""
    return tuple(each for each in people if any(fnmatchcase(training, pattern) for pattern in each.trainings))


def authorise(course: Course, record: Record, role: Role, verify: Verify) -> bool:
    """Whether the command is signed by somebody who may; InvalidRecord says what is missing.

    False: the session names no people, and what is asked anybody may.
    """
    command = record.event
    if not isinstance(command, Intervention):
        raise TypeError(f"{type(command).__name__} is no intervention")
    if command.command_id in course.used:
        raise InvalidRecord("command-used", f"command {command.command_id} has taken effect before; ask again anew")
    if not course.people and role in OPEN:
        return False
    who = f"{command.actor!r} may not do this in session {command.session_id}"
    person = next((each for each in course.people if each.name == command.actor), None)
    if person is None:
        named = ", ".join(sorted(each.name for each in course.people)) or "nobody; see `ethogram people add`"
        raise InvalidRecord("no-authority", f"{who}: it names {named}")
    if not {role, "admin"}.intersection(person.roles):
        raise InvalidRecord("no-authority", f"{who}: that takes the role {role}, not {', '.join(person.roles)}")
    if person.expires is not None and not _before(record.time, person.expires):
        raise InvalidRecord("authority-expired", f"{who}: the authority expired at {person.expires}")
    if not record.signature or not verify(signed_bytes(record), record.signature, person):
        given = "its signature is not that of this person's key" if record.signature else "it is not signed"
        raise InvalidRecord("not-signed", f"{who}: {given}")
    return True


def _before(time: str, end: str) -> bool:
    """Whether `time` lies before `end`; where one of them is no time, it does not."""
    try:
        return moment(time) < moment(end)
    except ValueError:
        return False
