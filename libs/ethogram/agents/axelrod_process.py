"""Runs inside a worker process: plays strategies of the Axelrod library. Imported once, kept warm.

`python axelrod_process.py MEMORY_MB` answers requests; `python axelrod_process.py --names` prints their names.
"""

from __future__ import annotations

import json
import sys
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

MOST_PLAYERS = 5_000
SEED_BITS = 32


class Table:
    """Players that are in the middle of a game."""

    def __init__(self, library: Any) -> None:
        self._library = library
        self._classes = {cls.__name__: cls for cls in library.strategies}
        self._players: OrderedDict[str, Any] = OrderedDict()

    def act(self, request: dict[str, Any]) -> str:
        """The player's next action. In a scenario the other's last action is the present one, already seen."""
        own, other = request["own"], request["other"]
        if request["scenario"]:
            own = ("C" + own)[: len(other)]  # before the first scenario nothing was done: read as cooperation
        player, opponent = self._seated(request, own, other)
        self._players[request["player"]] = (player, opponent)
        self._players.move_to_end(request["player"])
        while len(self._players) > MOST_PLAYERS:
            self._players.popitem(last=False)
        return str(player.strategy(opponent))

    def _seated(self, request: dict[str, Any], own: str, other: str) -> tuple[Any, Any]:
        """The player as it stands after the history: the one that is kept if it fits, else one that relives it."""
        player, opponent = self._players.pop(request["player"], (None, None))
        if player is not None and len(player.history) == len(own) - 1:
            _learn(player, opponent, own[-1], other[-1], self._library.Action)
            return player, opponent
        player, opponent = self._new(request)
        for mine, theirs in zip(own, other, strict=True):
            player.strategy(opponent)  # what it would have done; what was executed counts
            _learn(player, opponent, mine, theirs, self._library.Action)
        return player, opponent

    def _new(self, request: dict[str, Any]) -> tuple[Any, Any]:
        player = self._classes[request["strategy"]]()
        opponent = self._library.MockPlayer()
        paid = request["payoffs"]
        game = self._library.Game(r=paid["CC"], s=paid["CD"], t=paid["DC"], p=paid["DD"]) if paid else None
        for one in (player, opponent):
            one.set_match_attributes(length=request["turns"] or -1, game=game)
            one.set_seed(int(request["seed"], 16) % 2**SEED_BITS)
        return player, opponent


def _learn(player: Any, opponent: Any, mine: str, theirs: str, action: Any) -> None:
    player.update_history(action.from_char(mine), action.from_char(theirs))
    opponent.update_history(action.from_char(theirs), action.from_char(mine))


def names(library: Any) -> Iterator[str]:
    """Class names of the library's strategies, but for those that cheat: no history tells how they go on."""
    yield from sorted(cls.__name__ for cls in library.strategies)


def main(memory_mb: int) -> None:
    """Answer requests until the pipe is closed."""
    sys.path.pop(0)
    from ethogram.agents.python_process import die_with_parent, in_words, limit_memory, private_pipes, say

    die_with_parent()
    requests, pipe = private_pipes()
    limit_memory(memory_mb)
    try:
        import axelrod
    except Exception as error:
        say(pipe, error=f"the Axelrod library cannot be imported: {in_words(error)}")
        return
    table = Table(axelrod)
    say(pipe, ready=True)
    for line in requests:
        request = json.loads(line)
        try:
            say(pipe, number=request["number"], action=table.act(request))
        except Exception as error:
            say(pipe, number=request["number"], error=in_words(error))


if __name__ == "__main__":
    if "--names" in sys.argv:
        import axelrod

        print("\n".join(names(axelrod)))
    else:
        main(int(sys.argv[1]))
