"""Policies of approval: `<home>/approvals.yaml` says whom to ask, about what, for how long, and what then."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import ValidationError

from ethogram.events import ApprovalPolicy, SettingsError, Value
from ethogram.runtime.settings import Settings


class Policies(Value):
    """The file."""

    policies: tuple[ApprovalPolicy, ...] = ()
    """The first one that names an occasion holds for it."""


def policies(settings: Settings) -> tuple[ApprovalPolicy, ...]:
    """All policies, as the file says now; none if there is no file. SettingsError names what is wrong in it."""
    path = path_of(settings)
    if not path.exists():
        return ()
    try:
        return Policies.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {}).policies
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsError("approvals", f"{path} cannot be read: {error}") from None
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise SettingsError("approvals", f"{path}: {wrong}") from None


def path_of(settings: Settings) -> Path:
    """Where the file is."""
    return settings.home / "approvals.yaml"
