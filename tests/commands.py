"""The command line as a process of its own for each command, forked from one that has imported it already.

What runs is what `python -m ethogram.cli` runs; only its imports, which cost more than most commands do, are made once.
`python -m tests.commands SOCKET` is the process behind `Commands`: it forks for each connection, and the fork's child
becomes the command.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).parents[1]
READY_WITHIN_S = 30
IMPORTED = (
    "ethogram.cli.app", "ethogram.cli.replaying", "ethogram.client", "ethogram.devserver.stack",
    "ethogram.runtime.history", "ethogram.runtime.store.reports", "rich.progress", "rich.table",
)  # fmt: skip


class Commands:
    """Runs `ethogram ...`, quickly."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="ethogram-commands-"))
        self._socket = self._folder / "socket"
        self._server = subprocess.Popen([sys.executable, "-m", "tests.commands", str(self._socket)], cwd=ROOT)
        deadline = time.monotonic() + READY_WITHIN_S
        while not self._socket.exists():
            assert time.monotonic() < deadline and self._server.poll() is None, "the command line cannot be imported"
            time.sleep(0.02)

    def run(
        self, arguments: tuple[str, ...], environment: Mapping[str, str], timeout: float
    ) -> subprocess.CompletedProcess[str]:
        """Run one command to its end; TimeoutError if it takes longer."""
        with socket.socket(socket.AF_UNIX) as asked, tempfile.TemporaryDirectory(dir=self._folder) as folder:
            asked.settimeout(timeout)
            asked.connect(str(self._socket))
            asked.sendall(json.dumps([folder, arguments, dict(environment)]).encode() + b"\n")
            code = int(asked.makefile().readline())
            said = [(Path(folder) / name).read_text(encoding="utf-8") for name in ("out", "err")]
        return subprocess.CompletedProcess(arguments, code, *said)

    def close(self) -> None:
        """End the process behind it."""
        self._server.terminate()
        self._server.wait(10)
        self._socket.unlink(missing_ok=True)
        self._folder.rmdir()


def main(address: str) -> None:
    """Fork for each that connects."""
    for module in IMPORTED:
        importlib.import_module(module)
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how a fork ended
    bound = f"{address}.new"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(bound)
        listening.listen(64)
        os.rename(bound, address)
        while True:
            asked, _ = listening.accept()
            if os.fork() == 0:
                listening.close()
                _answer(asked)
            asked.close()


def _answer(asked: socket.socket) -> NoReturn:
    """In the fork: let a child be the command, and say how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    folder, arguments, environment = json.loads(asked.makefile().readline())
    child = os.fork()
    if child == 0:
        asked.close()
        _become(Path(folder), arguments, environment)
    _, status = os.waitpid(child, 0)
    with suppress(OSError):  # whoever asked has given up
        asked.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def _become(folder: Path, arguments: list[str], environment: dict[str, str]) -> NoReturn:
    os.environ.clear()
    os.environ.update(environment)
    for place, flags, standard in (
        (os.devnull, os.O_RDONLY, 0),
        (str(folder / "out"), os.O_WRONLY | os.O_CREAT, 1),
        (str(folder / "err"), os.O_WRONLY | os.O_CREAT, 2),
    ):
        os.dup2(os.open(place, flags, 0o600), standard)
    sys.argv = ["ethogram", *arguments]
    code = 1
    try:
        from ethogram.cli import main as command_line

        command_line()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main(sys.argv[1])
