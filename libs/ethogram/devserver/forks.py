"""`python -m ethogram.devserver.forks FD MODULE ...`: the process behind `forkserver.ForkServer`.

It reads requests as lines of JSON from the socket FD, forks for each, and writes back who was started and who ended.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import runpy
import selectors
import signal
import socket
import sys
from contextlib import suppress
from typing import Any

os.environ["SPT_NOENV"] = "1"  # else the title of a process would be written over what it shows of its environment

from setproctitle import setproctitle

from ethogram.devserver.processes import leash

_LINE = 65_536


def main() -> None:
    """The server's process; in a forked one this goes on as the service."""
    channel = socket.socket(fileno=int(sys.argv[1]))
    for module in sys.argv[2:]:
        with suppress(Exception):  # a module that cannot be imported says so in its own process
            importlib.import_module(f"{module}.__main__")
    gc.collect()
    gc.freeze()
    request = _serve(channel)
    if request is not None:
        _become(request)


def _serve(channel: socket.socket) -> dict[str, Any] | None:
    """Fork for each request and report each end; none when nobody asks any more. In a fork: what it is to become."""
    ends, told = socket.socketpair()
    ends.setblocking(False)
    told.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
    selector = selectors.DefaultSelector()
    selector.register(channel, selectors.EVENT_READ)
    selector.register(ends, selectors.EVENT_READ)
    unread = b""
    while True:
        ready = {key.fileobj for key, _ in selector.select()}
        if ends in ready:
            with suppress(BlockingIOError):
                ends.recv(_LINE)
            _report_ends(channel)
        if channel not in ready:
            continue
        received = channel.recv(_LINE)
        if not received:
            return None
        *lines, unread = (unread + received).split(b"\n")
        for line in lines:
            parent = os.getpid()
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                for opened in (selector, ends, told, channel):
                    opened.close()
                return {**json.loads(line), "parent": parent}
            _say(channel, {"started": pid})


def _report_ends(channel: socket.socket) -> None:
    with suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            _say(channel, {"ended": ended[0], "code": os.waitstatus_to_exitcode(ended[1])})


def _say(channel: socket.socket, message: dict[str, Any]) -> None:
    channel.sendall(json.dumps(message).encode() + b"\n")


def _become(request: dict[str, Any]) -> None:
    """Be the process that `python -m MODULE` would have been."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    leash(request["stop_signal"], request["parent"])
    setproctitle(f"{sys.executable} -m {request['module']}")
    nothing = os.open(os.devnull, os.O_RDONLY)
    log = os.open(request["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    for opened, standard in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(opened, standard)
    os.close(nothing)
    os.close(log)
    os.environ.update(request["environment"])
    module = f"{request['module']}.__main__"
    sys.argv = [module]
    sys.modules.pop(module, None)
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
