"""`python -m ethogram.services.scenario_generator`."""

from ethogram.runtime import run
from ethogram.runtime.rules import constitution_of_process
from ethogram.services.scenario_generator.service import under

if __name__ == "__main__":
    run(under(constitution_of_process()))
