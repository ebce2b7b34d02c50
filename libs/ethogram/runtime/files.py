"""Files that an operator writes in YAML: read as values, refused in words that name file and place."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import ValidationError

from ethogram.events import SettingsError, Value

V = TypeVar("V", bound=Value)


def read_file(path: Path, kind: type[V], setting: str) -> V:
    """What stands in a file now, the empty value where there is none; SettingsError about `setting` if it is wrong."""
    if not path.exists():
        return kind()
    try:
        return kind.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsError(setting, f"{path} cannot be read: {error}") from None
    except ValidationError as error:
        raise SettingsError(setting, f"{path}: {wrong_in(error)}") from None


def wrong_in(error: ValidationError) -> str:
    """Everything that a value's model does not take, each with its place."""
    return "; ".join(f"{'.'.join(map(str, each['loc'])) or 'the whole'}: {each['msg']}" for each in error.errors())
