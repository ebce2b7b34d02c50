"""Tenancy: whose a session or an agent is. A command may name a tenant; that it may is another's to say."""

from __future__ import annotations

from collections.abc import Callable

from ethogram.events import DEFAULT_TENANT, InvalidRecord
from ethogram.events.envelope import Record

Owns = Callable[[Record], bool]
"""Whether a record proves that its writer may name the tenant that it names."""


def nobody(record: Record) -> bool:
    """No tenant but the default one is believed."""
    return False


def tenant_of(record: Record | None, owns: Owns) -> str | None:
    """The tenant that a record names with authority; none: the default one."""
    named = getattr(record.event, "tenant", None) if record else None
    return named if named not in (None, DEFAULT_TENANT) and record and owns(record) else None


def check_tenant(record: Record, owns: Owns) -> None:
    """InvalidRecord where a record names a tenant without authority."""
    named = getattr(record.event, "tenant", None)
    if named not in (None, DEFAULT_TENANT) and tenant_of(record, owns) is None:
        words = f"tenant: {named!r} takes the proof that only the gateway makes, for whoever has a key of that tenant"
        raise InvalidRecord("no-authority", f"{words}; leave it out: what names no tenant belongs to {DEFAULT_TENANT}")
