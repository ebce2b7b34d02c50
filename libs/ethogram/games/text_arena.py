"""TextArena: those of its environments whose moves can be listed. Which of them are legal is found by trying them.

Its environments draw from the random numbers of the whole process. While an episode is played here their modules get a
generator of their own, seeded by us, so that nobody else can come between. A service decides in one thread, so that
one episode at a time is played.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple

from ethogram.events import Option
from ethogram.events.explanation import suggestion
from ethogram.games.asking import Ask
from ethogram.games.libraries import Position, action_of, symbol_of
from ethogram.games.rules import STILL, Form, Knobs

ABSENT = "TextArena is not installed: pip install 'ethogram[textarena]'"
MOST_MESSAGES = 40
"""Latest messages of a game that a seat reads, after the first, which has the rules."""


class Moves(NamedTuple):
    """What may be said in an environment."""

    moves: tuple[str, ...]
    longest: int
    """Turns of an episode at most, or so."""
    players: int = 2


def _numbers(count: int) -> tuple[str, ...]:
    return tuple(f"[{number}]" for number in range(count))


CARDS = tuple(f"[{card}]" for card in ("A", *range(2, 11), "J", "Q", "K"))
ENVIRONMENTS: Mapping[str, Moves] = MappingProxyType({
    "ConnectFour-v0": Moves(tuple(f"[col {number}]" for number in range(7)), 42),
    "GameOfPureStrategy-v0": Moves(CARDS, 26),
    "IteratedMatchingPennies-v0": Moves(("[heads]", "[tails]"), 20),
    "IteratedRockPaperScissors-v0": Moves(("[rock]", "[paper]", "[scissors]"), 18),
    "KuhnPoker-v0": Moves(("[check]", "[bet]", "[call]", "[fold]"), 9),
    "LiarsDice-v0": Moves(
        ("[call]", *(f"[bid {count} {face}]" for count in range(1, 11) for face in range(1, 7))), 700
    ),
    "Nim-v0": Moves(tuple(f"[{pile} {count}]" for pile in range(3) for count in range(1, 6)), 12),
    "PigDice-v0-short": Moves(("[roll]", "[hold]"), 50),
    "ThreePlayerGOPS-v0": Moves(CARDS, 39, players=3),
    "ThreePlayerTicTacToe-v0": Moves(_numbers(25), 25, players=3),
    "TicTacToe-v0": Moves(_numbers(9), 9),
    "WildTicTacToe-v0": Moves(tuple(f"[{mark} {number}]" for mark in "XO" for number in range(9)), 9),
})  # fmt: skip
"""Environments that can be played, by their name there, with all that may be said in them. Others take free words."""


class TextArena:
    """The library as a whole; an environment is `textarena:<name>`."""

    about: ClassVar[str] = "environments of TextArena whose moves can be listed: `game: textarena:TicTacToe-v0`"

    def version(self) -> str:
        """As installed."""
        return f"textarena {version('textarena')}"

    def problems(self, game: str, players: int | None, knobs: Knobs) -> list[str]:
        """What keeps an environment from being played."""
        if game not in ENVIRONMENTS:
            return [f"TextArena has no environment {game!r} that can be played here{suggestion(game, ENVIRONMENTS)}"]
        if find_spec("textarena") is None:
            return [ABSENT]
        fit = ENVIRONMENTS[game].players
        found = [f"{game} is for {fit} players; got {players}"] if players not in (None, fit) else []
        return [*found, *(["environments of TextArena have no knobs; leave them out"] if knobs else [])]

    def form(self, game: str, players: int | None, knobs: Knobs) -> tuple[Form, int]:
        """The game; its stages follow from the play."""
        known = ENVIRONMENTS[game]
        about = f"{game.partition('-')[0]}, as TextArena has it."
        return Form(stages=(), about=about, span=(-1, 1), longest=known.longest), known.players

    def position(self, game: str, players: int, knobs: Knobs, seed: str, joints: tuple[str, ...]) -> Position:
        """The environment after these moves."""
        known, environment = ENVIRONMENTS[game], _made(game)
        with _own_chance(environment, int(seed[:12], 16)):
            environment.reset(num_players=players, seed=int(seed[:12], 16))
            for joint in joints:
                (symbol,) = (symbol for symbol in joint if symbol != STILL)
                environment.step(known.moves[action_of(symbol)])
        return Standing(known, environment, players)


@dataclass(frozen=True)
class Standing:
    """An environment that has been played so far."""

    known: Moves
    environment: Any
    players: int

    @property
    def over(self) -> bool:
        """Whether it is done, or nothing is left to be said."""
        return bool(self.environment.state.done) or not self.asks

    @property
    def payoffs(self) -> tuple[float, ...]:
        """The rewards."""
        rewards = self.environment.state.rewards or {}
        return tuple(float(rewards.get(seat, 0)) for seat in range(self.players))

    @property
    def text(self) -> str:
        """Everything is said to each player alone."""
        return ""

    @property
    def hidden(self) -> bool:
        """What others did is told in words where it is to be known."""
        return True

    @cached_property
    def asks(self) -> tuple[Ask, ...]:
        """The one whose turn it is, with the moves that the environment takes."""
        if self.environment.state.done:
            return ()
        seat = int(self.environment.state.current_player_id)
        options = tuple(
            Option(id=symbol_of(number), text=move, leaning="")
            for number, move in enumerate(self.known.moves) if self._takes(seat, move)
        )  # fmt: skip
        return (Ask(seat=seat, options=options, default=options[0].id, text=self._seen(seat)),) if options else ()

    def _takes(self, seat: int, move: str) -> bool:
        tried = deepcopy(self.environment)
        before = len(tried.state.observations[seat])
        with _own_chance(tried, 0):
            tried.step(move)
        told = (str(message) for _, message, _ in tried.state.observations[seat][before:])
        return not tried.state.game_info[seat]["invalid_move"] and not any("invalid move" in each for each in told)

    def _seen(self, seat: int) -> str:
        said = [str(message) for _, message, _ in self.environment.state.observations[seat]]
        shown = [*said[:1], *said[1:][-MOST_MESSAGES:]]
        return "\n".join([f"You are player {seat}.", *shown])


def _made(game: str) -> Any:
    """The environment without the wrappers that only change how it is shown."""
    import textarena

    environment = textarena.make(env_id=f"{game}-raw")
    while hasattr(environment, "env"):
        environment = environment.env
    return environment


@contextmanager
def _own_chance(environment: Any, seed: int) -> Iterator[None]:
    """Exchange the random numbers of the library's modules for a generator of their own."""
    import textarena

    modules = [sys.modules[type(environment).__module__], textarena.core, textarena.state]
    drawing = [(module, vars(module)["random"]) for module in modules if "random" in vars(module)]
    own = textarena.core.random.Random(seed)
    for module, _ in drawing:
        vars(module)["random"] = own
    try:
        yield
    finally:
        for module, kept in drawing:
            vars(module)["random"] = kept
