"""Children on a leash, and the keeper that starts them again."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from ethogram.devserver.keeper import Keeper
from ethogram.devserver.processes import Command, run_once, start, wait_until
from ethogram.events.errors import TransientError

SLEEPER = "import time; time.sleep(60)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); {SLEEPER}"


def python(code: str, folder: Path, grace_s: float = 5) -> Command:
    """A command that runs a piece of Python."""
    return Command("sleeper", [sys.executable, "-c", code], folder / "sleeper.log", grace_s=grace_s)


def test_a_stubborn_process_is_killed_after_its_grace(tmp_path: Path) -> None:
    child = start(python(STUBBORN, tmp_path, grace_s=0.2))
    wait_until(lambda: b"deaf" in child.command.log.read_bytes(), child, 10)
    child.stop()
    assert child.exit_code == -signal.SIGKILL


def test_a_process_that_ends_early_is_told_with_its_last_words(tmp_path: Path) -> None:
    child = start(python("raise SystemExit('no room left')", tmp_path))
    with pytest.raises(TransientError, match=r"(?s)sleeper ended with 1.*no room left"):
        wait_until(lambda: False, child, 10)


def test_a_process_that_is_never_ready_is_told(tmp_path: Path) -> None:
    child = start(python(SLEEPER, tmp_path))
    with pytest.raises(TransientError, match=r"not ready after 0\.1 s"):
        wait_until(lambda: False, child, 0.1)
    child.kill()


def test_a_failing_tool_is_told_with_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(TransientError, match=r"(?s)ended with 3.*because"):
        run_once(python("print('because'); raise SystemExit(3)", tmp_path))


def test_a_killed_process_is_back_within_a_second(tmp_path: Path) -> None:
    async def story() -> Keeper:
        keeper = Keeper("sleeper", changed=lambda: None)
        first = keeper.begin(python(SLEEPER, tmp_path))
        keeping = asyncio.create_task(keeper.keep())
        os.kill(first.pid, signal.SIGKILL)
        killed = time.monotonic()
        while keeper.restarts == 0:
            await asyncio.sleep(0.01)
        assert time.monotonic() - killed < 1
        assert keeper.describe()["pid"] not in (None, first.pid)
        await keeper.stop()
        keeping.cancel()
        return keeper

    keeper = asyncio.run(story())
    assert keeper.describe()["state"] == "stopped"
    assert keeper.restarts == 1
