"""Roles of the database and the least that each needs. Roles that do not exist are passed over: infra/sql/roles.sql."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, create_engine, text

from ethogram.runtime.store.tables import metadata
from ethogram.runtime.store.tenants import UNSEEN, conditions

PREFIX = "ethogram_"
RUNTIME = ("inbox", "service_state", "outbox", "consumer_offsets", "tasks", "dead_letters")
"""What settling needs, of every service."""
OWN: Mapping[str, tuple[str, ...]] = {
    "scenario_generator": ("sessions", "agents", "approvals", "audit_log", "arena", "chat", "alerts"),
    "agent_runner": ("seats_waiting", "notifications", "arena"),
    "action_tracker": ("decisions", "turns", "behaviour", "snapshots"),
    "inference_worker": ("inferences",),
    "judge": ("verdicts", "scores", "champions", "revisions", "placements", "ratings", "titles", "title_events"),
    "auditor": ("archive", "checkpoints"),
    "gateway": ("api_keys", "measures", "alerts", "dead_letters", "outbox", "tasks"),
}
"""Tables that a service projects into."""
MEASURED = "measures"
"""Every process writes what it measured of itself; the gateway alone adds rows up and removes them."""
FUNCTIONS: Mapping[str, tuple[str, ...]] = {"scenario_generator": ("remove_dry_runs(timestamptz)",)}
"""Functions of the owner that a service may call where its own permissions do not reach."""
FOR_EVER = frozenset({"archive", "checkpoints", "audit_log"})
"""What an audit rests on: nobody changes it, not even the auditor."""
SETTLE_NOTHING = frozenset({"gateway"})
SECRET = frozenset({"api_keys"})
"""Read only by who writes it."""
READERS = ("explorer",)
CONFINED = "gateway"
"""Sees the rows of the tenant that it acts for: runtime/store/tenants.py."""
EXPLORER = f"{PREFIX}explorer"
"""Who asks what people type: it may read, and nothing else."""


def apply_roles(database_url: str) -> list[str]:
    """Grant each role that exists what it needs, and take everything else from it; their names come back."""
    engine = create_engine(database_url)
    try:
        with engine.begin() as connection:
            roles = [role for role in (*OWN, *READERS) if _exists(connection, role)]
            for role in roles:
                grant(connection, role)
            for statement in _unconfined([role for role in roles if role != CONFINED]):
                connection.execute(text(statement))
            return roles
    finally:
        engine.dispose()


def make_explorer(database_url: str) -> None:
    """The explorer's role with its rights, where roles need no password: the embedded database."""
    engine = create_engine(database_url)
    try:
        with engine.begin() as connection:
            if not _exists(connection, "explorer"):
                connection.execute(text(f"CREATE ROLE {EXPLORER} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE"))
                connection.execute(text(f"ALTER ROLE {EXPLORER} CONNECTION LIMIT 5"))
    finally:
        engine.dispose()
    apply_roles(database_url)


def statements(role: str) -> list[str]:
    """What makes a role's permissions these, whatever they were."""
    name = PREFIX + role
    mine = OWN.get(role, ())
    hidden = (SECRET - set(mine)) | (set(UNSEEN) if role == CONFINED else set())
    every = ", ".join(sorted(set(metadata.tables) - hidden))
    said = [
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}",
        f"GRANT USAGE ON SCHEMA public TO {name}",
        f"GRANT SELECT ON {every}, alembic_version TO {name}",
    ]
    if role in READERS:
        return said
    changed = ", ".join(table for table in mine if table not in FOR_EVER)
    added = ", ".join(table for table in mine if table in FOR_EVER)
    if role not in SETTLE_NOTHING:
        said.append(f"GRANT INSERT, UPDATE, DELETE ON {', '.join(RUNTIME)} TO {name}")
    said.append(f"GRANT INSERT, UPDATE ON {MEASURED} TO {name}")
    said.append(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}")
    said += [f"GRANT INSERT, UPDATE, DELETE ON {changed} TO {name}"] if changed else []
    said += [f"GRANT INSERT ON {added} TO {name}"] if added else []
    said += [f"GRANT EXECUTE ON FUNCTION {function} TO {name}" for function in FUNCTIONS.get(role, ())]
    return said


def _exists(connection: Connection, role: str) -> bool:
    found = connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": PREFIX + role})
    return found.first() is not None


def grant(connection: Connection, role: str) -> None:
    """Give a role what it needs, and take everything else from it."""
    for statement in statements(role):
        connection.execute(text(statement))


def _unconfined(roles: Sequence[str]) -> list[str]:
    """Row-level security is for the gateway alone: all others see everything that they may read."""
    names = ", ".join(PREFIX + role for role in roles)
    made = [f"CREATE POLICY of_services ON {table} TO {names} USING (true)" for table in conditions()]
    return [f"DROP POLICY IF EXISTS of_services ON {table}" for table in conditions()] + (made if roles else [])
