"""`python -m ethogram.services.judge`."""

from ethogram.runtime import run
from ethogram.services.judge.service import judge

if __name__ == "__main__":
    run(judge)
