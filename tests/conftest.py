"""One broker and one database per test run, started only when a test asks for them, and always cleaned up.

Tests share them: each test uses session ids (and consumer groups) of its own.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import settings
from sqlalchemy import Connection, create_engine

from ethogram.devserver.folders import Folders
from ethogram.devserver.kafka import Kafka
from ethogram.devserver.ports import free_port
from ethogram.devserver.postgres import Postgres
from ethogram.devserver.processes import start, wait_until
from ethogram.runtime.admin import apply_topics
from ethogram.runtime.settings import DRIVER, Settings
from ethogram.runtime.store.migrations import upgrade
from tests.running import Running, running_stack
from tests.scopes import ByStack, order

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")  # how long a thing takes is measured in benchmarks: this machine may be busy
# drawing a traceback in colours takes seconds, and no test looks at one
structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])


@pytest.fixture(scope="session")
def stack_folders() -> Iterator[Folders]:
    """A home that lasts as long as the test run; jars come from the user's cache."""
    home = Path(tempfile.mkdtemp(prefix="ethogram-tests-"))
    home.chmod(0o755)  # started by root, PostgreSQL runs as nobody, who must be able to get there
    yield Folders.at(home, cache=Folders.at(Settings().home).cache)
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def kafka_bootstrap(stack_folders: Folders) -> Iterator[str]:
    """`host:port` of a real broker with every topic of the catalogue."""
    kafka = Kafka(stack_folders, port=free_port(), controller_port=free_port())
    child = start(kafka.prepare())
    try:
        wait_until(lambda: kafka.is_ready(), child, timeout_s=60)
        apply_topics(kafka.bootstrap_servers)
        yield kafka.bootstrap_servers
    finally:
        child.stop()


@pytest.fixture(scope="session")
def database_url(stack_folders: Folders) -> Iterator[str]:
    """SQLAlchemy URL of a real PostgreSQL with every table."""
    postgres = Postgres(stack_folders)
    child = start(postgres.prepare())
    try:
        wait_until(lambda: postgres.is_ready(), child, timeout_s=60)
        url = postgres.url().replace("postgresql", DRIVER, 1)
        upgrade(url)
        yield url
    finally:
        child.stop()


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    """A transaction that is rolled back."""
    engine = create_engine(database_url)
    with engine.connect() as connection:
        yield connection
        connection.rollback()
    engine.dispose()


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    """The whole stack of this test run: every service as its own process, and the command line that talks to it."""
    with running_stack() as stack:
        yield stack


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that ask for the stack carry its marker without saying so; what lasts longest begins."""
    for item in items:
        if {"kafka_bootstrap", "database_url", "running"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.stack)
    items.sort(key=lambda item: order(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """In two processes, tests that share a stack stay together."""
    return ByStack(config, log)
