"""Which value each setting has, and where that came from; secrets are masked."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import SecretStr

from ethogram.runtime.settings import Settings, load
from ethogram.runtime.sources import DotEnv, NamedFiles, Variables, from_command_line, profile_files, variables

MASK = "********"
_PASSWORD = re.compile(r"(?<=://)([^:/@\s]*):([^@\s]+)@")


class Origin(NamedTuple):
    """One setting."""

    name: str
    value: Any
    origin: str
    """`command line`, a variable, the variable that names a file, the file of a profile, `.env`, or `default`."""


def origins() -> list[Origin]:
    """Every setting; SettingsError if any is wrong."""
    settings = load()
    places = _places(settings)
    return [
        Origin(name, _shown(getattr(settings, name)), places.get(name, "default")) for name in Settings.model_fields
    ]


def _places(settings: Settings) -> dict[str, str]:
    """Where each setting that is set comes from: later ones here win."""
    found = dict.fromkeys(DotEnv(Settings)(), ".env")
    found |= _of_profile(settings)
    found |= {name: _variable(name, "_FILE") for name in NamedFiles(Settings)()}
    found |= {name: _variable(name) for name in Variables(Settings)()}
    return found | dict.fromkeys(from_command_line(), "command line")


def _of_profile(settings: Settings) -> dict[str, str]:
    import yaml

    found: dict[str, str] = {}
    for path in profile_files(settings.profile) if settings.profile else ():
        place = f"profile {settings.profile}" if path.is_absolute() else str(path)
        found |= dict.fromkeys(yaml.safe_load(path.read_text(encoding="utf-8")) or {}, place)
    return found


def _variable(name: str, ending: str = "") -> str:
    wanted = [f"{each}{ending}" for each in variables(name, Settings.model_fields[name])]
    upper = {each.upper() for each in os.environ}
    return next(each for each in wanted if each.upper() in upper)


def _shown(value: Any) -> Any:
    if isinstance(value, SecretStr):
        return MASK if value.get_secret_value() else ""
    if isinstance(value, tuple):
        return [_shown(each) for each in value]
    if isinstance(value, Path):
        return str(value)
    return _PASSWORD.sub(rf"\1:{MASK}@", value) if isinstance(value, str) else value
