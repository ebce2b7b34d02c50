"""Row-level security: the gateway sees what belongs to the tenant it acts for, and without one it sees nothing.

The services, and whoever owns the tables, see everything. A table says itself whose a row is: by its column `tenant`,
or by its session's. New tables are covered without being named here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import ProgrammingError

from ethogram.events import DEFAULT_TENANT, SettingsError
from ethogram.runtime.store.tables import metadata

ROLE = "ethogram_gateway"
"""Neither owns a table nor is a superuser, so that row-level security holds for it."""
EVERYBODY = "*"
"""Acts for all tenants at once: figures of the whole, and whether an id is taken."""
UNSEEN = ("inbox", "service_state", "consumer_offsets")
"""Tables that only the services need: the gateway may not read them at all."""
REDRIVER = "redrive"
"""Name under which redriven dead letters wait in the outbox; the gateway sees no others there."""
SHARED = ("measures", "alerts")
"""Tables about the whole installation, which belong to nobody."""
POLICY = "of_tenant"
"""Made once per table; a release that changes the conditions drops it in a migration, and it is made anew."""
ACTING_FOR = "current_setting('ethogram.tenant', true)"
_acting: ContextVar[tuple[str, str]] = ContextVar("tenant", default=("", ""))


@contextmanager
def acting_for(tenant: str, key_digest: str = "") -> Iterator[None]:
    """Act for a tenant in what follows here; `key_digest` (hex) besides lets the row of one API key be seen."""
    before = _acting.set((tenant, key_digest))
    try:
        yield
    finally:
        _acting.reset(before)


def act_for(tenant: str) -> None:
    """Act for a tenant in all that this task, and the threads that it starts, still do."""
    _acting.set((tenant, ""))


def acts_for() -> str:
    """Whom this task acts for; `default` where nobody said."""
    return _acting.get()[0] or DEFAULT_TENANT


def confine(engine: Engine) -> None:
    """Make each transaction of an engine act under ROLE for the tenant of its context, for nobody without one."""

    def begun(connection: Connection) -> None:
        tenant, digest = _acting.get()
        said = {"role": ROLE, "tenant": tenant, "digest": digest}
        connection.execute(_CONFINE, said)

    event.listen(engine, "begin", begun)


_CONFINE = text(
    "SELECT set_config('role', :role, true), set_config('ethogram.tenant', :tenant, true),"
    " set_config('ethogram.key', :digest, true)"
)


def secure(connection: Connection) -> None:
    """Make the role and the policies that are missing. SettingsError if whoever migrates may not make roles."""
    _make_role(connection)
    connection.execute(text(_TENANT_OF))
    known = set(connection.execute(text("SELECT tablename FROM pg_policies WHERE policyname = :p"), {"p": POLICY})
                .scalars())  # fmt: skip
    for table, condition in conditions().items():
        if table not in known:
            connection.execute(text(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"))
            connection.execute(text(f"CREATE POLICY {POLICY} ON {table} TO {ROLE} USING ({condition})"))


def conditions() -> Mapping[str, str]:
    """What lets the gateway see a row, by table."""
    found = {}
    for name, table in metadata.tables.items():
        if name in UNSEEN:
            continue
        if "tenant" in table.c:
            found[name] = f"{ACTING_FOR} IN ('{EVERYBODY}', tenant)"
        elif "session_id" in table.c:
            found[name] = f"EXISTS (SELECT FROM sessions WHERE sessions.session_id = {name}.session_id)"
    found["outbox"] = f"service = '{REDRIVER}'"
    found["api_keys"] += " OR encode(digest, 'hex') = current_setting('ethogram.key', true)"
    # what no session answers to is the operators' own: a record that could not even be read, say
    owner = f"coalesce(ethogram_tenant_of(session_id), '{DEFAULT_TENANT}')"
    found["dead_letters"] = found["notifications"] = f"{ACTING_FOR} IN ('{EVERYBODY}', {owner})"
    return found


_TENANT_OF = """
CREATE OR REPLACE FUNCTION ethogram_tenant_of(wanted text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS 'SELECT tenant FROM sessions WHERE session_id = wanted'
"""


def _make_role(connection: Connection) -> None:
    if connection.execute(text("SELECT FROM pg_roles WHERE rolname = :role"), {"role": ROLE}).first() is None:
        try:
            with connection.begin_nested():
                connection.execute(text(f"CREATE ROLE {ROLE} NOLOGIN"))
        except ProgrammingError:
            if connection.execute(text("SELECT FROM pg_roles WHERE rolname = :r"), {"r": ROLE}).first() is None:
                words = f"role {ROLE} is missing, and this user may not make it: run infra/sql/roles.sql as one who may"
                raise SettingsError("role-missing", words) from None
    connection.execute(text(f"GRANT {ROLE} TO CURRENT_USER"))
