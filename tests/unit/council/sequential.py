"""A checker of title histories: is there one order of the sessions that explains what was said, and when?

After Wing and Gong (1993): an operation is a placed session, called when it was asked to be placed and returned when
the ladder had answered. A history is linearizable if the operations can be put into one order in which each answer is
what the rule gives, and in which no operation comes before one that had returned before it was called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ethogram.council.ladder import contest
from ethogram.events import Holding, SessionPlaced, TitleChallenged, TitleDefended, TitleTaken

Said = TitleTaken | TitleDefended | TitleChallenged
Dead = set[tuple[frozenset[str], str]]
"""Sessions that are left and how the title is held: what was tried in vain."""


class Operation(NamedTuple):
    """One session's bid for its title."""

    placed: SessionPlaced
    called: float
    returned: float
    said: Said | None
    """What the ladder answered; none if nobody was crowned."""


def order(history: Sequence[Operation]) -> list[Operation] | None:
    """One order that explains a history, over all its titles; none if there is none."""
    found: list[Operation] = []
    for title in sorted({each.placed.title for each in history}):
        explained = _explained([each for each in history if each.placed.title == title], None, set())
        if explained is None:
            return None
        found += explained
    return found


def _explained(left: Sequence[Operation], held: Holding | None, dead: Dead) -> list[Operation] | None:
    if not left:
        return []
    key = frozenset(each.placed.session_id for each in left), held.model_dump_json() if held else ""
    if key in dead:
        return None
    earliest = min(each.returned for each in left)
    for each in (each for each in left if each.called <= earliest):
        made = contest(held, each.placed)
        if not _agrees(made, held, each.said):
            continue
        rest = _explained([other for other in left if other is not each], made[1] if made else held, dead)
        if rest is not None:
            return [each, *rest]
    dead.add(key)
    return None


def _agrees(made: tuple[type[Said], Holding] | None, held: Holding | None, said: Said | None) -> bool:
    if made is None or said is None:
        return made is said is None
    return (type(said), said.before, said.after) == (made[0], held, made[1])


def operations(
    placed: Mapping[str, tuple[SessionPlaced, float]], said: Sequence[tuple[Said, float]]
) -> list[Operation]:
    """A history from what was asked, by session, and what was answered, each with its time."""
    answers = {event.of_session: (event, time) for event, time in said}
    last = float("inf")
    return [
        Operation(event, time, answers[session][1] if session in answers else last, answers.get(session, (None, 0))[0])
        for session, (event, time) in placed.items()
    ]
