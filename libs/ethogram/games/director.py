"""The director of a session: begins it, hears decisions, resolves turns, and is the only one to tell how it ends.

Default of a seat that makes no valid choice: the option that the game or the template declares. It is carried out, so
that nobody waits, but it is told apart from a choice by its outcome, in every record that mentions it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any, Literal

from ethogram.events import (
    AccusationDecided,
    ApprovalPolicy,
    CancelSession,
    DeadlinePassed,
    DecisionMade,
    Event,
    GameId,
    InvalidRecord,
    PauseSession,
    Person,
    PrinciplesInferred,
    ResumeSession,
    SessionCompleted,
    SessionFailed,
    SessionFinished,
    SessionId,
    SessionJudged,
    SessionPaused,
    SessionRejected,
    SessionResumed,
    StartTraining,
    derive,
)
from ethogram.events.commands import Intervention
from ethogram.games import arenas, gating, sequences
from ethogram.games.admission import Adapters, admit, announced, sequence_of
from ethogram.games.asking import Turn
from ethogram.games.authority import in_charge
from ethogram.games.budget import ACTOR, charged, overdrawn
from ethogram.games.course import Course, Play, Request, Said
from ethogram.games.kinds import plan_of, turn_of
from ethogram.games.pairing import counted, forgotten, settle
from ethogram.games.shelf import Shelf
from ethogram.games.skills import NONE, Grants
from ethogram.games.templates import Library
from ethogram.games.turns import answer, present, presented_id, resolve
from ethogram.topology import Refusal
from ethogram.topology.service import Decide

Ending = Literal["cancel", "budget", "approval"]

OURS = Shelf()
"""The templates of this release and those of installed collections."""


def begin(
    course: Course, command: StartTraining, *, adapters: Adapters, constitution: str, dictionary: str,
    rules: Mapping[str, Any] | None = None, shelf: Shelf = OURS, people: Callable[[], Sequence[Person]] = tuple,
    policies: Callable[[], Sequence[ApprovalPolicy]] = tuple, judges: Adapters = MappingProxyType({}),
    grants: Grants = NONE,
) -> Said:  # fmt: skip
    """Admit a session and present the first turn of all its games; the same command again changes nothing.

    `people`: all who may steer sessions, and `policies` whom to ask for approval; the session names those for it.
    """
    if course.phase == "unknown":
        pinned = {
            "people": in_charge(people(), command.name), "policies": gating.policies_for(policies(), command.name),
        }  # fmt: skip
        opened = admit(command, adapters, shelf, judges).model_copy(update=pinned)
        admitted = announced(opened, command, constitution=constitution, dictionary=dictionary, rules=rules)
        granted = grants.made(opened.session_id, opened.agents, command.name)
        for each in granted:
            held = opened.skills.granted(each.agent_id, each.skill, each.authority)
            opened = opened.model_copy(update={"skills": held})
        started, events = _open(opened, templates_of(opened, shelf))
        return started, [admitted, *granted, *arenas.opened(opened), *events]
    if course.command == command.digest():
        return course, ()
    raise InvalidRecord(
        "session-exists",
        f"session {course.session_id} exists with another training; leave session_id out, or choose a new UUID",
    )


def _open(course: Course, templates: Library | None) -> Said:
    """Present the first turns, or ask people first whether the session may begin."""
    policy = gating.policy_for(course, "start")
    if policy is None:
        return present_held(course, templates)
    held = course.model_copy(update={"paused": True})
    asked, requested = gating.ask(held, derive("approval", course.session_id), Request(about="start", policy=policy))
    return asked, [requested]


def with_templates(shelf: Shelf) -> dict[type[Event], Decide[Course]]:
    """What the director decides on that needs templates."""
    return {
        DecisionMade: partial(hear, shelf=shelf), PrinciplesInferred: partial(heed, shelf=shelf),
        DeadlinePassed: partial(go_on, shelf=shelf), ResumeSession: partial(resume, shelf=shelf),
    }  # fmt: skip


def reject(course: Course, refusal: Refusal, tenant: str | None = None) -> Sequence[Event]:
    """Tell that a command that should have begun a session was refused; not if a session lives under its id."""
    if course.phase != "unknown":
        return ()
    rejected = SessionRejected(
        session_id=SessionId(refusal.session_id), reason=refusal.message, command_id=refusal.record_id,
        tenant=tenant,
    )  # fmt: skip
    return (rejected,)


def hear(course: Course, decision: DecisionMade, *, shelf: Shelf = OURS) -> Said:
    """Take in what a seat intends; when the last seat of a turn is in, the turn is resolved and the next presented."""
    if forgotten(course, decision.game_id):
        return course, ()  # too late, as below
    play = _addressed(course, decision)
    if course.phase != "playing" or decision.turn <= play.resolved or play.answers[decision.seat]:
        return course, ()  # late, or known already: it stays on record and changes nothing
    templates = templates_of(course, shelf)
    if play.rules is None and templates is None:
        return fail(course)
    skills, decision = course.skills.counted(decision)
    course = charged(course, decision).model_copy(update={"skills": skills})
    if used_up := overdrawn(course, decision):
        return finish(course, actor=ACTOR, reason=used_up, ended_by="budget")
    turn = turn_of(course, decision.game_id, decision.turn, templates)
    if decision.seat not in (ask.seat for ask in turn.asks):
        raise InvalidRecord("unknown-seat", f"{_place(decision)}: that seat does not move in this turn")
    answered = answer(play, decision, turn)
    if any(answered.answers[ask.seat] is None for ask in turn.asks):
        return course.with_play(decision.game_id, answered), ()
    if gating.is_gated(course, turn):
        proposed = gating.propose(course, decision.game_id, answered, turn)
        return course.with_play(decision.game_id, answered), [proposed]
    return carry_out(course, decision.game_id, answered, turn, templates)


def carry_out(course: Course, game_id: GameId, play: Play, turn: Turn, templates: Library | None) -> Said:
    """Resolve a turn whose seats have all answered, and go on."""
    resolved, told = resolve(course, game_id, play, turn)
    awaited: Sequence[Event] = ()
    if resolved.arena is not None:
        resolved, told, awaited = arenas.advance(course, resolved, told)
    elif templates is not None and play.rules is None:
        resolved, awaited = sequences.advance(course, resolved, told, plan_of(course), templates)
    skills = course.skills.practised(told.actions, {each.decision_id: each.skills for each in play.answers if each})
    moved = course.with_play(game_id, resolved).model_copy(update={"resolved": told.number, "skills": skills})
    followed, events = _follow(moved, game_id, templates)
    return followed, [told, *awaited, *events]


def heed(course: Course, inferred: PrinciplesInferred, *, shelf: Shelf = OURS) -> Said:
    """Choose an agent's next scenario by what was inferred, if that is what its sequence waits for."""
    game_id = sequence_of(inferred.agent_id)
    play = course.games.get(game_id)
    if inferred.after is None or play is None or play.awaits != inferred.after or course.phase != "playing":
        return course, ()  # not awaited, or too late: the deadline has passed and the choice was made
    templates = templates_of(course, shelf)
    if templates is None:
        return fail(course)
    return _follow(
        course.with_play(game_id, sequences.informed(course, play, inferred, plan_of(course), templates)),
        game_id, templates,
    )  # fmt: skip


