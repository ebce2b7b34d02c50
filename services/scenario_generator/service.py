"""Scenario generator: the director of sessions. Admits them, presents their turns, resolves them, ends them."""

from collections.abc import Sequence
from functools import partial

from ethogram import events
from ethogram.agents import checks
from ethogram.council import Constitution, constitution, read_constitution
from ethogram.events.envelope import Record
from ethogram.games import Course, director
from ethogram.games.registration import register
from ethogram.principles import dictionary_digest
from ethogram.runtime.store.agents import keep_agents
from ethogram.runtime.store.sessions import PROJECTED, keep_course
from ethogram.topology import Service


def under(rules: Constitution) -> Service[Course]:
    """The director, who pins the sessions that begin to these rules."""
    beginning = partial(
        director.begin, adapters=checks(), constitution=rules.digest(), dictionary=dictionary_digest(),
        rules=None if rules == constitution() else rules.document(),
    )  # fmt: skip
    return Service(
        name="scenario-generator",
        initial=Course(),
        decides={
            events.StartTraining: beginning,
            events.DecisionMade: director.hear,
            events.SessionJudged: director.complete,
            events.PauseSession: director.pause,
            events.ResumeSession: director.resume,
            events.CancelSession: director.cancel,
            events.RegisterAgent: partial(register, adapters=checks()),
        },
        projects={**dict.fromkeys(PROJECTED, keep_course), events.AgentRegistered: keep_agents},
        refuses={events.StartTraining: director.reject},
        emits=(events.ScenarioPresented, events.AgentRegistered, *PROJECTED),
        pinned=as_recorded,
    )


def as_recorded(records: Sequence[Record]) -> Service[Course]:
    """The director under the constitution that the session of these records was admitted with."""
    admitted = (record.event for record in records if isinstance(record.event, events.SessionAdmitted))
    pinned = next((event.constitution for event in admitted if event.constitution is not None), None)
    return under(constitution() if pinned is None else read_constitution(pinned))


scenario_generator = under(constitution())
