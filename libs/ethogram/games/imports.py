"""Imports: a log of recorded games becomes a finished session, part by part, turn by turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ethogram import __version__
from ethogram.events import (
    AgentSpec,
    EventId,
    GameId,
    ImportGames,
    InvalidRecord,
    Played,
    RecordedGame,
    SessionAdmitted,
    SessionFailed,
    SessionFinished,
    TurnResolved,
    Versions,
    derive,
)
from ethogram.events.explanation import Problem
from ethogram.games.course import Course, Import, Said
from ethogram.games.shelf import scenario_templates_digest

ADAPTER = "recorded"
"""Stands for the adapter of subjects of a log, which nobody asks anything."""



def take(
    course: Course, command: ImportGames, *, constitution: str, dictionary: str, rules: Mapping[str, Any] | None = None
) -> Said:
    """Take in one part: the first one opens the session, the last one finishes it.

    A part that comes again changes nothing; one that comes before its turn fails the session, for what is missing
    cannot be told any more.
    """
    if course.phase == "unknown":
        opened = _open(command)
        admitted = _announced(opened, command, constitution, dictionary, rules)
        taken, events = _tell(opened, command)
        return taken, [admitted, *events]
    if course.imported is None or (command.part == 1 and course.command != command.digest()):
        raise InvalidRecord("session-exists", f"session {course.session_id} exists; choose a new UUID for the import")
    if course.phase != "playing" or command.part <= course.imported.done:
        return course, ()
    wrong = _problems(course, command)
    return _fail(course, wrong) if wrong else _tell(course, command)


def _open(command: ImportGames) -> Course:
    agents = {
        each.id: AgentSpec(id=each.id, adapter=ADAPTER, config={"subject": each.subject, "group": each.group})
        for each in command.subjects
    }
    course = Course(
        session_id=command.session_id, phase="playing", command=command.digest(), agents=agents,
        templates=scenario_templates_digest(),
        imported=Import(parts=command.recording.parts, choices=command.recording.choices),
    )  # fmt: skip
    wrong = _problems(course, command)
    if not wrong and len(agents) != len(command.subjects):
        wrong = [Problem(("subjects",), "two of them have the same id")]
    if wrong:
        raise InvalidRecord("import", "; ".join(map(str, wrong)))
    return course


def _problems(course: Course, command: ImportGames) -> list[Problem]:
    """What is wrong with a part that should come now."""
    at = _at(course)
    due = at.done + 1
    if command.part != due:
        return [Problem(("part",), f"is {command.part}, but part {due} has not come")]
    if command.part > 1 and command.subjects:
        return [Problem(("subjects",), "stand in part 1 alone")]
    open_agent: str = at.agent_id
    for place, game in enumerate(command.games):
        if words := _wrong(course, game, open_agent):
            return [Problem(("games", place), words)]
        open_agent = "" if game.ended else game.agent_id
    return _of_size(at, course.resolved, command, still_open=bool(open_agent))


def _at(course: Course) -> Import:
    if course.imported is None:
        raise ValueError(f"session {course.session_id} is no import")
    return course.imported


def _wrong(course: Course, game: RecordedGame, open_agent: str) -> str:
    if game.agent_id not in course.agents:
        return f"agent_id: {game.agent_id!r} is none of the subjects of part 1"
    if len(game.other) != len(game.own) or len(game.payoffs) not in (0, len(game.own)):
        return f"own, other and payoffs tell {len(game.own)}, {len(game.other)} and {len(game.payoffs)} rounds"
    if game.continues != bool(open_agent):
        return "continues: the game before has ended" if game.continues else "the game before has not ended"
    if game.continues and game.agent_id != open_agent:
        return f"goes on with a game of {open_agent!r}, not of {game.agent_id!r}"
    return ""


def _of_size(at: Import, before: int, command: ImportGames, *, still_open: bool) -> list[Problem]:
    told = before + sum(len(game.own) for game in command.games)
    last = command.part == command.recording.parts
    if told > at.choices or (last and told != at.choices):
        return [Problem(("recording", "choices"), f"{at.choices} are announced, {told} were told by this part")]
    return [Problem(("games",), "the last game of the last part has not ended")] if last and still_open else []


def _announced(
    course: Course, command: ImportGames, constitution: str, dictionary: str, rules: Mapping[str, Any] | None
) -> SessionAdmitted:
    return SessionAdmitted(
        session_id=course.session_id, name=command.name, mode="auto", seed=0, agents=tuple(course.agents.values()),
        games=(), recording=command.recording,
        versions=Versions(
            ethogram=__version__, templates=course.templates, constitution=constitution, dictionary=dictionary
        ),
        constitution=rules if rules is None else dict(rules),
    )  # fmt: skip


def _tell(course: Course, command: ImportGames) -> Said:
    """The turns of one part."""
    at = _at(course)
    turns: list[TurnResolved] = []
    counts = Counter(course.turns_by_agent)
    for game in command.games:
        if not game.continues:
            at = at.model_copy(update={"games": at.games + 1, "turn": 0, "before": ""})
        for row in range(len(game.own)):
            turns.append(_turn(command, game, row, at, course.resolved + len(turns) + 1))
            at = at.model_copy(update={"turn": at.turn + 1, "before": _joint(game, row)})
        counts[game.agent_id] += len(game.own)
        at = at.model_copy(update={"agent_id": "" if game.ended else game.agent_id})
    moved = course.model_copy(
        update={
            "imported": at.model_copy(update={"done": command.part}),
            "resolved": course.resolved + len(turns),
            "turns_by_agent": dict(counts),
        }
    )
    if command.part < at.parts:
        return moved, turns
    finished = SessionFinished(
        session_id=course.session_id, turns=moved.resolved,
        turns_by_agent={agent: moved.turns_by_agent.get(agent, 0) for agent in course.agents},
    )  # fmt: skip
    return moved.model_copy(update={"phase": "judging"}), [*turns, finished]


def _turn(command: ImportGames, game: RecordedGame, row: int, at: Import, number: int) -> TurnResolved:
    game_id = GameId(f"r{at.games:06d}" + (f":{game.name}" if game.name else ""))
    turn = at.turn + 1
    played = Played(
        seat=0, agent_id=game.agent_id, outcome="chosen", intended=game.own[row], executed=game.own[row],
        decision_id=EventId(derive(TurnResolved.TYPE, command.session_id, game_id, turn)),
        payoff=game.payoffs[row] if game.payoffs else 0.0, faced=game.other[row], counterpart=game.counterpart,
        condition=game.condition,
    )  # fmt: skip
    return TurnResolved(
        session_id=command.session_id, game_id=game_id, turn=turn, kind="game", presented_id=command.id,
        number=number, actions=(played,), before=at.before, last=game.ended and row == len(game.own) - 1,
    )  # fmt: skip


def _joint(game: RecordedGame, row: int) -> str:
    """The joint action as the turn after remembers it; nothing where an action is more than a symbol, or untold."""
    pair = game.own[row], game.other[row]
    return "".join(pair) if all(len(symbol) == 1 for symbol in pair) else ""


def _fail(course: Course, wrong: Sequence[Problem]) -> Said:
    reason = f"the import broke off: {'; '.join(map(str, wrong))}"
    return course.model_copy(update={"phase": "failed"}), [SessionFailed(session_id=course.session_id, reason=reason)]
