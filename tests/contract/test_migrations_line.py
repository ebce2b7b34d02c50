"""Migrations form one line: two people who chose the same number learn it here, not from a database."""

from __future__ import annotations

from ethogram.runtime.store.migrations import head


def test_the_migrations_have_one_head() -> None:
    assert head().isdigit()
