"""Games of other people's libraries, found by entry point: one class per library, each game by its own name there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, cast

from ethogram.events import Chance, GameId, PluginError, subseed
from ethogram.games.asking import Ask, Executed, History, MatchTurn
from ethogram.games.course import Play
from ethogram.games.rules import HIDDEN, STILL, Form, Knobs, Ruleset
from ethogram.topology.plugins import Plugins

GROUP = "ethogram.games"
SYMBOLS = "0123456789ABEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
"""Of actions by number; C and D are left out, for they mean something."""


class Position(Protocol):
    """Where an episode stands, chance being played already."""

    @property
    def over(self) -> bool:
        """Whether the episode has ended."""

    @property
    def payoffs(self) -> tuple[float, ...]:
        """What each seat has earned, once it is over."""

    @property
    def text(self) -> str:
        """What all read."""

    @property
    def hidden(self) -> bool:
        """Whether what others did may be known to nobody but them."""

    @property
    def asks(self) -> tuple[Ask, ...]:
        """Who moves."""


class GameLibrary(Protocol):
    """What an entry point of the group `ethogram.games` names."""

    about: str
    """What it brings, in a line."""

    def version(self) -> str:
        """Name and version, as sessions are pinned to it."""
        ...

    def problems(self, game: str, players: int | None, knobs: Knobs) -> list[str]:
        """What keeps a game of this library from being played, in words."""
        ...

    def form(self, game: str, players: int | None, knobs: Knobs) -> tuple[Form, int]:
        """The game and its number of players; its stages are none, for they follow from the play."""
        ...

    def position(self, game: str, players: int, knobs: Knobs, seed: str, joints: tuple[str, ...]) -> Position:
        """Where an episode stands after these joint actions; the same seed deals the same chance."""
        ...


PLUGINS = Plugins(GROUP, "library", ("about", "version", "problems", "form", "position"))


@lru_cache
def library(name: str) -> GameLibrary:
    """The library called `name`; PluginError says what is installed, or why it does not load."""
    found = PLUGINS.found()
    if name not in found:
        raise PluginError("library-unknown", f"no library {name!r}; installed: {', '.join(sorted(found)) or 'none'}")
    brought = PLUGINS.load(name)
    try:
        return cast("GameLibrary", brought())
    except Exception as error:  # whatever a stranger's class raises
        raise PluginError("library-broken", f"library {name!r}: {type(error).__name__}: {error}") from error


def split(game: str) -> tuple[str, str]:
    """`open-spiel:kuhn_poker` as library and game."""
    name, _, within = game.partition(":")
    return name, within


def symbol_of(action: int) -> str:
    """The symbol of an action's number; the first sixty are letters and digits."""
    return SYMBOLS[action] if action < len(SYMBOLS) else chr(0x0100 + action)


def action_of(symbol: str) -> int:
    """The number of an action's symbol."""
    return SYMBOLS.index(symbol) if symbol in SYMBOLS else ord(symbol) - 0x0100


@dataclass(frozen=True, slots=True)
class Episode(MatchTurn):
    """A turn of a match whose rounds are episodes of a library's game."""

    rules: Ruleset
    seed: int
    game_id: GameId
    turn: int
    play: Play

    @property
    def text(self) -> str:
        """Which game, and what is to be seen by all."""
        number, _ = self._kept()
        count = f" of {self.rules.rounds}" if self.rules.continuation >= 1 else ""
        parts = [f"Episode {number}{count}.", self.rules.about, self._position().text, "Your move?"]
        return " ".join(part for part in parts if part)

    @property
    def asks(self) -> tuple[Ask, ...]:
        """Who moves, with what it alone sees."""
        position = self._position()
        return tuple(
            Ask(
                seat=ask.seat, options=ask.options, default=ask.default, own_options=len(position.asks) > 1,
                text=ask.text, history=self._own(ask.seat) if position.hidden else None,
            )
            for ask in position.asks
        )  # fmt: skip

    def carry_out(self, intended: Mapping[int, str]) -> Executed:
        """Noise, then the library's rules; an episode pays when it is over."""
        done = {ask.seat: self._trembled(ask, intended[ask.seat]) for ask in self.asks}
        players = len(self.play.players)
        joint = "".join(done.get(seat, STILL) for seat in range(players))
        number, joints = self._kept()
        after = self._after((*joints, joint))
        paid = after.payoffs if after.over else (0.0,) * players
        memory = f"{number + 1}|" if after.over else f"{number}|{' '.join((*joints, joint))}"
        return Executed(
            actions=done, payoffs=paid, symbols=joint, memory=memory,
            over=after.over and number >= self.play.rounds,
        )  # fmt: skip

    def _kept(self) -> tuple[int, tuple[str, ...]]:
        """Number of the episode, and what was done in it."""
        number, _, joints = (self.play.memory or "1|").partition("|")
        return int(number), tuple(joints.split())

    def _position(self) -> Position:
        return self._after(self._kept()[1])

    def _after(self, joints: tuple[str, ...]) -> Position:
        seed = subseed(self.seed, "deal", self.game_id, self._kept()[0])
        return _reached(self.rules.game, self.rules.players, tuple(sorted(self.rules.knobs.items())), seed, joints)

    def _own(self, seat: int) -> History:
        return tuple(
            actions if player == seat else "".join(STILL if symbol == STILL else HIDDEN for symbol in actions)
            for player, actions in enumerate(self.play.history)
        )

    def _trembled(self, ask: Ask, action: str) -> str:
        chance = Chance(self.seed, "noise", self.game_id, self.turn, ask.seat)
        if not self.rules.noise or len(ask.options) < 2 or not chance.flip(self.rules.noise):
            return action
        return chance.choice([option.id for option in ask.options if option.id != action])


@lru_cache(maxsize=32)
def _reached(
    game: str, players: int, knobs: tuple[tuple[str, float], ...], seed: str, joints: tuple[str, ...]
) -> Position:
    """A position is asked for several times in a turn, and libraries play it from the start each time."""
    name, within = split(game)
    return library(name).position(within, players, dict(knobs), seed, joints)
