"""Roles of the database and the least that each needs. Roles that do not exist are passed over: infra/sql/roles.sql."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, create_engine, text

from ethogram.runtime.store.tables import metadata

PREFIX = "ethogram_"
RUNTIME = ("inbox", "service_state", "outbox", "consumer_offsets", "tasks", "dead_letters")
"""What settling needs, of every service."""
OWN: Mapping[str, tuple[str, ...]] = {
    "scenario_generator": ("sessions", "agents", "approvals", "audit_log", "arena"),
    "agent_runner": ("seats_waiting",),
    "action_tracker": ("decisions", "turns", "behaviour", "snapshots"),
    "inference_worker": ("inferences",),
    "judge": ("verdicts", "scores", "champions"),
    "auditor": ("archive", "checkpoints"),
    "gateway": ("api_keys", "agents", "measures", "alerts"),
}
"""Tables that a service projects into."""
MEASURED = "measures"
"""Every process writes what it measured of itself; the gateway alone adds rows up and removes them."""
FOR_EVER = frozenset({"archive", "checkpoints", "audit_log"})
"""What an audit rests on: nobody changes it, not even the auditor."""
SETTLE_NOTHING = frozenset({"gateway"})
SECRET = frozenset({"api_keys"})
"""Read only by who writes it."""
READERS = ("explorer",)


def apply_roles(database_url: str) -> list[str]:
    """Grant each role that exists what it needs, and take everything else from it; their names come back."""
    engine = create_engine(database_url)
    try:
        with engine.begin() as connection:
            return [role for role in (*OWN, *READERS) if _exists(connection, role) and _grant(connection, role)]
    finally:
        engine.dispose()


def statements(role: str) -> list[str]:
    """What makes a role's permissions these, whatever they were."""
    name = PREFIX + role
    mine = OWN.get(role, ())
    every = ", ".join(sorted(set(metadata.tables) - (SECRET - set(mine))))
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
    return said


def _exists(connection: Connection, role: str) -> bool:
    found = connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": PREFIX + role})
    return found.first() is not None


def _grant(connection: Connection, role: str) -> bool:
    for statement in statements(role):
        connection.execute(text(statement))
    return True
