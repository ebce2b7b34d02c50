"""Looks for everything that can be wrong with a home and its stack, and says what to do about it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ethogram.devserver import jars
from ethogram.devserver.folders import LEAST_FREE_BYTES, Folders
from ethogram.devserver.kafka import USUAL_PORT, answers
from ethogram.devserver.ports import is_free
from ethogram.devserver.stack import status
from ethogram.runtime.settings import DRIVER, Settings

OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    ok: bool
    found: str
    fix: str = ""
    """What to do, if it is not ok."""


def doctor(settings: Settings) -> list[Check]:
    """All checks; those of the running stack only if one runs."""
    folders = Folders.at(settings.home)
    known = status(settings)
    checks: list[Callable[[], Iterator[Check]]] = [
        _python,
        lambda: _disk(folders),
        lambda: _writable(folders),
        lambda: _jars(folders),
    ]
    if known["state"] == "running":
        checks += [lambda: _broker(known), lambda: _schema(known), lambda: _offsets(known), lambda: _services(known)]
    else:
        checks += [lambda: _ports(settings), lambda: _last_end(known)]
    return [check for look in checks for check in look()]


def _python() -> Iterator[Check]:
    found = ".".join(map(str, sys.version_info[:3]))
    wanted = ".".join(map(str, OLDEST_PYTHON))
    yield Check("python", sys.version_info >= OLDEST_PYTHON, found, f"install Python {wanted} or newer")


def _disk(folders: Folders) -> Iterator[Check]:
    free = shutil.disk_usage(_existing(folders.home)).free
    fix = f"free at least {LEAST_FREE_BYTES // 10**6} MB, or set ETHOGRAM_HOME to a folder on another disk"
    yield Check("disk", free >= LEAST_FREE_BYTES, f"{free / 1e9:.1f} GB free at {folders.home}", fix)


def _writable(folders: Folders) -> Iterator[Check]:
    place = _existing(folders.home)
    fix = f"make {place} writable for this user, or set ETHOGRAM_HOME to another folder"
    yield Check("home", os.access(place, os.W_OK | os.X_OK), str(folders.home), fix)


def _jars(folders: Folders) -> Iterator[Check]:
    wanted = jars.locked(jars.BROKER)
    absent = jars.missing(folders.cache, wanted)
    found = f"{len(wanted) - len(absent)} of {len(wanted)} in {folders.cache}"
    yield Check("kafka-jars", not absent, found, "run `ethogram up` once with a network: it fetches them")


def _ports(settings: Settings) -> Iterator[Check]:
    wanted = {"ETHOGRAM_KAFKA_PORT": settings.kafka_port or USUAL_PORT, "ETHOGRAM_API_PORT": settings.api_port}
    for variable, port in wanted.items():
        free = port == 0 or is_free(port)
        found = f"{port} is {'free' if free else 'taken by another program'}"
        yield Check(variable.lower(), free, found, f"nothing, if {variable} is not set: any free port is taken then")


def _last_end(known: dict[str, Any]) -> Iterator[Check]:
    error = known.get("error")
    yield Check("stack", not error, error or "not running", "read the log named there, then run `ethogram up`")


def _broker(known: dict[str, Any]) -> Iterator[Check]:
    from ethogram.runtime.admin import Topics

    servers = known["kafka"]["bootstrap_servers"]
    reachable = answers(servers)
    yield Check("broker", reachable, servers, "run `ethogram down` and `ethogram up`; its log is kafka.log")
    if reachable:
        states = Topics(servers).states()
        wrong = [state.topic.name for state in states if not state.exists or state.drift]
        found = f"{len(states) - len(wrong)} of {len(states)} as in the catalogue"
        yield Check("topics", not wrong, found, f"run `ethogram topics apply` (wrong: {', '.join(wrong)})")


def _schema(known: dict[str, Any]) -> Iterator[Check]:
    from sqlalchemy.exc import OperationalError

    from ethogram.runtime.store import migrations

    try:
        found = migrations.current(known["postgres"]["url"].replace("postgresql", DRIVER, 1))
    except OperationalError as error:
        yield Check("database", False, str(error.orig).splitlines()[0], "run `ethogram down` and `ethogram up`")
        return
    yield Check("database", True, known["postgres"]["url"])
    fix = "run `ethogram down` and `ethogram up`: it migrates"
    yield Check("schema", found == migrations.head(), f"revision {found}, this release has {migrations.head()}", fix)


def _offsets(known: dict[str, Any]) -> Iterator[Check]:
    from sqlalchemy import create_engine
    from sqlalchemy.exc import SQLAlchemyError
    from sqlalchemy.pool import NullPool

    from ethogram.events import TransientError
    from ethogram.runtime.restore import losses

    servers = known["kafka"]["bootstrap_servers"]
    engine = create_engine(known["postgres"]["url"].replace("postgresql", DRIVER, 1), poolclass=NullPool)
    try:
        with engine.connect() as connection:
            lost = losses(connection, servers)
    except (TransientError, SQLAlchemyError):
        return  # the checks of the broker and the database say so
    finally:
        engine.dispose()
    count = sum(each.reached - each.end for each in lost)
    parts = ", ".join(f"{each.topic} {each.partition} ends at {each.end}, read to {each.reached}" for each in lost[:3])
    found = f"{count} records that were read are gone: {parts}" if lost else "no service has read beyond a log's end"
    yield Check("offsets", not lost, found, "the broker lost records: run `ethogram topics restore`")


def _services(known: dict[str, Any]) -> Iterator[Check]:
    for name, service in known["services"].items():
        restarts = f", {service['restarts']} restarts" if service["restarts"] else ""
        yield Check(name, service["health"] == "ready", f"{service['health']}{restarts}", f"read {service['log']}")


def _existing(path: Path) -> Path:
    return next(place for place in (path, *path.parents) if place.exists())