def go_on(course: Course, passed: DeadlinePassed, *, shelf: Shelf = OURS) -> Said:
    """What a sequence waits for did not come in time: it goes on without."""
    play = course.games.get(passed.game_id)
    if play is None or play.awaits != passed.after or course.phase != "playing":
        return course, ()
    templates = templates_of(course, shelf)
    if templates is None:
        return fail(course)
    return _follow(
        course.with_play(passed.game_id, sequences.uninformed(course, play, passed, plan_of(course), templates)),
        passed.game_id, templates,
    )  # fmt: skip


def heed_decision(course: Course, decided: AccusationDecided, *, shelf: Shelf = OURS) -> Said:
    """Let what the council has decided about an accusation take effect; with the last case of a round it goes on."""
    if not arenas.is_open(course, decided):
        return course, ()  # the session is over
    templates = templates_of(course, shelf)
    if course.scenarios and templates is None:
        return fail(course)
    play, told = arenas.heed(course, course.games[decided.game_id], decided)
    moved = course.with_play(decided.game_id, play)
    if play.awaits is not None:
        return moved, told
    followed, events = _follow(moved, decided.game_id, templates)
    return followed, [*told, *events]


def pause(course: Course, command: PauseSession) -> Said:
    """Hold all presentations from now on; turns that are before their seats are still resolved."""
    require_live(course, command)
    if course.paused:
        return course, ()
    paused = SessionPaused(
        session_id=course.session_id, command_id=command.command_id, actor=command.actor, reason=command.reason,
        turns=course.resolved,
    )  # fmt: skip
    return course.model_copy(update={"paused": True}), [paused]


