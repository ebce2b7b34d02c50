"""What the director keeps beside the course of a session, and what it tells of people's doings."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ethogram import events
from ethogram.events import SettingsError
from ethogram.events.envelope import Position, Record
from ethogram.games.skills import Grants
from ethogram.games.steering import Charge
from ethogram.games.tenancy import Owns
from ethogram.runtime.store.agents import keep_agents
from ethogram.runtime.store.alerts import keep_acknowledgements
from ethogram.runtime.store.approvals import keep_decisions, keep_requests
from ethogram.runtime.store.audit_log import insert_lines
from ethogram.runtime.store.chat import keep_chat
from ethogram.topology.service import Project

T = TypeVar("T")
Roster = Callable[[], Sequence[events.Person]]
Policies = Callable[[], Sequence[events.ApprovalPolicy]]
KEPT: dict[type[events.Event], Project] = {
    events.AuditLogged: insert_lines, events.AgentRegistered: keep_agents, events.ApprovalRequested: keep_requests,
    events.ApprovalDecided: keep_decisions, events.ChatSaid: keep_chat, events.AlertAcknowledged: keep_acknowledgements,
}  # fmt: skip
ACCEPTED = (events.ActionOverrideAccepted, events.MessageAccepted, events.VerdictOverridden, events.TurnProposed)
SKILLS = (events.SkillGranted, events.SkillRevoked, events.LearningRecorded)
ARENA = (events.ArenaRoundOpened, events.ArenaRoundClosed, events.AccusationFiled, events.AccusationAnswered,
         events.AgentEliminated, events.ArenaConcluded)  # fmt: skip
TOLD = (*ACCEPTED, *ARENA, *SKILLS)


def told_tenants(records: Sequence[Record]) -> Owns:
    """Believes what the director believed when it told these records."""
    facts = (events.SessionAdmitted, events.SessionRejected, events.AgentRegistered)
    told = {each.event.tenant for each in records if isinstance(each.event, facts)}
    return lambda record: vars(record.event).get("tenant") in told


def told_grants(records: Sequence[Record]) -> Grants:
    """Grants again what these records say that the operator's policy granted."""
    told = [each.event for each in records if isinstance(each.event, events.SkillGranted)]
    entries = tuple(dict.fromkeys(each.authority for each in told if each.by == "policy"))
    return Grants(lambda: {each.skill for each in told}, lambda: entries)


def told_people(records: Sequence[Record]) -> Charge:
    """Who was in charge of alerts when each of these commands was ruled on; InvalidRecord where nobody could tell."""
    told: dict[str | None, Sequence[events.Person]] = {}
    for record in records:
        if isinstance(event := record.event, events.AlertAcknowledged):
            told[record.causation] = event.people
        elif isinstance(event, events.AuditLogged) and event.people:
            told[event.about] = event.people
    unread = {Position(each.topic, each.partition, each.offset): each for each in _unread(records, "people")}

    def charge(record: Record) -> Sequence[events.Person]:
        if record.position in unread:
            raise events.InvalidRecord("people", unread[record.position].message)
        return told.get(record.id, ())

    return charge


def read_then(records: Sequence[Record], setting: str) -> Callable[[], Sequence[Any]]:
    """What the director read of an operator's file for this session, or that it could not read it."""
    admitted = next((each.event for each in records if isinstance(each.event, events.SessionAdmitted)), None)
    pinned = {"people": admitted.people, "approvals": admitted.policies or ()}[setting] if admitted else ()
    unread = [] if admitted else _unread(records, setting)

    def read() -> Sequence[Any]:
        if unread:
            raise events.InvalidRecord(setting, unread[0].message)
        return pinned

    return read


def _unread(records: Sequence[Record], setting: str) -> list[events.RecordDeadLettered]:
    told = (each.event for each in records if isinstance(each.event, events.RecordDeadLettered))
    return [each for each in told if (each.consumer, each.code) == ("ethogram.scenario-generator", setting)]


def or_refuse(read: Callable[[], Sequence[T]]) -> Callable[[], Sequence[T]]:
    """The same reading, but a file that cannot be read refuses the session in words instead of ending the service."""

    def read_or_refuse() -> Sequence[T]:
        try:
            return read()
        except SettingsError as error:
            raise events.InvalidRecord(error.code, error.message) from None

    return read_or_refuse
