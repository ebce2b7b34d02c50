"""`python -m ethogram.services.action_tracker`."""

from ethogram.runtime import run
from ethogram.services.action_tracker.service import action_tracker

if __name__ == "__main__":
    run(action_tracker)