def resume(course: Course, command: ResumeSession, *, shelf: Shelf = OURS) -> Said:
    """Present what was held."""
    require_play(course, command)
    if not course.paused:
        return course, ()
    if any(each.about == "start" for each in course.requests.values()):
        raise InvalidRecord(
            "not-approved", f"session {course.session_id} waits for approval: `ethogram approvals list`"
        )
    resumed = SessionResumed(
        session_id=course.session_id, command_id=command.command_id, actor=command.actor, reason=command.reason,
        turns=course.resolved,
    )  # fmt: skip
    templates = templates_of(course, shelf)
    if course.scenarios and templates is None:
        return fail(course)
    released, events = present_held(course.model_copy(update={"paused": False}), templates)
    return released, [resumed, *events]


def cancel(course: Course, command: CancelSession) -> Said:
    """End play now; what was played goes to the council, what is decided later is not applied."""
    if course.cancelled:
        return course, ()
    require_play(course, command)
    return finish(course, actor=command.actor, reason=command.reason or None, ended_by="cancel")


def complete(course: Course, judged: SessionJudged) -> Said:
    """The council has spoken."""
    if course.phase == "completed":
        return course, ()
    if course.phase != "judging":
        raise InvalidRecord(
            "not-finished", f"session {judged.session_id} is {course.phase}; only finished play is judged"
        )
    completed = SessionCompleted(session_id=course.session_id, cancelled=course.cancelled)
    return course.model_copy(update={"phase": "completed"}), [completed]


def _addressed(course: Course, decision: DecisionMade) -> Play:
    """The game that a decision is for; InvalidRecord if it was never presented, or not to this agent."""
    if course.phase == "unknown":
        raise InvalidRecord("unknown-session", f"session {decision.session_id} was never started")
    play = course.games.get(decision.game_id)
    if play is None:
        raise InvalidRecord("unknown-game", f"session {decision.session_id} has no game {decision.game_id!r}")
    where = _place(decision)
    if not 1 <= decision.turn <= play.presented:
        raise InvalidRecord("unknown-turn", f"{where}: presented so far: 1 to {play.presented}")
    if not 0 <= decision.seat < len(play.players):
        raise InvalidRecord("unknown-seat", f"{where}: seats are 0 to {len(play.players) - 1}")
    if decision.agent_id != play.players[decision.seat]:
        raise InvalidRecord(
            "seat-taken", f"{where}: {play.players[decision.seat]!r} sits there, not {decision.agent_id!r}"
        )
    if decision.presented_id != presented_id(course, decision.game_id, decision.turn):
        raise InvalidRecord("presented-id", f"{where}: presented_id {decision.presented_id!r} is not the turn's")
    return play


