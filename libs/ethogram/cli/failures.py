"""What a failure means to the person at the terminal: an exit code and words, never a traceback."""

from __future__ import annotations

import os
import traceback
from enum import IntEnum

from ethogram.cli.output import clean

INFRASTRUCTURE = {
    "sqlalchemy": "PostgreSQL",
    "psycopg": "PostgreSQL",
    "confluent_kafka": "Kafka",
    "cimpl": "Kafka",
}
"""Packages whose errors mean that a server is not there or not well."""
USAGE_CODES = frozenset({"session-not-found", "training-invalid", "dead-letter-not-found", "fork-point"})
"""Codes of errors that what was given is to blame for."""
HINT = "is the stack up? Look: ethogram doctor; start it: ethogram up --detach"


class ExitCode(IntEnum):
    """How a command ended."""

    OK = 0
    FAILED = 1
    """A verification or a threshold failed."""
    USAGE = 2
    """What was given is wrong."""
    INFRASTRUCTURE = 3
    """A server, a disk or a network is in the way."""


class CommandFailed(Exception):
    """A command ends here, with this code and these words."""

    def __init__(self, code: ExitCode, words: str) -> None:
        super().__init__(code, words)
        self.code = code
        self.words = words


def explained(error: Exception) -> tuple[int, str]:
    """Exit code and words for any error; ETHOGRAM_LOG_LEVEL=debug adds the trace for a bug report."""
    from ethogram.events.errors import EthogramError, InvalidRecord, PluginError, SettingsError, TransientError

    if isinstance(error, CommandFailed):
        return error.code, clean(error.words)
    if isinstance(error, TransientError):
        hint = "" if "ethogram up" in error.message else f"\n  {HINT}"
        return ExitCode.INFRASTRUCTURE, clean(error.message) + hint
    if isinstance(error, EthogramError):
        given = isinstance(error, InvalidRecord | PluginError | SettingsError) or error.code in USAGE_CODES
        return ExitCode.USAGE if given else ExitCode.INFRASTRUCTURE, clean(error.message)
    server = INFRASTRUCTURE.get(type(error).__module__.partition(".")[0])
    if server:
        return ExitCode.INFRASTRUCTURE, f"{server} does not answer as it should: {_first_line(error)}\n  {HINT}"
    trace = f"\n{traceback.format_exc()}" if os.environ.get("ETHOGRAM_LOG_LEVEL", "").lower() == "debug" else ""
    return ExitCode.INFRASTRUCTURE, f"{type(error).__name__}: {_first_line(error)}{trace}"


def _first_line(error: Exception) -> str:
    lines = clean(str(error)).strip().splitlines()
    return lines[0] if lines else "no reason given"
