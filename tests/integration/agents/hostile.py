"""Functions that no one should let play, for tests of what keeps them from harming others."""

from __future__ import annotations

import os
import sys
import time
from typing import Any


def loops(_seen: Any) -> str:
    while True:
        pass


def hoards(_seen: Any) -> str:
    return "C" * (10 * 2**30)


def leaves(_seen: Any) -> str:
    os._exit(3)


def prints(_seen: Any) -> str:
    print("not an answer\n" * 10_000)
    sys.stderr.write("nor this")
    return "C"


def reads(_seen: Any) -> str:
    return "D" if sys.stdin.read() else "C"


def raises(_seen: Any) -> str:
    raise ValueError("no\0, \ud800")


def chatters(_seen: Any) -> dict[str, str]:
    return {"option": "C", "reasoning": "x" * 10_000_000}


def answers_a_type(_seen: Any) -> type:
    return object


def forges(_seen: Any) -> str:
    for descriptor in range(3, 20):
        try:
            os.write(descriptor, b'[1]\n{"number": []}\nnonsense\n')
        except OSError:
            continue
    return "C"


def leaves_a_child_behind(_seen: Any) -> str:
    if os.fork() == 0:
        os.setsid()
        time.sleep(120)
        os._exit(0)
    os._exit(4)


def tells_secrets(_seen: Any) -> dict[str, str]:
    found = [name for name in os.environ if name.startswith(("ETHOGRAM_", "DATABASE_"))]
    return {"option": "C", "reasoning": ",".join(found)}


async def waits(seen: Any) -> str:
    return "D" if seen.turn > 1 else "C"


def dies_once(seen: Any) -> str:
    if seen.turn == 1:
        os._exit(1)
    return "D"
