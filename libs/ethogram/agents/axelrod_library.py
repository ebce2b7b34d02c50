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
from ethogram.agents.worker import Worker
from ethogram.events.explanation import suggestion

HERE = Path(__file__).parent
NAMES = HERE / "axelrod-4.13.1.txt"
TIMEOUT_S = 20.0
START_S = 180.0
"""Importing the library takes 15 s on two slow cores, more when they are busy."""


@lru_cache(maxsize=1)
def strategies() -> frozenset[str]:
    """Class names of the library's strategies; the file is written by `axelrod_process.py --names`."""
    return frozenset(NAMES.read_text(encoding="utf-8").split())


class AxelrodLibrary:
    """Any strategy of the Axelrod library by its class name."""

    about: ClassVar[str] = "strategies of the Axelrod library by class name: `config: {strategy: TitForTat}`"

    def __init__(self, settings: Any) -> None:
        self._worker = Worker(HERE / "axelrod_process.py", (), {"OPENBLAS_NUM_THREADS": "1"}, START_S)

    @staticmethod
    def check(config: Mapping[str, Any]) -> list[str]:
        """What is wrong with a configuration, in words; the library is not imported."""
        wrong = [f"unknown key {key!r}{suggestion(key, ['strategy'])}" for key in config if key != "strategy"]
        name = config.get("strategy")
        if not isinstance(name, str):
            return [*wrong, "strategy is missing; it is a class name of the Axelrod library, e.g. TitForTat"]
        if name not in strategies():
            near = suggestion(name, strategies()).partition(" valid:")[0]
            wrong.append(f"strategy {name!r} is none of the {len(strategies())} of axelrod 4.13.1{near}")
        return wrong

    async def answer(self, request: Request) -> Answer:
        """Ask the library; it keeps the player between turns and rebuilds it from the history after a restart."""
        if find_spec("axelrod") is None:
            raise NoAnswer("failed", "the Axelrod library is not installed: pip install 'ethogram[axelrod]'")
        seen = request.observation
        said = await self._worker.ask(
            {
                "player": f"{request.session_id}/{request.game_id}/{request.seat}",
                "strategy": request.config["strategy"], "own": seen.own, "other": seen.other, "seed": seen.seed,
                "turns": seen.turns, "scenario": seen.kind == "scenario",
            },
            TIMEOUT_S,
        )  # fmt: skip
        return Answer(option=lean(str(said["action"]), seen))

    async def close(self) -> None:
        """End the process."""
        await self._worker.stop()
