"""Inference worker: infers which principles each agent lives by, while the games run (a Faust application)."""

from ethogram.events import BehaviourObserved, BehaviourSnapshot, LineageChanged, PrinciplesInferred
from ethogram.principles import Inference, close_session, weigh_turn
from ethogram.runtime.store.inferences import insert_inferences
from ethogram.topology import Service

inference_worker = Service(
    name="inference-worker",
    initial=Inference(),
    decides={BehaviourObserved: weigh_turn, BehaviourSnapshot: close_session},
    projects={PrinciplesInferred: insert_inferences},
    emits=(PrinciplesInferred, LineageChanged),
    gathers=True,
)
