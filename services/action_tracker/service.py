"""Action tracker: validates, enriches and stores what happened, one record per turn."""

from ethogram.behaviour import Tracking, close_session, observe_turn
from ethogram.events import BehaviourObserved, BehaviourSnapshot, DecisionMade, SessionFinished, TurnResolved
from ethogram.runtime.store.behaviour import insert_behaviour, insert_snapshots
from ethogram.runtime.store.decisions import insert_decisions
from ethogram.runtime.store.turns import insert_turns
from ethogram.topology import Service

action_tracker = Service(
    name="action-tracker",
    initial=Tracking(),
    decides={TurnResolved: observe_turn, SessionFinished: close_session},
    projects={
        DecisionMade: insert_decisions,
        TurnResolved: insert_turns,
        BehaviourObserved: insert_behaviour,
        BehaviourSnapshot: insert_snapshots,
    },
    emits=(BehaviourObserved, BehaviourSnapshot),
    gathers=True,
)
