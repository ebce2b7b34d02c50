"""What people may change in a session: an action, a verdict, what agents are told."""

from __future__ import annotations

from ethogram.events import (
    ActionOverrideAccepted,
    GameId,
    InjectMessage,
    InvalidRecord,
    Message,
    MessageAccepted,
    OverrideAction,
    OverrideVerdict,
    VerdictIssued,
    VerdictOverridden,
)
from ethogram.events.commands import Intervention
from ethogram.games import director
from ethogram.games.course import Course, Override, Play, Said
from ethogram.games.kinds import turn_of
from ethogram.games.shelf import Shelf


def override_action(course: Course, command: OverrideAction, *, shelf: Shelf) -> Said:
    """Carry out this option for a seat in the next turn of its game that is resolved."""
    play = _playing(course, command, command.game_id)
    turn = play.resolved + 1
    where = f"turn {turn} of game {command.game_id!r} of session {command.session_id}"
    templates = director.templates_of(course, shelf)
    if play.rules is None and templates is None:
        raise InvalidRecord("templates-changed", f"{where}: the templates of its scenario are others by now")
    if play.awaits is not None:
        raise InvalidRecord("turn-unknown", f"{where}: it is still being chosen; ask again when it was presented")
    asks = {ask.seat: ask for ask in turn_of(course, command.game_id, turn, templates).asks}
    if command.seat not in asks:
        raise InvalidRecord("unknown-seat", f"{where}: seats that move are {', '.join(map(str, sorted(asks)))}")
    offered = [option.id for option in asks[command.seat].options]
    if command.option not in offered:
        raise InvalidRecord("unknown-option", f"{where}: {command.option!r} is not on offer: {', '.join(offered)}")
    kept = Override(seat=command.seat, option=command.option, command_id=command.command_id)
    others = tuple(each for each in course.overrides.get(command.game_id, ()) if each.seat != command.seat)
    accepted = ActionOverrideAccepted(
        session_id=course.session_id, command_id=command.command_id, actor=command.actor, reason=command.reason,
        game_id=command.game_id, turn=turn, seat=command.seat, option=command.option, turns=course.resolved,
    )  # fmt: skip
    return course.model_copy(update={"overrides": {**course.overrides, command.game_id: (*others, kept)}}), [accepted]


def inject_message(course: Course, command: InjectMessage) -> Said:
    """Tell the seats of a game something with the next turn that is put before them."""
    play = _playing(course, command, command.game_id)
    turn = play.presented + 1
    if play.turns and turn > play.turns:
        raise InvalidRecord("no-turn-left", f"game {command.game_id!r}: its last turn is before its seats already")
    told = Message(command_id=command.command_id, actor=command.actor, text=command.text)
    waiting = (*course.messages.get(command.game_id, ()), told)
    accepted = MessageAccepted(
        session_id=course.session_id, command_id=command.command_id, actor=command.actor, reason=command.reason,
        game_id=command.game_id, turn=turn, text=command.text, turns=course.resolved,
    )  # fmt: skip
    return course.model_copy(update={"messages": {**course.messages, command.game_id: waiting}}), [accepted]


def hear_verdict(course: Course, event: VerdictIssued) -> Said:
    """Remember what the council decided about an agent: a person may overrule it."""
    return course.model_copy(update={"verdicts": {**course.verdicts, event.agent_id: event.verdict}}), ()


def override_verdict(course: Course, command: OverrideVerdict) -> Said:
    """Put a person's verdict in the place of the council's."""
    council = course.verdicts.get(command.agent_id)
    if council is None:
        known = ", ".join(sorted(course.verdicts)) or "nobody yet"
        where = f"session {command.session_id}, agent {command.agent_id!r}"
        raise InvalidRecord("no-verdict", f"{where}: there is no verdict; the council has judged {known}")
    overridden = VerdictOverridden(
        session_id=course.session_id, command_id=command.command_id, actor=command.actor, reason=command.reason,
        agent_id=command.agent_id, verdict=command.verdict, council=council,
    )  # fmt: skip
    return course, [overridden]


def _playing(course: Course, command: Intervention, game_id: GameId) -> Play:
    if course.phase == "unknown":
        raise InvalidRecord("unknown-session", f"session {command.session_id} was never started")
    if course.phase != "playing":
        raise InvalidRecord("session-over", f"session {command.session_id} is over ({course.phase})")
    play = course.games.get(game_id)
    if play is None:
        known = ", ".join(sorted(course.games)[:10])
        raise InvalidRecord("unknown-game", f"session {command.session_id} has no game {game_id!r}; it has {known}")
    if play.over:
        raise InvalidRecord("game-over", f"game {game_id!r} of session {command.session_id} is over")
    return play
