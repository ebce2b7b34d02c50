"""What agents do, counted: enriched turns, entropy, profiles, snapshots."""

from ethogram.behaviour.entropy import shannon
from ethogram.behaviour.profiles import Standing
from ethogram.behaviour.tracking import SNAPSHOT_EVERY, Tracking, close_session, observe_turn

__all__ = ["SNAPSHOT_EVERY", "Standing", "Tracking", "close_session", "observe_turn", "shannon"]
