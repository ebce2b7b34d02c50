"""`python -m ethogram.services.scenario_generator`."""

from functools import partial

from ethogram.agents import skills
from ethogram.games.skills import Grants
from ethogram.runtime import run
from ethogram.runtime.people import roster
from ethogram.runtime.policies import policies
from ethogram.runtime.rules import constitution_of_process
from ethogram.runtime.settings import load
from ethogram.runtime.tenancy import believed
from ethogram.services.scenario_generator.keeping import or_refuse
from ethogram.services.scenario_generator.service import under

if __name__ == "__main__":
    settings = load()
    people, asked = or_refuse(partial(roster, settings)), or_refuse(partial(policies, settings))
    grants = Grants(skills.names, lambda: settings.skills_granted)
    run(under(constitution_of_process(), people, asked, believed(settings), grants=grants))
