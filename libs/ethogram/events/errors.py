"""Failure has three names here: never (InvalidRecord), again (TransientError), stop (everything else)."""

from __future__ import annotations


class EthogramError(Exception):
    """Base of every error we raise on purpose; `code` is stable, `message` is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)  # both in args: the reason survives pickling between processes
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class InvalidRecord(EthogramError):
    """This record can never be processed: it goes to the dead letters at once, with these words."""


class SettingsError(EthogramError):
    """A setting is missing or wrong; the message names the variable and what would be valid (exit code 2)."""


class PluginError(EthogramError):
    """A plug-in could not be loaded; the message names it, its distribution and the cause."""


class TransientError(EthogramError):
    """Trying again later may help; `retry_after_s` says when, if the other side told us."""

    def __init__(self, code: str, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(code, message)
        self.args = (code, message, retry_after_s)
        self.retry_after_s = retry_after_s
