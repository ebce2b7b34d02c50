"""Settings: one frozen value from `ETHOGRAM_*` variables; every field says what it is for."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from ethogram.events.errors import SettingsError
from ethogram.runtime.sources import from_command_line, sources

DRIVER = "postgresql+psycopg"
"""SQLAlchemy dialect and driver that everything here uses."""


def default_home() -> Path:
    """The user's data directory, after the XDG base directory specification."""
    data = os.environ.get("XDG_DATA_HOME")
    return (Path(data) if data else Path.home() / ".local" / "share") / "ethogram"


class Settings(BaseSettings):
    """What an operator may set. Names are `ETHOGRAM_<FIELD>`; nested fields use `__`."""

    model_config = SettingsConfigDict(
        env_prefix="ETHOGRAM_", env_nested_delimiter="__", frozen=True, extra="ignore",
        populate_by_name=True, use_attribute_docstrings=True, hide_input_in_errors=True,
    )  # fmt: skip

    kafka_bootstrap_servers: str = Field(
        "127.0.0.1:9092",
        validation_alias=AliasChoices("ETHOGRAM_KAFKA_BOOTSTRAP_SERVERS", "KAFKA_BOOTSTRAP_SERVERS"),
    )
    """`host:port` of one or more brokers, separated by commas."""
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    """How brokers are spoken with; outside of one machine: SASL_SSL."""
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    """How a user proves to be that user."""
    kafka_username: str = ""
    """User at the brokers, where the protocol is one of SASL: one per service, so that each may do its own work."""
    kafka_password: SecretStr = SecretStr("")
    """Its password; better as a file, named by ETHOGRAM_KAFKA_PASSWORD_FILE."""
    kafka_ca: Path | None = None
    """File with the certificates that brokers are checked by; without it, those of the system."""
    database_url: str = Field(
        f"{DRIVER}://ethogram@127.0.0.1:5432/ethogram",
        validation_alias=AliasChoices("ETHOGRAM_DATABASE_URL", "DATABASE_URL"),
    )
    """SQLAlchemy URL of PostgreSQL; `postgres://` and `postgresql://` are understood too."""
    explorer_url: str = ""
    """The same database, as a role that may only read: where the page's database explorer asks. Empty: nowhere."""
    kafka_ui_url: str = ""
    """Address of a Kafka UI, to which the page links from the records of a session; empty: there is none."""
    home: Path = Field(default_factory=default_home)
    """Data, logs and caches of the embedded stack."""
    agents_allow: Annotated[tuple[str, ...], NoDecode] = ("examples.*",)
    """Patterns of modules whose functions may play as agents (`adapter: python`), separated by commas."""
    agents_path: Annotated[tuple[Path, ...], NoDecode] = Field(default_factory=lambda: (Path.cwd(),))
    """Folders in which python agents are looked for, separated as in PATH."""
    scenarios_path: Annotated[tuple[Path, ...], NoDecode] = Field(default_factory=lambda: (Path.cwd() / "scenarios",))
    """Folders below which trainings may name folders of scenario templates, separated as in PATH."""
    models_urls: Annotated[tuple[str, ...], NoDecode] = ()
    """URLs of model providers and webhooks beside this machine that agents may reach, separated by commas."""
    models_keys: Annotated[tuple[str, ...], NoDecode] = ()
    """`NAME@URL`: keys by name and where each may be sent, separated by commas; the value stays in the variable NAME
    or in the file that NAME_FILE names."""
    skills_granted: Annotated[tuple[str, ...], NoDecode] = ()
    """`SKILL@PATTERN`: skills that agents have without a person's word where their training asks for them and its name
    fits, separated by commas; every grant is recorded with the entry that it rests on."""
    constitution: Path | None = None
    """YAML file with the constitution that new sessions are held to; without it the one of the release."""
    model_judges: bool = False
    """Whether models may sit in the council where a training names some; each vote is paid for."""
    model_narrators: bool = False
    """Whether models may tell the rounds of an arena where a training names one; each story is paid for."""
    models_prices: Path | None = None
    """A table of prices of the operator's own, in the form of `prices.yaml`; without it ours holds."""
    models_redis: str | None = None
    """URL of a Redis that keeps replies of models too (`redis://host:6379/0`); without it memory and files do."""
    tenants_key: SecretStr = SecretStr("")
    """What gateway and director share so that a session may belong to another tenant than `default`; better as a file,
    named by ETHOGRAM_TENANTS_KEY_FILE. Without it one is kept below `home`, which does where both have the same."""
    kafka_port: int | None = Field(None, ge=0, le=65535)
    """Port of the embedded broker; 0: any free one; without it: 9092, or any free one if that is taken."""
    api_host: str = "127.0.0.1"
    """Address that the gateway listens on."""
    api_port: int = Field(8700, ge=0, le=65535)
    """Port that the gateway listens on; 0: any free one."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Least severe log lines that are written."""
    deployment: Literal["embedded", "production"] = "embedded"
    """Chooses partition counts in the catalogue of topics."""
    instance: str = Field("0", pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")
    """What tells this process from the others of its service: its static membership in the consumer group. `hostname`:
    the name of the machine or container, which stays the same when that is restarted."""
    health_host: str = "127.0.0.1"
    """Address on which a service answers /healthz, /readyz and /metrics."""
    health_port: int = Field(0, ge=0, le=65535)
    """Port for the same; 0 means that it does not answer."""
    effects_at_once: int = Field(64, ge=1, le=1_000)
    """Effects (calls of agents) that one process runs at the same time."""
    effects_per_lane: int = Field(8, ge=1, le=1_000)
    """How many of these may be for one agent of one session."""
    profile: Literal["development", "testing", "staging", "production"] | None = None
    """Set of settings to begin with: one of the release, and `profiles/<name>.yaml` of the working folder on top."""
    crash_at: str | None = None
    """Name of a crash point at which the process kills itself (chaos tests)."""

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource, dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:  # fmt: skip
        """Arguments, variables, files that variables with `_FILE` name, the profile, `.env`: the first one wins."""
        return sources(settings_cls, init_settings)

    @field_validator("instance", mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        return socket.gethostname() if value == "hostname" else str(value)

    @field_validator("database_url")
    @classmethod
    def _with_driver(cls, url: str) -> str:
        scheme, _, rest = url.partition("://")
        return f"{DRIVER}://{rest}" if scheme in ("postgres", "postgresql") else url

    @field_validator("home")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return home.expanduser().absolute()

    @field_validator("agents_allow", "models_urls", "models_keys", "skills_granted", mode="before")
    @classmethod
    def _patterns(cls, value: Any) -> Any:
        return _split(value, ",")

    @field_validator("agents_path", "scenarios_path", mode="before")
    @classmethod
    def _folders(cls, value: Any) -> Any:
        return _split(value, os.pathsep)

    @field_validator("log_level", mode="before")
    @classmethod
    def _lower(cls, value: Any) -> Any:
        return value.lower() if isinstance(value, str) else value


def load(**given: Any) -> Settings:
    """Settings from wherever they come, with `given` on top; SettingsError names each variable that is wrong."""
    try:
        return Settings(**{**from_command_line(), **given})
    except ValidationError as error:
        wrong = "; ".join(f"{_variable(entry['loc'])}: {entry['msg']}" for entry in error.errors())
        raise SettingsError("settings-invalid", wrong) from None


def as_environment(settings: Settings) -> dict[str, str]:
    """Variables that give another process what was set here; defaults are left to it."""
    return {
        f"ETHOGRAM_{name.upper()}": _text(name, getattr(settings, name))
        for name in sorted(settings.model_fields_set | {"home"})
        if getattr(settings, name) is not None
    }


def _text(name: str, value: Any) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, tuple):
        return (os.pathsep if name in ("agents_path", "scenarios_path") else ",").join(map(str, value))
    return str(value)


def _split(value: Any, separator: str) -> Any:
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(separator) if part.strip())


def _variable(location: tuple[int | str, ...]) -> str:
    name = str(location[0]).upper()
    return name if name.startswith("ETHOGRAM_") else f"ETHOGRAM_{name}"
