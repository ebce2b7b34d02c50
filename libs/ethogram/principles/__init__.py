"""Which principles an agent lives by, how strongly, and how sure that is.

Live inference: `Inference`, `weigh_turn`, `close_session`. Without a bus: make `Observation`s of one agent's acts, then
`fit(acts)` or `update(evidence, act)` one by one (the same result, to the last bit), then `conclude(evidence, ...)`.
"""

from ethogram.principles.conclusion import conclude
from ethogram.principles.dictionary import STRATEGIES, UNLISTED, dictionary_digest
from ethogram.principles.evidence import Evidence, fit, update
from ethogram.principles.inference import REPORT_EVERY, Inference, close_session, weigh_turn
from ethogram.principles.observation import Observation, sight
from ethogram.principles.probes import LABELS

__all__ = [
    "LABELS", "REPORT_EVERY", "STRATEGIES", "UNLISTED", "Evidence", "Inference", "Observation", "close_session",
    "conclude", "dictionary_digest", "fit", "sight", "update", "weigh_turn",
]  # fmt: skip
