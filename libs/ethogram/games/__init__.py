"""Games: rules, scenarios, pairing, training files, and the director who runs a session through them."""

from ethogram.games.admission import MODES, Adapters
from ethogram.games.catalogue import GAMES
from ethogram.games.course import Course
from ethogram.games.generation import Scenario, generate, scenario
from ethogram.games.pairing import round_robin
from ethogram.games.rules import Game, Ruleset, ruleset
from ethogram.games.templates import Library, Template, library, scenario_templates_digest
from ethogram.games.training import load_training
from ethogram.games.vocabulary import CONTEXTS, PRINCIPLES

__all__ = [
    "CONTEXTS",
    "GAMES",
    "MODES",
    "PRINCIPLES",
    "Adapters",
    "Course",
    "Game",
    "Library",
    "Ruleset",
    "Scenario",
    "Template",
    "generate",
    "library",
    "load_training",
    "round_robin",
    "ruleset",
    "scenario",
    "scenario_templates_digest",
]
