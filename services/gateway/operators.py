"""Doors for those who run it: dead letters, questions to the database, what is configured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Engine

from ethogram.events import DEFAULT_TENANT, InvalidRecord
from ethogram.runtime.origins import origins
from ethogram.runtime.store.api_keys import KeyRefused
from ethogram.runtime.store.explorer import Found, QueryRefused, described, explore
from ethogram.runtime.store.tenants import acts_for


class LetterRefused(InvalidRecord):
    """Nothing can be done with this dead letter."""


class Letters(Protocol):
    """Records that were set aside."""

    def whole(self, letter: int) -> dict[str, Any]:
        """Everything about one, with what to think of it; EthogramError if there is none."""

    def redrive(self, letter: int) -> None:
        """Send one back to the service that refused it; LetterRefused says why not."""

    def discard(self, letter: int, reason: str) -> None:
        """Set one aside for good; LetterRefused says why not."""


class Explorer(Protocol):
    """What an operator may look at."""

    @property
    def kafka_ui(self) -> str:
        """Address of a Kafka UI; empty: there is none."""

    def tables(self) -> list[dict[str, Any]]:
        """What questions may name."""

    def ask(self, sql: str) -> Found:
        """One question to the database; QueryRefused."""

    def settings(self) -> list[dict[str, Any]]:
        """Every setting with its origin."""


@dataclass(frozen=True)
class DatabaseLetters:
    """Dead letters in PostgreSQL, sent back through Kafka. What explains them is loaded when it is asked for."""

    engine: Engine
    bootstrap_servers: str

    def whole(self, letter: int) -> dict[str, Any]:
        """Everything about one, with what to think of it; EthogramError if there is none."""
        from ethogram.runtime.dead_letters import explained, show, told

        ((found, triage),) = explained(self.engine, [show(self.engine, letter)])
        return {**told(found, whole=True), "triage": triage.model_dump()}

    def redrive(self, letter: int) -> None:
        """Send one back to the service that refused it; LetterRefused says why not."""
        from ethogram.runtime.dead_letters import redrive

        refused = redrive(self.engine, self.bootstrap_servers, [letter]).refused
        if refused:
            raise LetterRefused("dead-letter-refused", refused[letter])

    def discard(self, letter: int, reason: str) -> None:
        """Set one aside for good; LetterRefused says why not."""
        from ethogram.runtime.dead_letters import discard

        refused = discard(self.engine, [letter], reason)
        if refused:
            raise LetterRefused("dead-letter-refused", refused[letter])


@dataclass(frozen=True)
class DatabaseExplorer:
    """Questions as the explorer's role, where there is one."""

    url: str
    kafka_ui: str

    def tables(self) -> list[dict[str, Any]]:
        """What questions may name."""
        _only_operators()
        return described()

    def ask(self, sql: str) -> Found:
        """One question to the database; QueryRefused."""
        _only_operators()
        if not self.url:
            raise QueryRefused(
                "explorer-missing", "set ETHOGRAM_EXPLORER_URL to the database as a role that only reads"
            )
        return explore(self.url, sql)

    def settings(self) -> list[dict[str, Any]]:
        """Every setting with its origin."""
        _only_operators()
        return [each._asdict() for each in origins()]


def _only_operators() -> None:
    """The explorer sees the rows of all tenants, and settings are those of the whole: neither is for one of several."""
    if acts_for() != DEFAULT_TENANT:
        raise KeyRefused(403, "key-tenant", f"only keys of the tenant {DEFAULT_TENANT} may ask for this")
