"""Scenario generator: the director of sessions. Admits them, presents their turns, resolves them, ends them."""

from collections.abc import Callable, Sequence
from functools import partial

from ethogram import events
from ethogram.agents import checks
from ethogram.audit import signed_by
from ethogram.council import Constitution, constitution, read_constitution
from ethogram.events.envelope import Record
from ethogram.games import Course, director, imports, steering
from ethogram.principles import dictionary_digest
from ethogram.runtime.store.agents import keep_agents
from ethogram.runtime.store.audit_log import insert_lines
from ethogram.runtime.store.dry_runs import remove_dry_runs
from ethogram.runtime.store.sessions import PROJECTED, keep_course
from ethogram.services.scenario_generator.effects import AWAITING, deadlines, shelf, wait
from ethogram.topology import Effect, Service
from ethogram.topology.service import Project

Roster = Callable[[], Sequence[events.Person]]
KEPT: dict[type[events.Event], Project] = {events.AuditLogged: insert_lines, events.AgentRegistered: keep_agents}
ACCEPTED = (events.ActionOverrideAccepted, events.AgentSwapped, events.MessageAccepted, events.VerdictOverridden)


def under(rules: Constitution, people: Roster = tuple) -> Service[Course]:
    """The director, who pins the sessions that begin to these rules and to those among these people who may steer."""
    told, names, words = None if rules == constitution() else rules.document(), rules.digest(), dictionary_digest()
    beginning = partial(director.begin, adapters=checks(), constitution=names, dictionary=words, rules=told,
                        shelf=shelf, people=people)  # fmt: skip
    taking = partial(imports.take, constitution=names, dictionary=words, rules=told)
    return Service(
        name="scenario-generator", initial=Course(),
        decides=steering.decisions(beginning, taking, adapters=checks(), verify=signed_by, shelf=shelf),
        performs={events.PosteriorAwaited: Effect(tasks=deadlines, run=wait)},
        projects={**dict.fromkeys(PROJECTED, keep_course), **KEPT},
        refuses=steering.refusals(),
        emits=(events.ScenarioPresented, *AWAITING, *PROJECTED, *ACCEPTED, *KEPT),
        pinned=as_recorded, tidies=remove_dry_runs,
    )  # fmt: skip


def as_recorded(records: Sequence[Record]) -> Service[Course]:
    """The director under what the session of these records was admitted with."""
    found = next((each.event for each in records if isinstance(each.event, events.SessionAdmitted)), None)
    own = found.constitution if found else None
    return under(read_constitution(own) if own else constitution(), lambda: found.people if found else ())


scenario_generator = under(constitution())
