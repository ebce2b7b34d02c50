"""What Alembic runs for each migration: on the connection that `upgrade` hands over."""

from __future__ import annotations

from alembic import context
from sqlalchemy import text

ADVISORY_LOCK = 0x6574686F  # "etho": processes that migrate at the same time do it one after the other

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=context.config.attributes["metadata"], transactional_ddl=True)
with context.begin_transaction():
    connection.execute(text(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))
    context.run_migrations()
