"""Gating: turns that wait for the council, and what people are asked where the council is in doubt.

A turn is gated by what is at stake in it, not by what was chosen: a session names the lowest risk from which its turns
go before the council (a strict session names 0). Play goes on in all other games meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from ethogram.events import (
    ActRuled,
    ApprovalDecided,
    ApprovalExpired,
    ApprovalPolicy,
    ApprovalRequested,
    DecideApproval,
    GameId,
    InvalidRecord,
    Occasion,
    Role,
    Rung,
    TurnProposed,
    TurnRuled,
    derive,
    quantise,
)
from ethogram.games.asking import Ask, Turn
from ethogram.games.course import Course, Override, Play, Request
from ethogram.games.turns import resolve

HARM = "harm-avoidance"
Outcome = tuple[Course, Request, ApprovalDecided | ApprovalRequested]
"""The course, the request as it stands, and what came of it."""
UNASKED = ApprovalPolicy(name="none", about=("turn",), chain=(Rung(role="referee", seconds=60),), then="reject")
"""Holds where the roster's owner wrote no policy for a doubted turn."""


def risk(turn: Turn) -> float:
    """What is at stake: the worst that an option declares to do to anybody, 0 to 1. A match pays points, no more."""
    worst = [0.0]
    for option in turn.options:
        worst += [option.effects.get(HARM, 0.0), *option.stakeholders.values(), *option.relations.values()]
    return quantise(max(0.0, -min(worst)))


def is_gated(course: Course, turn: Turn) -> bool:
    """Whether a turn takes effect only after the council."""
    return course.gate is not None and risk(turn) >= course.gate


def propose(course: Course, game_id: GameId, answered: Play, turn: Turn) -> TurnProposed:
    """Put a turn whose seats have all answered before the council."""
    _, proposal = resolve(course, game_id, answered, turn)
    return TurnProposed(
        session_id=course.session_id, game_id=game_id, turn=proposal.turn, risk=risk(turn), proposal=proposal
    )


def is_open(course: Course, ruled: TurnRuled) -> bool:
    """Whether this turn waits for the council."""
    play = course.games.get(ruled.game_id)
    return course.phase == "playing" and play is not None and play.presented == ruled.turn == play.resolved + 1


def ruled_out(course: Course, ruled: TurnRuled, turn: Turn) -> Course:
    """The course with the default ordered for each seat whose act the council rejects."""
    kept = course.overrides.get(ruled.game_id, ())
    ours = [
        Override(seat=act.seat, option=ask.default, command_id=ruled.id)
        for act, ask in _at_stake(course, ruled, turn) if act.ruling == "reject"
    ]  # fmt: skip
    return _ordered(course, ruled.game_id, [*kept, *ours])


def doubts(course: Course, ruled: TurnRuled, turn: Turn) -> list[tuple[ActRuled, Ask]]:
    """Acts on which people are to decide, those that the council escalates, each with what its seat was asked."""
    return [(act, ask) for act, ask in _at_stake(course, ruled, turn) if act.ruling == "escalate"]


def _at_stake(course: Course, ruled: TurnRuled, turn: Turn) -> list[tuple[ActRuled, Ask]]:
    """Acts that would be carried out: no person has ordered something else, and they are not the default anyway."""
    theirs = {each.seat for each in course.overrides.get(ruled.game_id, ())}
    answers, asks = course.games[ruled.game_id].answers, {ask.seat: ask for ask in turn.asks}
    free = [(act, asks[act.seat]) for act in ruled.acts if act.seat in asks and act.seat not in theirs]
    return [(act, ask) for act, ask in free if (taken := answers[act.seat]) and taken.intended != ask.default]


def ask_about(course: Course, ruled: TurnRuled, act: ActRuled, put: Ask) -> tuple[Course, ApprovalRequested]:
    """Ask people about one seat's act."""
    policy = policy_for(course, "turn") or UNASKED
    answer = course.games[ruled.game_id].answers[act.seat]
    asked = Request(
        about="turn", policy=policy, game_id=ruled.game_id, turn=ruled.turn, seat=act.seat, agent_id=act.agent_id,
        intended=answer.intended if answer else "", instead=put.default,
        options=tuple(option.id for option in put.options),
        reasons=tuple(reason for vote in act.votes if vote.vote != "approve" for reason in vote.reasons),
    )  # fmt: skip
    return ask(course, derive("approval", ruled.id, act.seat), asked)


