"""The table of strengths, made in a process of its own: what it needs takes 100 MB, too much for a gateway at rest."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import orjson

from ethogram.events import EthogramError

GIVE_UP_S = 60.0
Games = Sequence[tuple[str, Mapping[str, int]]]
"""Sessions that count, each with the places of its contestants."""


def table_of(games: Games) -> dict[str, Any]:
    """Standings, how many games there were, and how fragile the first place is; the same games are asked for once."""
    answer: dict[str, Any] = orjson.loads(_made(orjson.dumps([dict(places) for _, places in games])))
    return answer


@lru_cache(maxsize=64)
def _made(games: bytes) -> bytes:
    command = [sys.executable, "-m", __name__]
    try:
        done = subprocess.run(command, input=games, capture_output=True, timeout=GIVE_UP_S, check=True)
    except subprocess.SubprocessError as error:
        raise EthogramError("table-failed", f"the table could not be made: {type(error).__name__}") from None
    return done.stdout


def main() -> None:
    """Read games, write their table."""
    from ethogram.council.leaderboard import leaderboard

    found = leaderboard(orjson.loads(sys.stdin.buffer.read()))
    told = {**found._asdict(), "standings": [each._asdict() for each in found.standings]}
    sys.stdout.buffer.write(orjson.dumps(told))


if __name__ == "__main__":
    main()
