"""Agent runner: decides for built-in strategies, asks every other agent, and tells people what they are asked."""

from ethogram.agents.seats import lane_of, to_ask
from ethogram.events import (
    AlertRaised,
    AnswerTurn,
    ApprovalRequested,
    ArenaRoundClosed,
    BreakerChanged,
    DecisionMade,
    ModelCallRecorded,
    NotificationSettled,
    RoundNarrated,
    ScenarioPresented,
    Value,
)
from ethogram.runtime.store.arena import keep_arena
from ethogram.runtime.store.notifications import keep_notifications
from ethogram.runtime.store.seats import keep_answers, keep_waiting
from ethogram.services.agent_runner.effects import ask_seat, decide_built_in
from ethogram.services.agent_runner.narrating import NARRATING
from ethogram.services.agent_runner.notifying import TELL
from ethogram.topology import Effect, Service

agent_runner = Service(
    name="agent-runner",
    initial=Value(),
    decides={ScenarioPresented: decide_built_in},
    performs={ScenarioPresented: Effect(to_ask, ask_seat, lane_of, (DecisionMade, ModelCallRecorded, BreakerChanged)),
              ApprovalRequested: TELL, AlertRaised: TELL, ArenaRoundClosed: NARRATING},
    projects={ScenarioPresented: keep_waiting, AnswerTurn: keep_answers, NotificationSettled: keep_notifications,
              RoundNarrated: keep_arena},
    emits=(DecisionMade, ModelCallRecorded, BreakerChanged, NotificationSettled, RoundNarrated),
)
