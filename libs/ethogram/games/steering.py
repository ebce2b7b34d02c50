"""Steering: the commands of people, each with the role that it takes; and the audit log of what was asked and ruled."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from ethogram.events import (
    AccusationDecided,
    AcknowledgeAlert,
    AnswerTurn,
    ApprovalExpired,
    AuditLogged,
    CancelSession,
    DecideApproval,
    DecisionMade,
    Event,
    GrantSkill,
    ImportGames,
    InjectMessage,
    InvalidRecord,
    NotificationSettled,
    OverrideAction,
    OverrideVerdict,
    PauseSession,
    Person,
    RegisterAgent,
    ResumeSession,
    RevokeSkill,
    Role,
    SayInChat,
    SessionId,
    SessionJudged,
    StartTraining,
    SwapAgent,
    TurnRuled,
    VerdictIssued,
)
from ethogram.events.commands import Intervention
from ethogram.events.envelope import Record
from ethogram.games import director, gating, permission
from ethogram.games.admission import Adapters
from ethogram.games.alerting import ALERTS, acknowledge
from ethogram.games.authority import Verify, authorise, in_charge
from ethogram.games.chat import say, with_replies
from ethogram.games.course import Course
from ethogram.games.granting import grant, revoke
from ethogram.games.overrides import hear_verdict, inject_message, override_action, override_verdict
from ethogram.games.registration import register
from ethogram.games.shelf import Shelf
from ethogram.games.skills import Installed
from ethogram.games.swapping import swap
from ethogram.games.tenancy import Owns, check_tenant, nobody, tenant_of
from ethogram.topology import Refusal, Whole
from ethogram.topology.service import Decide

Charge = Callable[[Record], Sequence[Person]]
"""Who may ask for what belongs to no session, when this record was ruled on."""
Rule = Callable[..., tuple[Course, Sequence[Event]]]
"""`(course, event) -> (course, events)`; some take the shelf of templates besides."""

Takes = Role | Callable[..., Role]
"""The role that a command takes, where that hangs on what it is about: `(course, command) -> role`."""

STEERING: Mapping[type[Intervention], tuple[Takes, Rule]] = {
    PauseSession: ("operator", director.pause),
    ResumeSession: ("operator", director.resume),
    CancelSession: ("operator", director.cancel),
    SwapAgent: ("operator", swap),
    InjectMessage: ("operator", inject_message),
    SayInChat: ("operator", say),
    RevokeSkill: ("operator", revoke),
    GrantSkill: ("referee", grant),
    OverrideAction: ("referee", override_action),
    OverrideVerdict: ("referee", override_verdict),
    DecideApproval: (gating.role_for, permission.decide_approval),
}
"""What people may ask for, and the role that it takes."""
WITH_TEMPLATES = (ResumeSession, OverrideAction, DecideApproval)
"""Of these, those whose rule takes the shelf of templates."""


SILENT = (StartTraining, ImportGames, TurnRuled, ApprovalExpired, AccusationDecided)
"""Of these, what changes nothing leaves no line: a repetition, or what comes too late."""


def decisions(
    begin: Rule, take: Rule, *, adapters: Adapters, verify: Verify, shelf: Shelf,
    charge: Charge = lambda record: (), owns: Owns = nobody, skills: Installed = tuple,
) -> dict[type[Event], Decide[Course]]:
    """What the director decides; for each command and each verdict with a line of the audit log."""
    decided: dict[type[Event], Decide[Course]] = {
        StartTraining: Whole(_logged(begin, owns)),
        ImportGames: Whole(_logged(take)),
        VerdictIssued: Whole(_logged(hear_verdict)),
        SessionJudged: director.complete,
        RegisterAgent: Whole(_logged(partial(register, adapters=adapters), owns)),
        TurnRuled: Whole(_logged(partial(permission.heed_ruling, shelf=shelf))),
        AccusationDecided: Whole(_logged(partial(director.heed_decision, shelf=shelf))),
        ApprovalExpired: Whole(_logged(partial(permission.let_expire, shelf=shelf))),
        NotificationSettled: Whole(_logged(_noted)),
        **director.with_templates(shelf),
    }
    decided[AcknowledgeAlert] = Whole(_steered("operator", acknowledge, verify, charge))
    decided[AnswerTurn] = Whole(_logged(_noted))
    decided[DecisionMade] = with_replies(partial(director.hear, shelf=shelf))
    for command, (role, rule) in STEERING.items():
        bound = partial(rule, shelf=shelf) if command in WITH_TEMPLATES else rule
        bound = partial(rule, adapters=adapters) if command is SwapAgent else bound
        bound = partial(rule, skills=skills) if command is GrantSkill else bound
        decided[command] = Whole(_steered(role, bound, verify))
    return decided


def refusals(
    owns: Owns = nobody, charge: Charge = lambda record: ()
) -> dict[type[Event], Callable[[Course, Refusal], Sequence[Event]]]:
    """What the director says to commands that it refused."""
    commands: list[type[Event]] = [*STEERING, RegisterAgent]
    opening: list[type[Event]] = [StartTraining, ImportGames]
    return {
        **{command: _refused_start(command, owns) for command in opening},
        **{command: _refused(command) for command in commands},
        AcknowledgeAlert: _refused(AcknowledgeAlert, charge),
    }


def _steered(
    takes: Takes, rule: Rule, verify: Verify, charge: Charge | None = None
) -> Callable[[Course, Record], tuple[Course, Sequence[Event]]]:
    """`charge`: given where no session names people."""

    def decide(course: Course, record: Record) -> tuple[Course, Sequence[Event]]:
        role = takes(course, record.event) if callable(takes) else takes
        there = course.model_copy(update={"people": in_charge(charge(record), ALERTS)}) if charge else course
        signed = authorise(there, record, role, verify)
        moved, events = rule(there, record.event)
        used = moved.model_copy(update={"used": (*moved.used, vars(record.event)["command_id"])})
        return used, [*events, _line(used, record, signed)]

    return decide


def _logged(rule: Rule, owns: Owns = nobody) -> Callable[[Course, Record], tuple[Course, Sequence[Event]]]:
    def decide(course: Course, record: Record) -> tuple[Course, Sequence[Event]]:
        moved, events = rule(course, record.event)
        check_tenant(record, owns)  # after the rule: who replays a refusal has no proof, and finds the same words
        silent = isinstance(record.event, SILENT) and not events
        return moved, [*events] if silent else [*events, _line(moved, record, False)]

    return decide


def _noted(course: Course, event: Event) -> tuple[Course, Sequence[Event]]:
    """What changes nothing in a session, but stands in the audit log."""
    return course, ()


VERDICTS: Mapping[type[Event], Callable[[Any], str]] = {
    VerdictIssued: lambda event: f"{event.verdict}: {event.agent_id}",
    TurnRuled: lambda event: "; ".join(f"{act.ruling}: {act.agent_id}" for act in event.acts),
    NotificationSettled: lambda event: f"{event.outcome}: {event.channel}",
    AnswerTurn: lambda event: f"handed in: {event.option}, seat {event.seat} of {event.game_id}, turn {event.turn}",
    AccusationDecided: lambda event: (
        f"{event.finding}: {event.accused}, accused by {', '.join(event.accusers) or 'the arena'}"
    ),
}
"""What a line says was said, for records that are no commands of people; of those: accepted."""


def _line(course: Course, record: Record, signed: bool) -> AuditLogged:
    """A line about a record that was not refused."""
    event = record.event
    words = VERDICTS.get(type(event))
    return AuditLogged(
        session_id=event.session_id, about=record.id, who=str(getattr(event, "actor", record.source)),
        what=record.type, when=record.time, why=str(getattr(event, "reason", "")),
        verdict=words(event) if words else "accepted", signed=signed, dry=course.dry,
    )  # fmt: skip


def _refused_start(command: type[Event], owns: Owns) -> Callable[[Course, Refusal], Sequence[Event]]:
    logged = _refused(command)
    return lambda course, refusal: [
        *director.reject(course, refusal, tenant_of(refusal.record, owns)), *logged(course, refusal)
    ]  # fmt: skip


def _refused(command: type[Event], charge: Charge | None = None) -> Callable[[Course, Refusal], Sequence[Event]]:
    def say(course: Course, refusal: Refusal) -> Sequence[Event]:
        what = refusal.record.type if refusal.record else command.TYPE
        line = AuditLogged(
            session_id=SessionId(refusal.session_id), about=refusal.record_id, who=refusal.actor, what=what,
            when=refusal.time, verdict=f"refused: {refusal.message}", dry=course.dry,
            people=_asked_then(charge, refusal.record),
        )  # fmt: skip
        return (line,)

    return say


def _asked_then(charge: Charge | None, record: Record | None) -> tuple[Person, ...] | None:
    """Who was in charge when a command was refused; nothing where nobody was, or that could not be read."""
    if charge is None or record is None:
        return None
    try:
        return in_charge(charge(record), ALERTS) or None
    except InvalidRecord:
        return None
