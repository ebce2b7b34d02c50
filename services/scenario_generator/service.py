"""Scenario generator: the director of sessions. Admits them, presents their turns, resolves them, ends them."""

from functools import partial

from ethogram import events
from ethogram.agents import checks
from ethogram.council import constitution_digest
from ethogram.games import Course, director
from ethogram.principles import dictionary_digest
from ethogram.runtime.store.sessions import PROJECTED, keep_course
from ethogram.topology import Service

scenario_generator = Service(
    name="scenario-generator",
    initial=Course(),
    decides={
        events.StartTraining: partial(
            director.begin, adapters=checks(), constitution=constitution_digest(), dictionary=dictionary_digest()
        ),
        events.DecisionMade: director.hear,
        events.SessionJudged: director.complete,
        events.PauseSession: director.pause,
        events.ResumeSession: director.resume,
        events.CancelSession: director.cancel,
    },
    projects=dict.fromkeys(PROJECTED, keep_course),
    refuses={events.StartTraining: director.reject},
    emits=(events.ScenarioPresented, *PROJECTED),
)
