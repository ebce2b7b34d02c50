"""`python -m ethogram.services.scenario_generator`."""

from functools import partial

from ethogram.runtime import run
from ethogram.runtime.people import roster
from ethogram.runtime.rules import constitution_of_process
from ethogram.runtime.settings import load
from ethogram.services.scenario_generator.service import under

if __name__ == "__main__":
    run(under(constitution_of_process(), partial(roster, load())))
