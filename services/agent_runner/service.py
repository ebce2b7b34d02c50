"""Agent runner: decides for built-in strategies, and asks every other agent."""

from ethogram.agents.seats import lane_of, to_ask
from ethogram.events import AnswerTurn, BreakerChanged, DecisionMade, ModelCallRecorded, ScenarioPresented, Value
from ethogram.runtime.store.seats import keep_answers, keep_waiting
from ethogram.services.agent_runner.effects import ask_seat, decide_built_in
from ethogram.topology import Effect, Service

agent_runner = Service(
    name="agent-runner",
    initial=Value(),
    decides={ScenarioPresented: decide_built_in},
    performs={ScenarioPresented: Effect(to_ask, ask_seat, lane_of, (DecisionMade, ModelCallRecorded, BreakerChanged))},
    projects={ScenarioPresented: keep_waiting, AnswerTurn: keep_answers},
    emits=(DecisionMade, ModelCallRecorded, BreakerChanged),
)
