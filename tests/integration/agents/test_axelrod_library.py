"""Strategies of the Axelrod library play here as they play at home; one warm process serves them all."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from types import SimpleNamespace

import orjson
import pytest

from ethogram.agents import NoAnswer, Request, catalogue_of_agents
from ethogram.agents.axelrod_library import HERE, AxelrodLibrary, strategies
from ethogram.agents.worker import Worker, environment
from ethogram.events import AgentId, GameId, SessionId
from ethogram.testing.agents import DILEMMA, dilemma_of, round_of

HERE_TOO = pytest.mark.skipif(
    find_spec("axelrod") is None, reason="the Axelrod library is not installed: pip install -r requirements-axelrod.txt"
)
TURNS = 12
HOME = f"""
import axelrod, json, sys
turns, told = {TURNS}, {{"names": sorted(one.__name__ for one in axelrod.strategies)}}
for name in ("TitForTat", "Grudger", "Random"):
    player, other = getattr(axelrod, name)(), axelrod.Alternator()
    match = axelrod.Match((player, other), turns=turns, seed=4)
    told[name] = ["".join(map(str, side)) for side in zip(*match.play())]
    told[name].append(str(getattr(player, "_seed", None) or 4))
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def home() -> dict[str, list[str]]:
    """What the library's own Match plays."""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", HOME], capture_output=True, check=True, timeout=200)
    told = orjson.loads(done.stdout)
    assert isinstance(told, dict)
    return told


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture(scope="module")
def library(loop: asyncio.AbstractEventLoop) -> Iterator[AxelrodLibrary]:
    adapter = AxelrodLibrary(SimpleNamespace())
    yield adapter
    loop.run_until_complete(adapter.close())


def _asked(strategy: str, own: str, other: str, *, seed: str = "4", game: str = "g") -> Request:
    seen = round_of(own, other, turns=TURNS, seed=seed)
    return Request(SessionId("s"), GameId(game), 0, AgentId(strategy), {"strategy": strategy}, seen)


async def _played(library: AxelrodLibrary, strategy: str, other: str, *, seed: str = "4", first: int = 0) -> str:
    own = ""
    for turn in range(first, len(other)):
        asked = _asked(strategy, own, other[:turn], seed=seed, game=f"g-{strategy}-{seed}")
        own += (await library.answer(asked)).option
    return own


@HERE_TOO
def test_the_list_is_the_librarys_own(home: dict[str, list[str]]) -> None:
    assert sorted(strategies()) == home["names"]
    assert next(each.strategies for each in catalogue_of_agents() if each.name == "axelrod") == len(home["names"])


@HERE_TOO
@pytest.mark.parametrize("strategy", ["TitForTat", "Grudger", "Random"])
def test_they_play_as_in_the_librarys_own_match(
    strategy: str, home: dict[str, list[str]], library: AxelrodLibrary, loop: asyncio.AbstractEventLoop
) -> None:
    own, other, seed = home[strategy]
    given = format(int(seed), "x")
    assert loop.run_until_complete(_played(library, strategy, other, seed=given)) == own


@HERE_TOO
def test_all_at_once_after_a_kill_they_go_on_as_if_nothing_had_happened(
    library: AxelrodLibrary, loop: asyncio.AbstractEventLoop
) -> None:
    names, other = ("Random", "FirstByJoss", "Gradual", "FirstByTidemanAndChieruzzi"), "CDDCCDCDCC"

    async def everyone() -> tuple[list[str], list[str]]:
        before = await asyncio.gather(*(_played(library, name, other) for name in names))
        child = await library._worker._ready()
        os.killpg(child._process.pid, signal.SIGKILL)
        later = [_asked(name, own[:7], other[:7]) for name, own in zip(names, before, strict=True)]
        answers = await asyncio.gather(*(library.answer(asked) for asked in later))
        return [own[7] for own in before], [answer.option for answer in answers]

    expected, after = loop.run_until_complete(everyone())
    assert after == expected


@HERE_TOO
def test_the_library_has_to_live_within_a_limit_of_memory(loop: asyncio.AbstractEventLoop) -> None:
    worker = Worker(HERE / "axelrod_process.py", ("100",), environment(), 60)
    with pytest.raises(NoAnswer) as refused:
        loop.run_until_complete(worker.ask({}, 5))
    loop.run_until_complete(worker.stop())
    assert refused.value.outcome == "failed"


@HERE_TOO
def test_in_a_scenario_they_answer_the_present_conduct(
    library: AxelrodLibrary, loop: asyncio.AbstractEventLoop
) -> None:
    def option(own: str, conduct: str) -> str:
        seen = dilemma_of(own, conduct)
        asked = Request(SessionId("s"), GameId("s-a"), 0, AgentId("a"), {"strategy": "TitForTat"}, seen)
        return loop.run_until_complete(library.answer(asked)).option

    leaning = {one.id: one.leaning for one in DILEMMA}
    assert [leaning[option("CDC"[:turn], "DCDC"[: turn + 1])] for turn in range(4)] == ["D", "C", "D", "C"]
