"""The reference of the settings: each variable, what it is for, what holds without it."""

from __future__ import annotations

from enum import Enum
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from ethogram.cli.reference.markdown import page, rows
from ethogram.runtime.settings import Settings
from ethogram.runtime.sources import PROFILES, profile_files, variables

HOW = """The first of these that names a setting wins:

1. the command line: `ethogram --set api_port=8800 up`
2. a variable of the environment, named as below
3. a file: a variable with `_FILE` at its end names a file whose text is the value, so that secrets need not stand in
   the environment
4. a profile: `ethogram --profile production up`, or `ETHOGRAM_PROFILE`. `development`, `testing`, `staging` and
   `production` come with the release; `profiles/<name>.yaml` in the working folder changes and adds (`setting: value`,
   names as below without `ETHOGRAM_`, in lower case)
5. `.env` in the working folder, with the same names as variables
6. the default

`ethogram config show` tells which value each setting has and where that came from, with secrets masked."""


def configuration_page() -> str:
    """docs/reference/configuration.md."""
    settings = [(" or ".join(f"`{each}`" for each in variables(name, field)), field.description or "", _default(field))
                for name, field in Settings.model_fields.items()]  # fmt: skip
    table = rows(("variable", "what it is for", "without it"), settings)
    return page("Configuration", HOW, table, "## Profiles of the release", *map(_profile, PROFILES))


def _profile(name: str) -> str:
    return f"### {name}\n\n```yaml\n{profile_files(name)[0].read_text(encoding='utf-8')}```"


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "depends on where it runs"
    value: Any = field.default
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, tuple):
        value = ",".join(map(str, value))
    return "" if value in (None, "") else f"`{value.value if isinstance(value, Enum) else value}`"
