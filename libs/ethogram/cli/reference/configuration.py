"""The reference of the settings: each variable, what it is for, what holds without it."""

from __future__ import annotations

from enum import Enum
from typing import Any

from pydantic import AliasChoices, SecretStr
from pydantic.fields import FieldInfo

from ethogram.cli.reference.markdown import page, rows
from ethogram.runtime.settings import Settings

HOW = """Each setting is an environment variable. A variable with `_FILE` at its end names a file whose text is the
value, so that secrets need not stand in the environment."""


def configuration_page() -> str:
    """docs/reference/configuration.md."""
    settings = [(_variables(name, field), field.description or "", _default(field))
                for name, field in Settings.model_fields.items()]  # fmt: skip
    return page("Configuration", HOW, rows(("variable", "what it is for", "without it"), settings))


def _variables(name: str, field: FieldInfo) -> str:
    alias = field.validation_alias
    names = alias.choices if isinstance(alias, AliasChoices) else [f"ETHOGRAM_{name.upper()}"]
    return " or ".join(f"`{each}`" for each in names)


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "depends on where it runs"
    value: Any = field.default
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, tuple):
        value = ",".join(map(str, value))
    return "" if value in (None, "") else f"`{value.value if isinstance(value, Enum) else value}`"
