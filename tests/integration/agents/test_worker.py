"""A worker process starts once for all who wait for it, however slowly, and whoever gives up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from ethogram.agents import NoAnswer
from ethogram.agents.worker import Worker, environment

SLOW = """
import json, pathlib, sys, time
starts = pathlib.Path(sys.argv[1])
starts.write_text(starts.read_text() + "x" if starts.exists() else "x")
time.sleep(float(sys.argv[2]))
if len(starts.read_text()) <= int(sys.argv[3]):
    sys.exit(5)
print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    print(json.dumps({"number": json.loads(line)["number"], "starts": len(starts.read_text())}), flush=True)
"""


def _with_worker(folder: Path, body: Callable[[Worker], Awaitable[Any]], *, fails: int = 0, slow_s: float = 1.0) -> Any:
    """What `body` makes of a worker that takes a while to start, and ends in its first `fails` starts."""
    program = folder / "slow.py"
    program.write_text(SLOW, encoding="utf-8")

    async def run() -> Any:
        worker = Worker(program, (str(folder / "starts"), str(slow_s), str(fails)), environment(), 20)
        try:
            return await body(worker)
        finally:
            await worker.stop()

    return asyncio.run(run())


async def _patient(worker: Worker) -> int | str:
    try:
        return int((await worker.ask({}, 10))["starts"])
    except NoAnswer as reason:
        return reason.message


async def _impatient(worker: Worker) -> str:
    try:
        async with asyncio.timeout(0.1):
            await worker.ask({}, 10)
    except TimeoutError:
        return "gave up"
    return "waited"


def test_whoever_gives_up_leaves_the_start_to_the_others(tmp_path: Path) -> None:
    async def body(worker: Worker) -> Any:
        first = await _impatient(worker)
        return first, await asyncio.gather(*(_patient(worker) for _ in range(20)))

    assert _with_worker(tmp_path, body) == ("gave up", [1] * 20)


def test_it_goes_on_starting_when_everybody_gave_up(tmp_path: Path) -> None:
    async def body(worker: Worker) -> Any:
        gave_up = await asyncio.gather(*(_impatient(worker) for _ in range(3)))
        return gave_up, await _patient(worker)

    assert _with_worker(tmp_path, body) == (["gave up"] * 3, 1)


def test_a_start_that_fails_is_told_to_all_who_wait_and_tried_again_for_the_next(tmp_path: Path) -> None:
    async def body(worker: Worker) -> Any:
        told = await asyncio.gather(*(_patient(worker) for _ in range(5)))
        return told, await _patient(worker)

    told, later = _with_worker(tmp_path, body, fails=1, slow_s=0.2)
    assert told == ["its process ended with 5 while it started"] * 5 and later == 2


def test_it_can_be_stopped_while_it_starts_and_when_it_never_did(tmp_path: Path) -> None:
    async def body(worker: Worker) -> str:
        await worker.stop()
        return await _impatient(worker)

    assert _with_worker(tmp_path, body, slow_s=15) == "gave up"
