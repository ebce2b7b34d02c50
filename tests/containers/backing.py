"""A broker and a database on TCP ports of the loopback, as containers see them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg

from ethogram.devserver.folders import Folders
from ethogram.devserver.kafka import Kafka
from ethogram.devserver.ports import LOOPBACK, free_port
from ethogram.devserver.postgres import DATABASE, USER, Postgres
from ethogram.devserver.processes import start, wait_until
from ethogram.runtime.settings import default_home


@dataclass(frozen=True)
class Backing:
    """Where they are."""

    kafka: str
    database: str


@contextmanager
def backing() -> Iterator[Backing]:
    """Started for one run, with nothing left of it afterwards."""
    home = Path(tempfile.mkdtemp(prefix="ethogram-containers-"))
    home.chmod(0o755)  # started by root, PostgreSQL runs as nobody, who must be able to get there
    folders = Folders.at(home, cache=Folders.at(default_home()).cache)
    kafka = Kafka(folders, port=free_port(), controller_port=free_port())
    port = free_port()
    postgres = Postgres(folders).prepare()
    on_tcp = ["-c", f"listen_addresses={LOOPBACK}", "-c", f"port={port}"]
    children = [start(kafka.prepare()), start(replace(postgres, arguments=[*postgres.arguments, *on_tcp]))]
    try:
        wait_until(kafka.is_ready, children[0], 60)
        wait_until(lambda: _has_database(port), children[1], 60)
        yield Backing(kafka.bootstrap_servers, f"postgresql://{USER}@{LOOPBACK}:{port}/{DATABASE}")
    finally:
        for child in children:
            child.stop()
        shutil.rmtree(Postgres(folders).data, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)


def _has_database(port: int) -> bool:
    try:
        with psycopg.connect(host=LOOPBACK, port=port, user=USER, dbname=USER, autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE}")
    except psycopg.OperationalError:
        return False
    return True
