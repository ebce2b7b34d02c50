"""Agent runner: decides for built-in strategies, and asks every other agent."""

from ethogram.agents.seats import lane_of, to_ask
from ethogram.events import DecisionMade, ModelCallRecorded, ScenarioPresented, Value
from ethogram.services.agent_runner.effects import ask_seat, decide_built_in
from ethogram.topology import Effect, Service

agent_runner = Service(
    name="agent-runner",
    initial=Value(),
    decides={ScenarioPresented: decide_built_in},
    performs={ScenarioPresented: Effect(tasks=to_ask, run=ask_seat, lane=lane_of)},
    emits=(DecisionMade, ModelCallRecorded),
)
