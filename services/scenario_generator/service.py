"""Scenario generator: the director of sessions. Admits them, presents their turns, resolves them, ends them."""

from collections.abc import Sequence
from functools import partial

from ethogram import events, judges
from ethogram.agents import checks
from ethogram.audit import signed_by
from ethogram.council import Constitution, constitution, read_constitution
from ethogram.events.envelope import Record
from ethogram.games import Course, director, imports, steering
from ethogram.games.skills import Grants
from ethogram.games.tenancy import Owns, nobody
from ethogram.principles import dictionary_digest
from ethogram.runtime.store.arena import ROUNDS, keep_arena
from ethogram.runtime.store.dry_runs import remove_dry_runs
from ethogram.runtime.store.sessions import PROJECTED, keep_course
from ethogram.services.scenario_generator.effects import AWAITING, BY_PEOPLE, PERFORMED, shelf
from ethogram.services.scenario_generator.keeping import (
    KEPT,
    TOLD,
    Policies,
    Roster,
    read_then,
    told_grants,
    told_people,
    told_tenants,
)
from ethogram.topology import Service


def under(
    rules: Constitution, people: Roster = tuple, policies: Policies = tuple, owns: Owns = nobody,
    charge: steering.Charge | None = None, grants: Grants = BY_PEOPLE,
) -> Service[Course]:  # fmt: skip
    """The director, who pins the sessions that begin to these rules, to who of these people may steer, to policies."""
    told, names, words = None if rules == constitution() else rules.document(), rules.digest(), dictionary_digest()
    beginning = partial(director.begin, adapters=checks(), judges=judges.checks(), constitution=names, dictionary=words,
                        rules=told, shelf=shelf, people=people, policies=policies, grants=grants)  # fmt: skip
    taking = partial(imports.take, constitution=names, dictionary=words, rules=told)
    in_charge = charge or (lambda record: people())
    return Service(
        name="scenario-generator", initial=Course(),
        decides=steering.decisions(
            beginning, taking, adapters=checks(), verify=signed_by, shelf=shelf, charge=in_charge, owns=owns,
            skills=grants.installed),
        performs=PERFORMED,
        projects={**dict.fromkeys(PROJECTED, keep_course), **dict.fromkeys(ROUNDS, keep_arena), **KEPT},
        refuses=steering.refusals(owns, in_charge),
        emits=(events.ScenarioPresented, *AWAITING, events.ApprovalExpired, *PROJECTED, *TOLD, *KEPT),
        pinned=as_recorded, tidies=remove_dry_runs,
    )  # fmt: skip


def as_recorded(records: Sequence[Record]) -> Service[Course]:
    """The director under what the session of these records was admitted with."""
    found = next((each.event for each in records if isinstance(each.event, events.SessionAdmitted)), None)
    own = found.constitution if found else None
    rules = read_constitution(own) if own else constitution()
    people, policies, owned = read_then(records, "people"), read_then(records, "approvals"), told_tenants(records)
    return under(rules, people, policies, owned, told_people(records), told_grants(records))


scenario_generator = under(constitution())
