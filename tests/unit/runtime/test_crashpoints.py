"""A crash point kills at the pass that was asked for, and costs nothing otherwise."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from ethogram.runtime.crashpoints import CrashPoint, arm, reached

SCRIPT = """
from ethogram.runtime.crashpoints import CrashPoint, arm, reached
arm("committed:3")
for number in range(5):
    reached(CrashPoint.SAVED)
    print(number, flush=True)
    reached(CrashPoint.COMMITTED)
"""


def test_the_process_dies_at_the_pass_that_was_named() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL
    assert done.stdout.split() == [b"0", b"1", b"2"]


def test_an_unarmed_point_does_nothing() -> None:
    arm(None)
    for point in CrashPoint:
        reached(point)


def test_an_unknown_point_is_refused() -> None:
    with pytest.raises(ValueError, match="nowhere"):
        arm("nowhere")
