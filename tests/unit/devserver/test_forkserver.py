"""Services that are forked are what services that are started are: their own process, log, environment and end."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from ethogram.devserver.forkserver import ForkServer
from ethogram.devserver.processes import Child, Command, wait_until

GUEST = """
import os, sys, threading, time
import guest
if __name__ == "__main__":
    word = os.environ["GUEST"]
    print(word, guest.IMPORTED_BY != os.getpid(), os.getsid(0) == os.getpid(), threading.active_count(), flush=True)
    if word == "fall":
        raise SystemExit("no room left")
    if word == "burst":
        1 / 0
    time.sleep(60)
"""


@pytest.fixture
def forks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ForkServer]:
    """A fork server that knows one program, `guest`."""
    package = tmp_path / "guest"
    package.mkdir()
    (package / "__init__.py").write_text("import os\nIMPORTED_BY = os.getpid()\n", encoding="utf-8")
    (package / "__main__.py").write_text(GUEST, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *filter(None, sys.path)]))
    server = ForkServer(["guest", "not.there"], tmp_path / "forkserver.log")
    server.prepare()
    yield server
    server.stop()


def begin(forks: ForkServer, folder: Path, word: str) -> Child:
    """A guest that has said its word."""
    log = folder / f"{word}.log"
    child = forks.start(Command(word, [sys.executable, "-m", "guest"], log, {"GUEST": word}))
    wait_until(lambda: log.exists() and word.encode() in log.read_bytes(), child, 60)
    return child


def runs(pid: int) -> bool:
    """Whether a process is there and not only waits to be noticed."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_fork_has_its_own_log_environment_session_and_title_and_what_was_imported_before(
    forks: ForkServer, tmp_path: Path
) -> None:
    first, second = begin(forks, tmp_path, "one"), begin(forks, tmp_path, "two")
    assert (tmp_path / "one.log").read_text(encoding="utf-8") == "one True True 1\n"
    assert (tmp_path / "two.log").read_text(encoding="utf-8") == "two True True 1\n"
    shown = psutil.Process(second.pid)
    assert " ".join(shown.cmdline()).strip() == f"{sys.executable} -m guest"
    assert shown.environ()["PYTHONPATH"].startswith(str(tmp_path)), "the title stands beside the environment"
    first.stop()
    assert first.exit_code == -signal.SIGTERM
    assert second.exit_code is None


@pytest.mark.parametrize(("word", "said"), [("fall", "no room left"), ("burst", "ZeroDivisionError")])
def test_how_a_fork_ended_is_known(forks: ForkServer, tmp_path: Path, word: str, said: str) -> None:
    log = tmp_path / f"{word}.log"
    child = forks.start(Command(word, [sys.executable, "-m", "guest"], log, {"GUEST": word}))
    assert child.process.wait(60) == 1
    assert said in log.read_text(encoding="utf-8")


def test_a_killed_fork_is_known_to_be_killed(forks: ForkServer, tmp_path: Path) -> None:
    child = begin(forks, tmp_path, "one")
    os.kill(child.pid, signal.SIGKILL)
    assert child.process.wait(60) == -signal.SIGKILL


def test_without_its_server_a_fork_ends_and_the_next_has_another_server(forks: ForkServer, tmp_path: Path) -> None:
    child = begin(forks, tmp_path, "one")
    server = psutil.Process(child.pid).parent()
    assert server is not None
    server.kill()
    assert child.process.wait(60) is not None
    child.kill()
    wait_until(lambda: not runs(child.pid), begin(forks, tmp_path, "three"), 60)
    assert begin(forks, tmp_path, "two").exit_code is None
