"""Permission: what a ruling of the council, or an answer of people, lets a session do."""

from __future__ import annotations

from ethogram.events import ApprovalDecided, ApprovalExpired, ApprovalRequested, DecideApproval, Event, TurnRuled
from ethogram.games import director, gating
from ethogram.games.course import Course, Request, Said
from ethogram.games.director import Ending
from ethogram.games.kinds import turn_of
from ethogram.games.shelf import Shelf

BY: Ending = "approval"
"""What ends a session that people do not approve."""


def heed_ruling(course: Course, ruled: TurnRuled, *, shelf: Shelf) -> Said:
    """Carry out a turn on which the council has ruled, or ask people about what it is in doubt about."""
    if not gating.is_open(course, ruled):
        return course, ()  # the session is over
    templates = director.templates_of(course, shelf)
    play = course.games[ruled.game_id]
    if play.rules is None and templates is None:
        return director.fail(course)
    turn = turn_of(course, ruled.game_id, ruled.turn, templates)
    moved = gating.ruled_out(course, ruled, turn)
    asked: list[Event] = []
    for act, put in gating.doubts(moved, ruled, turn):
        moved, requested = gating.ask_about(moved, ruled, act, put)
        asked.append(requested)
    return (moved, asked) if asked else director.carry_out(moved, ruled.game_id, play, turn, templates)


def decide_approval(course: Course, command: DecideApproval, *, shelf: Shelf) -> Said:
    """Let a person's answer to a request take effect."""
    moved, asked, told = gating.answered(course, command)
    return _follow_up(moved, asked, told, shelf)


def let_expire(course: Course, event: ApprovalExpired, *, shelf: Shelf) -> Said:
    """Go on where nobody answered: with the next rung, or as the policy says."""
    found = gating.expired(course, event)
    return _follow_up(*found, shelf) if found else (course, ())


def _follow_up(course: Course, asked: Request, told: ApprovalDecided | ApprovalRequested, shelf: Shelf) -> Said:
    if isinstance(told, ApprovalRequested):
        return course, [told]
    moved, events = _done(course, asked, told, shelf)
    return moved, [told, *events]


def _done(course: Course, asked: Request, decided: ApprovalDecided, shelf: Shelf) -> Said:
    refused = asked.about == "start" and decided.decision == "reject"
    if decided.decision == "terminate" or refused:
        return director.finish(course, actor=decided.actor, reason=decided.reason, ended_by=BY)
    templates = director.templates_of(course, shelf)
    if course.scenarios and templates is None:
        return director.fail(course)
    if asked.about == "start" or asked.game_id is None or asked.turn is None:
        return director.present_held(course.model_copy(update={"paused": False}), templates)
    moved = gating.settled(course, asked, decided)
    if any((each.game_id, each.turn) == (asked.game_id, asked.turn) for each in moved.requests.values()):
        return moved, ()  # people are still asked about another seat of it
    turn = turn_of(moved, asked.game_id, asked.turn, templates)
    return director.carry_out(moved, asked.game_id, moved.games[asked.game_id], turn, templates)
