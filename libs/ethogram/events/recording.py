"""Recorded games: a log from elsewhere, sent part by part as commands that make one finished session of it."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from ethogram.events.base import Event, Value
from ethogram.events.canonical import Real
from ethogram.events.commands import Uuid
from ethogram.events.ids import AgentId

MOST_CHOICES = 1_000
"""Choices in one part: what one part makes the director say fits into one batch of work."""
MOST_SUBJECTS = 1_000
"""Subjects in one import: a snapshot tells the profiles of all of them."""

Choice = Annotated[str, StringConstraints(max_length=64)]
Label = Annotated[str, StringConstraints(max_length=200)]


class RecordedSubject(Value):
    """One subject of a log, under the id that it has in the session."""

    id: Annotated[AgentId, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    """Unique within the import; letters, digits, dot, underscore, hyphen."""
    subject: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    """Its name in the log."""
    group: Label = ""
    """Its group in the log, if groups are told apart."""


class Recording(Value):
    """Where a session's recorded games come from."""

    log: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    """Name of the log."""
    digest: Annotated[str, StringConstraints(max_length=64)]
    """SHA-256 of the file."""
    choices: Annotated[int, Field(ge=1, le=1_000_000)]
    """Choices in all parts."""
    parts: Annotated[int, Field(ge=1, le=1_000_000)]
    """Parts of the import."""


class RecordedGame(Value):
    """A game of one subject, or the piece of one that fits into a part."""

    agent_id: AgentId
    """Whose game it is: a subject of part 1."""
    name: Label = ""
    """Its name in the log."""
    counterpart: Label = ""
    """Whom the subject faced, if the log tells."""
    condition: Label = ""
    """Under which conditions, if the log tells: `treatment=low, context.framing=bribe`."""
    own: Annotated[tuple[Choice, ...], Field(min_length=1, max_length=MOST_CHOICES)]
    """The subject's choices, round by round."""
    other: Annotated[tuple[Choice, ...], Field(min_length=1, max_length=MOST_CHOICES)]
    """What the others did in the same rounds, one entry each; empty where it is not told."""
    payoffs: Annotated[tuple[Real, ...], Field(max_length=MOST_CHOICES)] = ()
    """What the subject earned, round by round, if the log tells."""
    continues: bool = False
    """Whether it goes on with the last game of the part before."""
    ended: bool = True
    """Whether its last round is among these; else the next part goes on with it."""


class ImportGames(Event, type="games.import"):
    """One part of a log of recorded games. Part 1 opens the session, the last one finishes it; in between in order."""

    COMMAND: ClassVar[bool] = True
    IDENTITY = ("part",)

    session_id: Uuid
    """A fresh UUID, the same in all parts."""
    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    """For people: shown in lists and reports."""
    recording: Recording
    """Where the games come from."""
    part: Annotated[int, Field(ge=1)]
    """Number of this part, from 1."""
    subjects: Annotated[tuple[RecordedSubject, ...], Field(max_length=MOST_SUBJECTS)] = ()
    """All subjects, in part 1; later parts bring none."""
    games: Annotated[tuple[RecordedGame, ...], Field(min_length=1, max_length=MOST_CHOICES)]
    """Games in order."""
