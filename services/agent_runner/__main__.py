"""`python -m ethogram.services.agent_runner`."""

from ethogram.runtime import run
from ethogram.services.agent_runner.service import agent_runner

if __name__ == "__main__":
    run(agent_runner)
