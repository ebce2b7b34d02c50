"""One running stack for all end-to-end tests: real Kafka, real PostgreSQL, every service as its own process."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import create_engine, select

from ethogram.devserver import up
from ethogram.devserver.folders import Folders
from ethogram.devserver.ports import free_port
from ethogram.devserver.stack import Stack
from ethogram.runtime.settings import Settings, default_home, load
from ethogram.runtime.store import tables
from tests.commands import Commands

ROOT = Path(__file__).parents[1]
MODEL_KEY = "E2E_MODEL_KEY"
SECRET = "sk-of-nobody-0123456789abcdef"
"""The value of that key: tests look for it everywhere."""


@dataclass(frozen=True)
class Running:
    """The stack, and the command line that talks to it."""

    stack: Stack
    home: Path
    commands: Commands
    model_port: int
    """Where a test may let a model provider stand in: MODEL_KEY is granted to it, and nothing else is."""

    @property
    def settings(self) -> Settings:
        """Settings that lead to it."""
        return self.stack.settings

    @property
    def project(self) -> Path:
        """A folder of the user's, below which it looks for agents and scenarios."""
        return self.home / "project"

    @property
    def bootstrap(self) -> str:
        """Its broker."""
        return self.settings.kafka_bootstrap_servers

    def run(self, *arguments: str, code: int = 0, timeout: float = 240) -> str:
        """Run `ethogram ...` as a user would; its standard output, once its exit code is as expected."""
        environment = {**os.environ, "ETHOGRAM_HOME": str(self.home), "COLUMNS": "160"}
        done = self.commands.run(arguments, environment, timeout)
        assert done.returncode == code, f"{arguments} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        return done.stdout

    def json(self, *arguments: str, code: int = 0) -> Any:
        """The same with --json, parsed."""
        return json.loads(self.run(*arguments, "--json", code=code))

    def start(self, training: dict[str, Any], folder: Path) -> str:
        """Publish a training file; the session's id."""
        path = folder / f"{uuid4().hex}.yaml"
        path.write_text(json.dumps(training), encoding="utf-8")  # JSON is YAML
        return str(self.json("start", str(path))["session_id"])

    def state(self, session: str) -> str | None:
        """The state of a session as PostgreSQL has it: quicker than a process of the command line."""
        engine = create_engine(self.settings.database_url)
        with engine.connect() as connection:
            query = select(tables.sessions.c.state).where(tables.sessions.c.session_id == session)
            found = connection.scalar(query)
        engine.dispose()
        return found

    def await_state(self, session: str, *states: str, timeout_s: float = 120, every_s: float = 0.1) -> str:
        """Wait until a session is in one of these states; which."""
        deadline = time.monotonic() + timeout_s
        while (state := self.state(session)) not in states:
            assert time.monotonic() < deadline, f"{session} is {state}, not one of {states}"
            time.sleep(every_s)
        return str(state)

    def play(self, training: dict[str, Any], folder: Path) -> dict[str, Any]:
        """Play a training file to its end; its report."""
        path = folder / "training.yaml"
        path.write_text(json.dumps(training), encoding="utf-8")  # JSON is YAML
        started = self.json("start", str(path), "--wait")
        return self.json("report", started["session_id"])


@contextmanager
def running_stack(prepare: Callable[[Path], None] = lambda home: None, **given: Any) -> Iterator[Running]:
    """A stack of its own in a temporary home, with nothing left of it afterwards; `given` are settings of it,
    and `prepare` is called with its home before it starts."""
    home = Path(tempfile.mkdtemp(prefix="ethogram-e2e-"))
    home.chmod(0o755)  # started by root, PostgreSQL runs as nobody, who must be able to get there
    shared = Folders.at(default_home()).cache
    shared.mkdir(parents=True, exist_ok=True)
    Folders.at(home).cache.symlink_to(shared)
    prepare(home)
    model_port = free_port()
    os.environ[MODEL_KEY] = SECRET
    granted = (f"{MODEL_KEY}@http://127.0.0.1:{model_port}",)
    project = home / "project"
    chosen = {
        "kafka_port": free_port(), "api_port": free_port(), "models_keys": granted, "model_judges": True,
        "agents_path": (ROOT, project), "agents_allow": ("examples.*", "agents.*"),
        "scenarios_path": (project / "scenarios",), **given,
    }  # fmt: skip
    stack = up(load(home=home, **chosen))
    commands = Commands()
    try:
        yield Running(stack, home, commands, model_port)
    finally:
        commands.close()
        stack.stop()
        shutil.rmtree(Folders.at(home).postgres, ignore_errors=True)  # for root it lies elsewhere
        shutil.rmtree(home, ignore_errors=True)
