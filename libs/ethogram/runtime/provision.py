"""`python -m ethogram.runtime.provision`: tables and topics as this release has them, once, before any service starts.

Waits for a database and a broker that are just starting; a second run changes nothing.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TypeVar

from ethogram.events.errors import SettingsError
from ethogram.runtime import telemetry
from ethogram.runtime.admin import apply_topics
from ethogram.runtime.settings import Settings, load
from ethogram.runtime.store.engine import is_transient
from ethogram.runtime.store.migrations import upgrade
from ethogram.runtime.store.roles import apply_roles

WITHIN_S = 120
PAUSE_S = 1.0

T = TypeVar("T")


def provision(settings: Settings, within_s: float = WITHIN_S) -> None:
    """Migrate the database, then make the topics; what passes by itself is tried again for `within_s`."""
    deadline = time.monotonic() + within_s
    revision = _insist(lambda: upgrade(settings.database_url), deadline)
    granted = apply_roles(settings.database_url)
    telemetry.log().info("database migrated", revision=revision, roles=granted)
    done = _insist(lambda: apply_topics(settings.kafka_bootstrap_servers, settings.deployment), deadline)
    telemetry.log().info("topics applied", created=len(done.created), altered=len(done.altered))
    for warning in done.warnings:
        telemetry.log().warning(warning)


def main() -> int:
    """Exit code 0: everything is there; 2: settings are wrong; 3: database or broker did not answer in time."""
    try:
        settings = load()
    except SettingsError as error:
        print(f"provision: {error}", file=sys.stderr)
        return 2
    telemetry.configure_logging("provision", settings.log_level)
    try:
        provision(settings)
    except Exception as error:
        if not is_transient(error):
            raise
        print(f"provision: not there after {WITHIN_S} s: {error}", file=sys.stderr)
        return 3
    return 0


def _insist(act: Callable[[], T], deadline: float) -> T:
    while True:
        try:
            return act()
        except Exception as error:
            if not is_transient(error) or time.monotonic() > deadline:
                raise
            time.sleep(PAUSE_S)


if __name__ == "__main__":
    sys.exit(main())
