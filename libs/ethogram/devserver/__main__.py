"""`python -m ethogram.devserver`: the supervisor as a process. People call `ethogram up`."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from ethogram.devserver.folders import Folders
from ethogram.devserver.processes import unleash
from ethogram.devserver.state import ANOTHER_RUNS, Lock, StateFile
from ethogram.devserver.supervisor import Supervisor
from ethogram.events.errors import EthogramError
from ethogram.runtime.settings import Settings, load


def main() -> int:
    """Run until SIGTERM or SIGINT."""
    settings = load()
    lock = Lock(Folders.at(settings.home))
    if not lock.take():
        return ANOTHER_RUNS
    try:
        return asyncio.run(_supervise(settings))
    except EthogramError as error:
        _record_failure(settings, error.message)
        return 3


async def _supervise(settings: Settings) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for told in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(told, stop.set)
    loop.add_signal_handler(signal.SIGUSR1, unleash)  # from now on it outlives the process that started it
    code = await Supervisor(settings).run(stop)
    sys.stdout.flush()
    os._exit(code)  # threads may still be in the middle of a download, which is no reason to wait


def _record_failure(settings: Settings, words: str) -> None:
    file = StateFile(Folders.at(settings.home))
    file.write({**file.read(), "state": "failed", "error": words, "pid": os.getpid()})


if __name__ == "__main__":
    sys.exit(main())
