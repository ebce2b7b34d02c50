"""The reference part of the documentation, written from the code by scripts/generate."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ethogram.cli.reference.api import api_page
from ethogram.cli.reference.commands import commands_page
from ethogram.cli.reference.configuration import configuration_page
from ethogram.cli.reference.events import events_page
from ethogram.cli.reference.games import games_page
from ethogram.cli.reference.metrics import metrics_page

REFERENCE = Path(__file__).parents[4] / "docs" / "reference"
"""In a checkout; an installed package has no documentation to write."""


def pages() -> Mapping[Path, str]:
    """Every page of the reference as it should be."""
    written = {
        "api": api_page, "cli": commands_page, "configuration": configuration_page, "events": events_page,
        "games": games_page, "metrics": metrics_page,
    }  # fmt: skip
    return {REFERENCE / f"{name}.md": page() for name, page in written.items()}
