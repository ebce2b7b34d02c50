"""Agent runner: decides for built-in strategies, asks every other agent, and tells people what they are asked."""

from ethogram.agents.seats import lane_of, to_ask
from ethogram.events import (
    AlertRaised,
    AnswerTurn,
    ApprovalRequested,
    BreakerChanged,
    DecisionMade,
    ModelCallRecorded,
    NotificationSettled,
    ScenarioPresented,
    Value,
)
from ethogram.runtime.store.notifications import keep_notifications
from ethogram.runtime.store.seats import keep_answers, keep_waiting
from ethogram.services.agent_runner.effects import ask_seat, decide_built_in
from ethogram.services.agent_runner.notifying import TELL
from ethogram.topology import Effect, Service

agent_runner = Service(
    name="agent-runner",
    initial=Value(),
    decides={ScenarioPresented: decide_built_in},
    performs={ScenarioPresented: Effect(to_ask, ask_seat, lane_of, (DecisionMade, ModelCallRecorded, BreakerChanged)),
              ApprovalRequested: TELL, AlertRaised: TELL},
    projects={ScenarioPresented: keep_waiting, AnswerTurn: keep_answers, NotificationSettled: keep_notifications},
    emits=(DecisionMade, ModelCallRecorded, BreakerChanged, NotificationSettled),
)
