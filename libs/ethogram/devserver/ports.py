"""Ports on the loopback: free ones, and clear words about taken ones."""

from __future__ import annotations

import random
import socket

from ethogram.events.errors import TransientError

LOOPBACK = "127.0.0.1"
FIRST, LAST = 20_000, 32_000
"""Below the ports that systems give to outgoing connections: a server that restarts finds its port free."""


def free_port() -> int:
    """A port that nobody listens on now, chosen at random so that two who ask at once differ."""
    for _ in range(200):
        port = random.randint(FIRST, LAST)
        if is_free(port):
            return port
    raise TransientError("port-taken", f"found no free port between {FIRST} and {LAST} on {LOOPBACK}")


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Whether a server could listen there; a connection that lingers after its server's end does not count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def accepts(port: int, host: str = LOOPBACK) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((host, port)) == 0


def choose(wanted: int | None, usual: int, variable: str) -> int:
    """The port to use: `wanted` or nothing (0 = any free one); without a wish the usual one, or else a free one."""
    if wanted == 0:
        return free_port()
    if wanted is None:
        return usual if is_free(usual) else free_port()
    if not is_free(wanted):
        raise TransientError("port-taken", f"port {wanted} is taken by another program; set {variable} to another port")
    return wanted
