"""Scenario generator: the director of sessions. Admits them, presents their turns, resolves them, ends them."""

from collections.abc import Sequence
from functools import partial

from ethogram import events
from ethogram.agents import checks
from ethogram.council import Constitution, constitution, read_constitution
from ethogram.events.envelope import Record
from ethogram.games import Course, director, imports
from ethogram.games.registration import register
from ethogram.games.swapping import swap
from ethogram.principles import dictionary_digest
from ethogram.runtime.store.agents import keep_agents
from ethogram.runtime.store.dry_runs import remove_dry_runs
from ethogram.runtime.store.sessions import PROJECTED, keep_course
from ethogram.services.scenario_generator.effects import AWAITING, deadlines, shelf, wait
from ethogram.topology import Effect, Service


def under(rules: Constitution) -> Service[Course]:
    """The director, who pins the sessions that begin to these rules."""
    told, names, words = None if rules == constitution() else rules.document(), rules.digest(), dictionary_digest()
    beginning = partial(
        director.begin, adapters=checks(), constitution=names, dictionary=words, rules=told, shelf=shelf
    )  # fmt: skip
    return Service(
        name="scenario-generator", initial=Course(),
        decides={
            events.StartTraining: beginning,
            **director.with_templates(shelf),
            events.ImportGames: partial(imports.take, constitution=names, dictionary=words, rules=told),
            events.SessionJudged: director.complete,
            events.PauseSession: director.pause,
            events.CancelSession: director.cancel,
            events.SwapAgent: partial(swap, adapters=checks()),
            events.RegisterAgent: partial(register, adapters=checks()),
        },
        performs={events.PosteriorAwaited: Effect(tasks=deadlines, run=wait)},
        projects={**dict.fromkeys(PROJECTED, keep_course), events.AgentRegistered: keep_agents},
        refuses=dict.fromkeys((events.StartTraining, events.ImportGames), director.reject),
        emits=(events.ScenarioPresented, *AWAITING, events.AgentRegistered, events.AgentSwapped, *PROJECTED),
        pinned=as_recorded, tidies=remove_dry_runs,
    )  # fmt: skip


def as_recorded(records: Sequence[Record]) -> Service[Course]:
    """The director under the constitution that the session of these records was admitted with."""
    pinned = next((each.event.constitution for each in records if isinstance(each.event, events.SessionAdmitted)), None)
    return under(constitution() if pinned is None else read_constitution(pinned))


scenario_generator = under(constitution())
