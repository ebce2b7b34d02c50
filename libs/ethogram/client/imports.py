"""Logs of recorded games as commands: a log becomes the parts of one import."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ethogram.events import AgentId, ImportGames, InvalidRecord, RecordedGame, RecordedSubject, Recording, SessionId
from ethogram.events.recording import MOST_CHOICES, MOST_SUBJECTS
from ethogram.principles.log import Log

LARGEST = 1_000_000
"""Choices in one import."""
_STRANGE = re.compile(r"[^A-Za-z0-9._-]+")


def imports_of(log: Log, session_id: SessionId, *, name: str, digest: str) -> list[ImportGames]:
    """The commands that make one session of a log; InvalidRecord if it is too large for one.

    `digest` is the SHA-256 of the file that it was read from.
    """
    _check(log)
    parts = list(_parts(log))
    recording = Recording(log=log.name[:200], digest=digest, choices=len(log.own), parts=len(parts))
    subjects = subjects_of(log)
    return [
        ImportGames(
            session_id=session_id, name=name, recording=recording, part=number, games=tuple(games),
            subjects=tuple(subjects.values()) if number == 1 else (),
        )
        for number, games in enumerate(parts, 1)
    ]  # fmt: skip


def subjects_of(log: Log) -> Mapping[int, RecordedSubject]:
    """Each subject by its number, under an id that a session can use: its name with other characters as hyphens."""
    taken: set[str] = set()
    made = {}
    for number, (group, subject) in enumerate(log.subjects):
        plain = _STRANGE.sub("-", f"{group}-{subject}" if group else subject).strip("._-")[:50] or "subject"
        unique, again = plain, 1
        while unique in taken:
            again += 1
            unique = f"{plain}-{again}"
        taken.add(unique)
        made[number] = RecordedSubject(id=AgentId(unique), subject=subject, group=group)
    return made


def _check(log: Log) -> None:
    hint = "import a part of it, or look at the whole of it without the bus: ethogram infer"
    if len(log.subjects) > MOST_SUBJECTS:
        raise InvalidRecord(
            "log-invalid", f"{log.name}: {len(log.subjects):,} subjects; one session takes {MOST_SUBJECTS:,}; {hint}"
        )
    if len(log.own) > LARGEST:
        raise InvalidRecord(
            "log-invalid", f"{log.name}: {len(log.own):,} choices; one session takes {LARGEST:,}; {hint}"
        )
    for kind, names, longest in (
        ("choice", log.symbols, 64),
        ("game", log.game_names, 200),
        ("subject", [each for pair in log.subjects for each in pair], 200),
    ):
        if long := next((each for each in names if len(each) > longest), None):
            raise InvalidRecord(
                "log-invalid", f"{log.name}: {kind} {long[:40]!r}... has more than {longest} characters"
            )


def _parts(log: Log) -> Iterator[list[RecordedGame]]:
    """Games in order, cut where a part is full."""
    part: list[RecordedGame] = []
    room = MOST_CHOICES
    for piece in _pieces(log):
        first = 0
        while first < len(piece.own):
            taken = min(room, len(piece.own) - first)
            part.append(_cut(piece, first, first + taken))
            first, room = first + taken, room - taken
            if not room:
                yield part
                part, room = [], MOST_CHOICES
    if part:
        yield part


def _pieces(log: Log) -> Iterator[RecordedGame]:
    symbols = (*log.symbols, "")  # the last one is where -1 points to
    subjects = subjects_of(log)
    owners = log.subject_of_game().tolist()
    for game, (first, end) in enumerate(zip(log.games[:-1].tolist(), log.games[1:].tolist(), strict=True)):
        yield RecordedGame.model_construct(
            agent_id=subjects[owners[game]].id,
            name=log.game_names[game],
            counterpart=log.counterparts[game] if log.counterparts else "",
            condition=log.conditions[game] if log.conditions else "",
            own=tuple(symbols[code] for code in log.own[first:end].tolist()),
            other=tuple(symbols[code] for code in log.other[first:end].tolist()),
            payoffs=() if log.payoffs is None else tuple(log.payoffs[first:end].tolist()),
        )


def _cut(game: RecordedGame, first: int, end: int) -> RecordedGame:
    return RecordedGame(
        agent_id=game.agent_id, name=game.name, counterpart=game.counterpart, condition=game.condition,
        own=game.own[first:end], other=game.other[first:end], payoffs=game.payoffs[first:end],
        continues=first > 0, ended=end == len(game.own),
    )  # fmt: skip