def ask(course: Course, approval_id: str, asked: Request) -> tuple[Course, ApprovalRequested]:
    """Open a request, or put it before the next rung."""
    rung = asked.policy.chain[asked.level]
    requested = ApprovalRequested(
        session_id=course.session_id, approval_id=approval_id, level=asked.level, about=asked.about,
        game_id=asked.game_id, turn=asked.turn, seat=asked.seat, agent_id=asked.agent_id,
        intended=asked.intended, instead=asked.instead, options=asked.options, reasons=asked.reasons,
        policy=asked.policy.name, role=rung.role, seconds=rung.seconds, channels=rung.channels,
    )  # fmt: skip
    return course.model_copy(update={"requests": {**course.requests, approval_id: asked}}), requested


def policy_for(course: Course, occasion: Occasion) -> ApprovalPolicy | None:
    """The first policy of the session that names this occasion."""
    return next((each for each in course.policies if occasion in each.about), None)


def policies_for(policies: Iterable[ApprovalPolicy], training: str) -> tuple[ApprovalPolicy, ...]:
    """Policies that hold for a training of this name."""
    return tuple(each for each in policies if any(fnmatchcase(training, pattern) for pattern in each.trainings))


def role_for(course: Course, command: DecideApproval) -> Role:
    """The role that an answer takes now; InvalidRecord if nothing is open under its id."""
    asked = _asked(course, command)
    return asked.policy.chain[asked.level].role


def answered(course: Course, command: DecideApproval) -> Outcome:
    """What a person's answer leads to: the decision, or the next rung."""
    asked = _asked(course, command)
    if command.decision == "escalate":
        return _climb(course, command.approval_id, asked, command)
    if command.decision == "modify" and command.option not in asked.options:
        offered = ", ".join(asked.options) or "nothing"
        raise InvalidRecord(
            "unknown-option", f"approval {command.approval_id}: {command.option!r} is not on offer: {offered}"
        )
    return _decide(course, command.approval_id, asked, command.decision, command)


def expired(course: Course, event: ApprovalExpired) -> Outcome | None:
    """What follows when nobody answered: the next rung, or the remedy of the policy; none if it was answered."""
    asked = course.requests.get(event.approval_id)
    if asked is None or asked.level != event.level or course.phase != "playing":
        return None
    return _climb(course, event.approval_id, asked, None)


def settled(course: Course, asked: Request, decided: ApprovalDecided) -> Course:
    """The course with what was decided about a turn ordered for its seat."""
    option = {"modify": decided.option, "reject": asked.instead}.get(decided.decision)
    if option is None or asked.game_id is None or asked.seat is None:
        return course
    order = Override(seat=asked.seat, option=option, command_id=decided.command_id or decided.id)
    kept = [each for each in course.overrides.get(asked.game_id, ()) if each.seat != asked.seat]
    return _ordered(course, asked.game_id, [*kept, order])


def _climb(course: Course, approval_id: str, asked: Request, command: DecideApproval | None) -> Outcome:
    if asked.level + 1 < len(asked.policy.chain):
        higher = asked.model_copy(update={"level": asked.level + 1})
        moved, requested = ask(course, approval_id, higher)
        return moved, higher, requested
    return _decide(course, approval_id, asked, asked.policy.then, command)


def _decide(course: Course, approval_id: str, asked: Request, decision: str, command: DecideApproval | None) -> Outcome:
    option = {"modify": command.option if command else None, "reject": asked.instead}.get(decision)
    decided = ApprovalDecided.model_validate({
        "session_id": course.session_id, "approval_id": approval_id, "decision": decision, "option": option,
        "actor": command.actor if command else f"policy {asked.policy.name}",
        "reason": command.reason if command else "nobody answered in time",
        "command_id": command.command_id if command else None, "turns": course.resolved,
    })  # fmt: skip
    left = {name: each for name, each in course.requests.items() if name != approval_id}
    return course.model_copy(update={"requests": left}), asked, decided


def _asked(course: Course, command: DecideApproval) -> Request:
    asked = course.requests.get(command.approval_id)
    if asked is None or course.phase != "playing":
        known = ", ".join(sorted(course.requests)) if course.phase == "playing" else ""
        where = f"session {command.session_id}, approval {command.approval_id!r}"
        raise InvalidRecord("not-open", f"{where}: nothing is asked under this id; open: {known or 'nothing'}")
    return asked


def _ordered(course: Course, game_id: GameId, orders: Sequence[Override]) -> Course:
    if not orders:
        return course
    return course.model_copy(update={"overrides": {**course.overrides, game_id: tuple(orders)}})
