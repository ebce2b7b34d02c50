"""The services of this checkout, found by their folders."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ethogram.topology import Service
from tests.running import ROOT

FOLDERS = sorted(path.parent for path in (ROOT / "services").glob("*/__main__.py"))
NAMES = [folder.name.replace("_", "-") for folder in FOLDERS]
VALUES = [folder.name for folder in FOLDERS if folder.name != "gateway"]
"""All but the gateway are Service values."""


def service(name: str) -> Service[Any]:
    """The value of the service whose folder has this name."""
    found = getattr(import_module(f"ethogram.services.{name}.service"), name)
    assert isinstance(found, Service)
    return found