def _place(decision: DecisionMade) -> str:
    return f"game {decision.game_id!r}, turn {decision.turn}, seat {decision.seat} of session {decision.session_id}"


def _follow(course: Course, game_id: GameId, templates: Library | None) -> Said:
    """What comes after a resolved turn: the next one, the next heat, the end, or nothing yet."""
    if course.games[game_id].over:
        return _follow_game(course.model_copy(update={"open": course.open - 1}), game_id, templates)
    if course.paused or not course.games[game_id].held:
        return course, ()
    play, event = present(course, game_id, templates)
    return course.with_play(game_id, play), [event]


def _follow_game(course: Course, game_id: GameId, templates: Library | None) -> Said:
    """What comes after a game: with the last match of a heat the next one, with the last game of all the end."""
    settled, told = settle(course, game_id)
    if not settled.open:
        finished, events = finish(settled)
        return finished, [*told, *events]
    if settled.paused or not told:
        return settled, told
    begun, events = present_held(settled, templates)
    return begun, [*told, *events]


def present_held(course: Course, templates: Library | None) -> Said:
    """Present the next turn of each game whose next turn is still to be presented."""
    held = [game_id for game_id in sorted(course.games) if course.games[game_id].held]
    presented = {game_id: present(course, game_id, templates) for game_id in held}
    games = {**course.games, **{game_id: play for game_id, (play, _) in presented.items()}}
    messages = {game_id: told for game_id, told in course.messages.items() if game_id not in presented}
    moved = course.model_copy(update={"games": games, "messages": messages})
    return moved, [event for _, event in presented.values()]


def finish(
    course: Course, *, actor: str | None = None, reason: str | None = None, ended_by: Ending | None = None
) -> Said:
    """End play: all of it was played, or somebody or something ended it early."""
    turns = counted({**dict.fromkeys(course.agents, 0), **course.turns_by_agent}, course.games.values())
    finished = SessionFinished(
        session_id=course.session_id, turns=course.resolved, turns_by_agent=turns,
        cancelled=ended_by is not None, actor=actor, reason=reason, ended_by=ended_by,
    )  # fmt: skip
    broken = arenas.broken_off(course)
    over = {"phase": "judging", "paused": False, "cancelled": ended_by is not None, "requests": {}}
    return course.model_copy(update=over), [*broken, *course.skills.learnt(course.session_id), finished]


def templates_of(course: Course, shelf: Shelf) -> Library | None:
    """The templates that the session was admitted with; none if they changed since, or if it has no scenarios."""
    return shelf.pinned(course.scenarios.templates, course.templates) if course.scenarios else None


def fail(course: Course) -> Said:
    """Scenarios are made again from their seed: other templates would resolve another story than the one told."""
    named = course.scenarios.templates if course.scenarios else ""
    reason = (
        f"the session was admitted with scenario templates {course.templates[:12]}, and {named or 'this release'} has"
        " others by now; start it again, or bring back the templates that it was admitted with"
    )
    return course.model_copy(update={"phase": "failed"}), [SessionFailed(session_id=course.session_id, reason=reason)]


def require_live(course: Course, command: Intervention) -> None:
    """InvalidRecord unless the session plays with agents that are asked."""
    require_play(course, command)
    if course.imported is not None:
        raise InvalidRecord("recorded", f"session {course.session_id} is an import: nobody is asked in it")


def require_play(course: Course, command: Intervention) -> None:
    """InvalidRecord unless the session plays."""
    if course.phase == "unknown":
        raise InvalidRecord("unknown-session", f"session {command.session_id} was never started")
    if course.phase != "playing":
        state = "over (cancelled)" if course.cancelled else f"over ({course.phase})"
        raise InvalidRecord(
            "session-over", f"session {command.session_id} is {state}; only one that plays can be steered"
        )
