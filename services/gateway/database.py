"""The gateway's doors to PostgreSQL: one short transaction for each call."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import orjson
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from ethogram.agents import checks
from ethogram.client import Marks, followed_topics
from ethogram.events import StartTraining
from ethogram.events.explanation import suggestion
from ethogram.runtime import clock
from ethogram.runtime.store import (
    alerts,
    api_keys,
    approvals,
    archive,
    chat,
    dead_letters,
    notifications,
    performance,
    reports,
)
from ethogram.runtime.store.agent_history import history_of, known_agents
from ethogram.runtime.store.agents import registered_agents, with_registered
from ethogram.runtime.store.api_keys import Caller, Scope
from ethogram.runtime.store.exports import report_page
from ethogram.runtime.store.ladder import placed_games, rated_contestants, title_history, titles_held
from ethogram.runtime.store.memories import with_memories
from ethogram.runtime.store.pages import sessions_page
from ethogram.runtime.store.seats import waiting_seats
from ethogram.runtime.store.standings import list_champions, standings
from ethogram.runtime.store.tenants import EVERYBODY, acting_for, acts_for
from ethogram.services.gateway.table import table_of
from ethogram.topology import catalogue


@dataclass(frozen=True)
class DatabaseReports:
    """Reports out of PostgreSQL, one short transaction each."""

    engine: Engine

    def sessions(self, limit: int, cursor: str, state: str | None, name: str | None) -> dict[str, Any]:
        """`{sessions, next}`, newest first, from the cursor on."""
        with self.engine.connect() as connection:
            return sessions_page(connection, limit, cursor, state=state, name=name)

    def find(self, wanted: str) -> str:
        """The id that a prefix or `latest` means; SessionNotFound otherwise."""
        with self.engine.connect() as connection:
            return reports.find_session(connection, wanted)

    def whereabouts(self, session_id: str) -> Literal["here", "elsewhere", "nowhere"]:
        """Whether a whole id is of a session of the tenant, of another's, or of none so far."""
        with self.engine.connect() as connection:
            if reports.is_known(connection, session_id):
                return "here"
        with acting_for(EVERYBODY), self.engine.connect() as connection:
            return "elsewhere" if reports.is_known(connection, session_id) else "nowhere"

    def progress(self, session_id: str) -> dict[str, Any]:
        """What moves while it runs."""
        with self.engine.connect() as connection:
            return reports.session_progress(connection, session_id)

    def report(self, session_id: str) -> dict[str, Any]:
        """Everything."""
        with self.engine.connect() as connection:
            return reports.session_report(connection, session_id)

    def page(self, session_id: str) -> str:
        """Everything, as one HTML file."""
        with self.engine.connect() as connection:
            return report_page(connection, reports.session_report(connection, session_id))

    def past(self, session_id: str, kinds: Collection[str], ids: Collection[str], limit: int | None) -> Iterator[bytes]:
        """What is kept of a session, as pieces of one JSON document `{kinds, mark, records}`."""
        with self.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            counts, after = archive.kept_of(connection, session_id)
            mark = str(Marks(followed_topics(catalogue()), after))
            yield b'{"kinds":%s,"mark":"%s","records":[' % (orjson.dumps(counts), mark.encode())
            between = b""
            for frames in archive.frames_of(connection, session_id, kinds, ids, limit):
                yield between + frames
                between = b","
            yield b"]}"

    def champions(self, limit: int) -> list[dict[str, Any]]:
        """Newest first."""
        with self.engine.connect() as connection:
            return list_champions(connection, limit)

    def standings(self, limit: int) -> list[dict[str, Any]]:
        """Mean scores over all sessions, the best first."""
        with self.engine.connect() as connection:
            return standings(connection, limit)

    def leaderboard(self, training: str) -> dict[str, Any]:
        """The table of strengths over sessions of trainings called like this."""
        with self.engine.connect() as connection:
            games = placed_games(connection, acts_for(), training)
        return table_of(games)

    def ladder(self, limit: int) -> list[dict[str, Any]]:
        """Ratings over all sessions that count, the surest first."""
        with self.engine.connect() as connection:
            return rated_contestants(connection, acts_for(), limit)

    def titles(self) -> list[dict[str, Any]]:
        """Who holds each title."""
        with self.engine.connect() as connection:
            return titles_held(connection, acts_for())

    def title_history(self, title: str | None, limit: int) -> list[dict[str, Any]]:
        """What became of a title, or of all, newest first."""
        with self.engine.connect() as connection:
            return title_history(connection, acts_for(), title, limit)

    def seats(self) -> list[dict[str, Any]]:
        """Questions that wait for people, the most pressing first."""
        with self.engine.connect() as connection:
            return waiting_seats(connection)

    def dead_letters(self, limit: int) -> list[dict[str, Any]]:
        """Newest first."""
        with self.engine.connect() as connection:
            return dead_letters.listed(connection, limit)

    def known_agents(self, limit: int) -> list[dict[str, Any]]:
        """Everybody who has sat in a session, the latest first."""
        with self.engine.connect() as connection:
            return known_agents(connection, limit)

    def agent_history(self, agent_id: str, limit: int) -> list[dict[str, Any]]:
        """What was found out about an agent in each of its sessions, the oldest first."""
        with self.engine.connect() as connection:
            return history_of(connection, agent_id, limit)

    def approvals(self, session_id: str | None, everything: bool) -> list[dict[str, Any]]:
        """What people are asked, the most urgent first; with `everything` also what was decided."""
        with self.engine.connect() as connection:
            return approvals.requests(connection, session_id=session_id, everything=everything)

    def inbox(self, limit: int) -> list[dict[str, Any]]:
        """What people were told through channels, newest first."""
        with self.engine.connect() as connection:
            return notifications.listed(connection, limit)

    def chat(self, session_id: str, after: int) -> list[dict[str, Any]]:
        """Entries of a session's chat after this number, in order."""
        with self.engine.connect() as connection:
            return chat.entries(connection, session_id, after)


