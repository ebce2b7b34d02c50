"""The axelrod adapter: strategies of the Axelrod library, all of them in one warm process."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

from ethogram.agents.adapter import Request
from ethogram.agents.builtin import lean
from ethogram.agents.observation import Answer, NoAnswer
from ethogram.agents.worker import Ended, Worker, environment
from ethogram.events.explanation import suggestion

HERE = Path(__file__).parent
NAMES = HERE / "axelrod-4.13.1.txt"
LIST = "all names: the library's own documentation, or `python -c 'import axelrod; print(*axelrod.strategies)'`"
DILEMMA = {"CC", "CD", "DC", "DD"}
TIMEOUT_S = 20.0
MEMORY_MB = 3_072
"""Address space for the whole library and all its players; the library alone maps about half of it."""
START_S = 180.0
"""Importing the library takes 15 s on two slow cores, more when they are busy."""


@lru_cache(maxsize=1)
def strategies() -> frozenset[str]:
    """Class names of the library's strategies; the file is written by `axelrod_process.py --names`."""
    return frozenset(NAMES.read_text(encoding="utf-8").split())


class AxelrodLibrary:
    """Any strategy of the Axelrod library by its class name."""

    about: ClassVar[str] = "strategies of the Axelrod library by class name: `config: {strategy: TitForTat}`"
    needs: ClassVar[str] = "axelrod"
    """Package of the extra without which it cannot play."""
    offers = staticmethod(strategies)

    def __init__(self, settings: Any) -> None:
        self._worker = Worker(HERE / "axelrod_process.py", (str(MEMORY_MB),), environment(), START_S)

    @staticmethod
    def check(config: Mapping[str, Any]) -> list[str]:
        """What is wrong with a configuration, in words; the library is not imported."""
        wrong = [f"unknown key {key!r}{suggestion(key, ['strategy'])}" for key in config if key != "strategy"]
        name = config.get("strategy")
        if not isinstance(name, str):
            return [*wrong, "strategy is missing; it is a class name of the Axelrod library, e.g. TitForTat"]
        if name not in strategies():
            near = suggestion(name, strategies()).partition(" valid:")[0].rstrip(";")
            wrong.append(f"strategy {name!r} is none of the {len(strategies())} of axelrod 4.13.1{near} ({LIST})")
        return wrong

    async def answer(self, request: Request) -> Answer:
        """Ask the library; it keeps the player between turns and rebuilds it from the history after a restart."""
        if find_spec("axelrod") is None:
            raise NoAnswer("failed", "the Axelrod library is not installed: pip install 'ethogram[axelrod]'")
        question = _question(request)
        try:
            said = await self._worker.ask(question, TIMEOUT_S)
        except Ended:  # another player's doing, most likely: the process is shared, and ended with one that hangs
            said = await self._worker.ask(question, TIMEOUT_S)
        return Answer(option=lean(str(said["action"]), request.observation))

    async def close(self) -> None:
        """End the process."""
        await self._worker.stop()


def _question(request: Request) -> dict[str, Any]:
    seen = request.observation
    own, other = seen.own_kept, seen.other
    if seen.kind == "game" and len(own) != len(other):  # where moves follow each other, one may be ahead
        size = min(len(own), len(other))
        own, other = own[len(own) - size :], other[len(other) - size :]
    return {
        "player": f"{request.session_id}/{request.game_id}/{request.seat}",
        "strategy": request.config["strategy"], "own": own, "other": other, "seed": seen.seed,
        "turns": seen.turns, "scenario": seen.kind == "scenario",
        "payoffs": {joint: paid[0] for joint, paid in seen.payoffs.items()} if set(seen.payoffs) == DILEMMA else {},
    }  # fmt: skip
