"""`python -m ethogram.services.scenario_generator`."""

from ethogram.runtime import run
from ethogram.services.scenario_generator.service import scenario_generator

if __name__ == "__main__":
    run(scenario_generator)
