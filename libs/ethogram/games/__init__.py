"""Games: rules, scenarios, pairing, training files, and the director who runs a session through them."""

from ethogram.games.admission import MODES, Adapters
from ethogram.games.catalogue import GAMES
from ethogram.games.course import Course
from ethogram.games.documents import Document, Unreadable, read_document
from ethogram.games.generation import Scenario, generate, scenario, written
from ethogram.games.hypotheses import HYPOTHESES
from ethogram.games.pairing import round_robin
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
from ethogram.games.training import load_training
from ethogram.games.vocabulary import CONTEXTS, PRINCIPLES

__all__ = [
    "CONTEXTS",
    "GAMES",
    "HYPOTHESES",
    "MODES",
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
    "generate",
    "library",
    "load_training",
    "read_document",
    "read_library",
    "round_robin",
    "ruleset",
    "scenario",
    "scenario_templates_digest",
    "written",
]
