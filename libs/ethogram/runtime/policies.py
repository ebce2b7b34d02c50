"""Policies of approval: `<home>/approvals.yaml` says whom to ask, about what, for how long, and what then."""

from __future__ import annotations

from pathlib import Path

from ethogram.events import ApprovalPolicy, Value
from ethogram.runtime.files import read_file
from ethogram.runtime.settings import Settings


class Policies(Value):
    """The file."""

    policies: tuple[ApprovalPolicy, ...] = ()
    """The first one that names an occasion holds for it."""


def policies(settings: Settings) -> tuple[ApprovalPolicy, ...]:
    """All policies, as the file says now; none if there is no file. SettingsError names what is wrong in it."""
    return read_file(path_of(settings), Policies, "approvals").policies


def path_of(settings: Settings) -> Path:
    """Where the file is."""
    return settings.home / "approvals.yaml"
