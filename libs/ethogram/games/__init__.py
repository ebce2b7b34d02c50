"""Games: rules, scenarios, pairing, training files, and the director who runs a session through them."""

from ethogram.games.admission import Adapters
from ethogram.games.catalogue import GAMES, problems_of, rules_of
from ethogram.games.course import Course
from ethogram.games.documents import Document, Unreadable, read_document
from ethogram.games.generation import Scenario, generate, scenario, written
from ethogram.games.hypotheses import HYPOTHESES
from ethogram.games.libraries import library as game_library
from ethogram.games.picks import Pick
from ethogram.games.rules import Game, Ruleset, ruleset
from ethogram.games.shelf import (
    Shelf,
    Templates,
    check_templates,
    library,
    read_library,
    scenario_templates_digest,
)
from ethogram.games.templates import Collection, Library, Template
from ethogram.games.tournaments import PAIRINGS
from ethogram.games.training import load_training
from ethogram.games.vocabulary import CONTEXTS, PRINCIPLES

__all__ = [
    "CONTEXTS",
    "GAMES",
    "HYPOTHESES",
    "PAIRINGS",
    "PRINCIPLES",
    "Adapters",
    "Collection",
    "Course",
    "Document",
    "Game",
    "Library",
    "Pick",
    "Ruleset",
    "Scenario",
    "Shelf",
    "Template",
    "Templates",
    "Unreadable",
    "check_templates",
    "game_library",
    "generate",
    "library",
    "load_training",
    "problems_of",
    "read_document",
    "read_library",
    "rules_of",
    "ruleset",
    "scenario",
    "scenario_templates_digest",
    "written",
]
