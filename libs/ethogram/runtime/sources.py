"""Where settings come from beside variables: files with secrets, profiles, a `.env` file, the command line.

The command line wins over variables, these over files that `_FILE` variables name, these over the profile, and the
profile over `.env`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import yaml
from pydantic import AliasChoices
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, DotEnvSettingsSource, EnvSettingsSource, PydanticBaseSettingsSource

from ethogram.events.errors import SettingsError
from ethogram.events.explanation import suggestion

PROFILES = ("development", "testing", "staging", "production")
OURS = Path(__file__).parent / "profiles"
"""Profiles of the release, one YAML file each."""
DOTENV = ".env"
"""In the working folder."""

_command_line: ContextVar[Mapping[str, str]] = ContextVar("command_line", default={})  # noqa: B039 - never changed


@contextmanager
def on_command_line(values: Mapping[str, str]) -> Iterator[None]:
    """Let these settings, by field, win over all others."""
    before = _command_line.set(values)
    try:
        yield
    finally:
        _command_line.reset(before)


def from_command_line() -> Mapping[str, str]:
    """Settings that the command line names, by field."""
    return _command_line.get()


def variables(name: str, field: FieldInfo) -> list[str]:
    """Names of variables that set a field, the first one first."""
    alias = field.validation_alias
    return [str(each) for each in alias.choices] if isinstance(alias, AliasChoices) else [f"ETHOGRAM_{name.upper()}"]


def profile_files(profile: str) -> list[Path]:
    """Files of a profile: that of the release, and on top of it `profiles/<name>.yaml` in the working folder."""
    return [OURS / f"{profile}.yaml", *(each for each in [Path("profiles", f"{profile}.yaml")] if each.is_file())]


class NamedFiles(PydanticBaseSettingsSource):
    """Secrets as files: DATABASE_URL_FILE names the file whose text is DATABASE_URL, unless that is set itself."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        """The text of the file that a variable names for a field; None if there is no such variable."""
        names = variables(field_name, field)
        named = [f"{name}_FILE" for name in names if f"{name}_FILE" in os.environ]
        if not named or any(name in os.environ for name in names):
            return None, field_name, False
        return _text_of(named[0]), field_name, False

    def __call__(self) -> dict[str, Any]:
        """What stands in files, by field."""
        fields = self.settings_cls.model_fields.items()
        found = {name: self.get_field_value(field, name)[0] for name, field in fields}
        return {name: value for name, value in found.items() if value is not None}


class Variables(EnvSettingsSource):
    """Variables of the environment."""

    def __call__(self) -> dict[str, Any]:
        """What they set, by field: sources are merged by key, so all have to name a setting the same."""
        return _by_field(super().__call__(), self.settings_cls)


class DotEnv(DotEnvSettingsSource):
    """The `.env` file of the working folder."""

    def __init__(self, cls: type[BaseSettings]) -> None:
        super().__init__(cls, env_file=DOTENV, env_file_encoding="utf-8")

    def __call__(self) -> dict[str, Any]:
        """What it sets, by field."""
        return _by_field(super().__call__(), self.settings_cls)


class Profile(PydanticBaseSettingsSource):
    """The profile that `--profile`, ETHOGRAM_PROFILE or `.env` names; none if nothing does."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        """The profile's value of a field."""
        return self().get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        """What the profile sets, by field; SettingsError names a file, a key that is unknown."""
        named = {**DotEnv(self.settings_cls)(), **self.current_state}.get("profile")
        if named is None:
            return {}
        if named not in PROFILES:
            raise SettingsError("settings-invalid", f"profile {named!r} is unknown{suggestion(str(named), PROFILES)}")
        read = [_profile(path, self.settings_cls) for path in profile_files(named)]
        return {name: value for values in read for name, value in values.items()}


def sources(cls: type[BaseSettings], given: PydanticBaseSettingsSource) -> tuple[PydanticBaseSettingsSource, ...]:
    """All sources, the one that wins first."""
    return given, Variables(cls), NamedFiles(cls), Profile(cls), DotEnv(cls)


def _by_field(values: Mapping[str, Any], cls: type[BaseSettings]) -> dict[str, Any]:
    fields = cls.model_fields
    known = {each.lower(): name for name, field in fields.items() for each in variables(name, field)}
    found = {known.get(key.lower(), key): value for key, value in values.items()}
    return {name: value for name, value in found.items() if name in fields}


def _profile(path: Path, cls: type[BaseSettings]) -> dict[str, Any]:
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError("settings-invalid", f"{path.name}: {' '.join(str(error).split())}") from None
    if not isinstance(values, dict):
        raise SettingsError("settings-invalid", f"{path.name}: expected `setting: value` lines")
    fields = [name for name in cls.model_fields if name != "profile"]
    for name in values:
        if name not in fields:
            raise SettingsError("settings-invalid", f"{path.name}: unknown setting {name!r}{suggestion(name, fields)}")
    return values


def _text_of(variable: str) -> str:
    try:
        return Path(os.environ[variable]).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise SettingsError("settings-invalid", f"{variable} is {os.environ[variable]}: {reason}") from None
