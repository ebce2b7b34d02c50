"""What the gateway needs from the world, as arguments: so that tests open the same app without a server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from ethogram.client import Sign
from ethogram.events import Event, StartTraining
from ethogram.events.ids import is_uuid
from ethogram.runtime.store.api_keys import Caller, Scope
from ethogram.services.gateway.operators import Explorer, Letters

Frame = Mapping[str, Any]


class Publish(Protocol):
    """Writes a command and returns when Kafka has acknowledged it."""

    def __call__(self, command: Event, sign: Sign | None = None) -> object:
        """`sign` makes the signature of the person who asks."""


class Spectator(Protocol):
    """Who watches a session from now on."""

    async def take(self) -> Frame | None:
        """The next frame; none when it was too slow."""


class Reports(Protocol):
    """What is known of sessions."""

    def sessions(self, limit: int, cursor: str, state: str | None, name: str | None) -> dict[str, Any]:
        """`{sessions, next}`, newest first, from the cursor on."""

    def find(self, wanted: str) -> str:
        """The id that a prefix or `latest` means; SessionNotFound otherwise."""

    def whereabouts(self, session_id: str) -> Literal["here", "elsewhere", "nowhere"]:
        """Whether a whole id is of a session of the tenant, of another's, or of none so far."""

    def progress(self, session_id: str) -> dict[str, Any]:
        """What moves while it runs."""

    def report(self, session_id: str) -> dict[str, Any]:
        """Everything."""

    def page(self, session_id: str) -> str:
        """Everything, as one HTML file."""

    def past(self, session_id: str, kinds: Collection[str], ids: Collection[str], limit: int | None) -> Iterator[bytes]:
        """What is kept of a session, as pieces of one JSON document `{kinds, mark, records}`."""

    def champions(self, limit: int) -> list[dict[str, Any]]:
        """Newest first."""

    def standings(self, limit: int) -> list[dict[str, Any]]:
        """Mean scores over all sessions, the best first."""

    def leaderboard(self, training: str) -> dict[str, Any]:
        """The table of strengths over sessions of trainings called like this."""

    def ladder(self, limit: int) -> list[dict[str, Any]]:
        """Ratings over all sessions that count, the surest first."""

    def titles(self) -> list[dict[str, Any]]:
        """Who holds each title."""

    def title_history(self, title: str | None, limit: int) -> list[dict[str, Any]]:
        """What became of a title, or of all, newest first."""

    def seats(self) -> list[dict[str, Any]]:
        """Questions that wait for people, the most pressing first."""

    def dead_letters(self, limit: int) -> list[dict[str, Any]]:
        """Newest first."""

    def known_agents(self, limit: int) -> list[dict[str, Any]]:
        """Everybody who has sat in a session, the latest first."""

    def agent_history(self, agent_id: str, limit: int) -> list[dict[str, Any]]:
        """What was found out about an agent in each of its sessions, the oldest first."""

    def approvals(self, session_id: str | None, everything: bool) -> list[dict[str, Any]]:
        """What people are asked, the most urgent first; with `everything` also what was decided."""

    def inbox(self, limit: int) -> list[dict[str, Any]]:
        """What people were told through channels, newest first."""

    def chat(self, session_id: str, after: int) -> list[dict[str, Any]]:
        """Entries of a session's chat after this number, in order."""


class Performance(Protocol):
    """How well it runs."""

    def objectives(self) -> list[dict[str, Any]]:
        """Every objective, and what is left of its error budget."""

    def alerts(self, limit: int) -> list[dict[str, Any]]:
        """Those that go on first, then the newest."""

    def alert(self, alert_id: int) -> dict[str, Any]:
        """An alert that goes on; AlertNotFound if there is none of this number."""

    def figures(self, hours: float) -> dict[str, Any]:
        """Percentiles, history and regressions."""


class Feed(Protocol):
    """Live records of sessions."""

    def follow(self, session_id: str, last_event_id: str | None) -> AsyncIterator[tuple[str, Frame]]:
        """`(event id, frame)` from after `last_event_id` (else from the beginning), on and on."""

    def live(self, session_id: str) -> AbstractContextManager[Spectator]:
        """A spectator of what comes from now on."""


class Agents(Protocol):
    """Agents that are known by a name."""

    def registered(self) -> list[dict[str, Any]]:
        """All of them, by name."""

    def problems(self, adapter: str, config: Mapping[str, Any]) -> list[str]:
        """What is wrong with an agent, in words; nothing if its adapter takes it."""

    def resolved(self, training: StartTraining) -> StartTraining:
        """The training with each reference replaced by what is registered; SettingsError for an unknown name."""


class Keys(Protocol):
    """Who may come in."""

    @property
    def required(self) -> bool:
        """Whether nobody comes in without a key."""

    def admit(self, key: str, scope: Scope) -> Caller:
        """Count a request; KeyRefused if it may not be made."""

    def look(self, key: str) -> None:
        """KeyRefused if the key was revoked or has expired; counts nothing."""

    def create(
        self, owner: str, *, scopes: Collection[Scope], usage_limit: int | None, per_minute: int,
        expires_at: datetime | None, tenant: str,
    ) -> tuple[str, dict[str, Any]]:  # fmt: skip
        """A new key of a tenant, and what is known of it."""

    def listed(self) -> list[dict[str, Any]]:
        """Newest first."""

    def revoke(self, key_id: str) -> dict[str, Any]:
        """End a key; KeyNotFound if there is none."""


@dataclass(frozen=True)
class Doors:
    """Everything outside that a request may touch."""

    publish: Publish
    """Writes a command, with its author's signature if there is one, and returns when Kafka has acknowledged it."""
    reports: Reports
    feed: Feed
    keys: Keys
    agents: Agents
    performance: Performance
    letters: Letters
    explorer: Explorer
    checks: Mapping[str, Callable[[], None]]
    """What must work before traffic is welcome, by name; a check that raises says why not."""


def addressed_session(doors: Doors, session: str) -> str:
    """The id that is meant, if need be one that nobody knows yet; SessionNotFound if it is another tenant's."""
    if is_uuid(session) and doors.reports.whereabouts(session) == "nowhere":
        return session
    return doors.reports.find(session)