@dataclass(frozen=True)
class DatabasePerformance:
    """What processes measured, in PostgreSQL."""

    engine: Engine

    def objectives(self) -> list[dict[str, Any]]:
        """Every objective, and what is left of its error budget."""
        with self.engine.connect() as connection:
            return performance.objectives(connection, clock.utc())

    def alerts(self, limit: int) -> list[dict[str, Any]]:
        """Those that go on first, then the newest."""
        with self.engine.connect() as connection:
            return alerts.listed(connection, limit)

    def alert(self, alert_id: int) -> dict[str, Any]:
        """An alert that goes on; AlertNotFound if there is none of this number."""
        with self.engine.connect() as connection:
            return alerts.going_on(connection, alert_id)

    def figures(self, hours: float) -> dict[str, Any]:
        """Percentiles, history and regressions."""
        with self.engine.connect() as connection:
            return performance.performance(connection, clock.utc(), hours)


@dataclass(frozen=True)
class DatabaseAgents:
    """Registered agents in PostgreSQL, checked by the adapters that are installed here."""

    engine: Engine

    def registered(self) -> list[dict[str, Any]]:
        """All of them, by name."""
        with self.engine.connect() as connection:
            return registered_agents(connection)

    def problems(self, adapter: str, config: Mapping[str, Any]) -> list[str]:
        """What is wrong with an agent, in words; nothing if its adapter takes it."""
        check = checks().get(adapter)
        if check is None:
            return [f"framework: unknown adapter {adapter!r}{suggestion(adapter, checks())}"]
        return [f"config: {words}" for words in check(dict(config))]

    def resolved(self, training: StartTraining) -> StartTraining:
        """The training with each reference replaced by what is registered, and with what agents remember; SettingsError
        for an unknown name."""
        with self.engine.connect() as connection:
            tenant = acts_for()
            known = with_memories(connection, with_registered(connection, training, tenant), tenant)
        return training.model_copy(update={"agents": known.agents})


@dataclass(frozen=True)
class DatabaseKeys:
    """Keys in PostgreSQL, one short transaction each, so that all gateway processes count together."""

    engine: Engine
    required: bool

    def admit(self, key: str, scope: Scope) -> Caller:
        """Count a request; KeyRefused if it may not be made."""
        with acting_for("", api_keys.digest_of(key).hex()), self.engine.begin() as connection:
            return api_keys.admit(connection, key, scope, clock.utc())

    def look(self, key: str) -> None:
        """KeyRefused if the key was revoked or has expired; a database that is away ends nobody's stream."""
        mine = acting_for("", api_keys.digest_of(key).hex())
        with suppress(OperationalError), mine, self.engine.connect() as connection:
            api_keys.look(connection, key, clock.utc())

    def create(
        self, owner: str, *, scopes: Collection[Scope], usage_limit: int | None, per_minute: int,
        expires_at: datetime | None, tenant: str,
    ) -> tuple[str, dict[str, Any]]:  # fmt: skip
        """A new key of a tenant, and what is known of it."""
        with acting_for(tenant), self.engine.begin() as connection:
            return api_keys.create(
                connection, owner, scopes=scopes, usage_limit=usage_limit, per_minute=per_minute,
                expires_at=expires_at, tenant=tenant,
            )  # fmt: skip

    def listed(self) -> list[dict[str, Any]]:
        """Newest first."""
        with self.engine.connect() as connection:
            return api_keys.listed(connection)

    def revoke(self, key_id: str) -> dict[str, Any]:
        """End a key; KeyNotFound if there is none."""
        with self.engine.begin() as connection:
            return api_keys.revoke(connection, key_id, clock.utc())
