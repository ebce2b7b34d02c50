"""Rules that an operator wrote: reading a constitution from a file."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import ValidationError

from ethogram.council import Constitution, constitution, read_constitution
from ethogram.events import SettingsError
from ethogram.runtime.files import wrong_in
from ethogram.runtime.settings import Settings, load


def constitution_of(settings: Settings) -> Constitution:
    """The constitution that new sessions are held to; SettingsError says what is wrong with its file."""
    return constitution_in(settings.constitution) if settings.constitution else constitution()


def constitution_of_process() -> Constitution:
    """The same for the settings of this process, which ends with what is wrong."""
    try:
        return constitution_of(load())
    except SettingsError as error:
        raise SystemExit(f"ETHOGRAM_CONSTITUTION: {error}") from None


def constitution_in(path: Path) -> Constitution:
    """The constitution of a YAML file; SettingsError says what is wrong, and where."""
    try:
        return read_constitution(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise SettingsError("constitution", f"{path}: {error.strerror}") from None
    except ValidationError as error:
        raise SettingsError("constitution", f"{path}: {wrong_in(error)}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsError("constitution", f"{path}: no YAML: {error}") from None
