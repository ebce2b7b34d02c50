"""OpenSpiel: any sequential or simultaneous game that says in words what a player sees. Chance is dealt by our seed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any, ClassVar

from ethogram.events import Chance, Option
from ethogram.events.explanation import suggestion
from ethogram.games.asking import Ask
from ethogram.games.libraries import Position, action_of, symbol_of
from ethogram.games.rules import STILL, Form, Knobs

OPEN_ACTIONS = ("kuhn_poker", "leduc_poker", "liars_dice")
"""Games of imperfect information in which everybody sees what everybody does."""
ABSENT = "OpenSpiel is not installed: pip install 'ethogram[open-spiel]'"


class OpenSpiel:
    """The library as a whole; a game is `open-spiel:<name>`, its parameters are knobs."""

    about: ClassVar[str] = "games of OpenSpiel: `game: open-spiel:kuhn_poker`, its parameters as knobs"

    def version(self) -> str:
        """As installed."""
        return f"open_spiel {version('open_spiel')}"

    def problems(self, game: str, players: int | None, knobs: Knobs) -> list[str]:
        """What keeps the game from being played."""
        if find_spec("pyspiel") is None:
            return [ABSENT]
        import pyspiel

        known = pyspiel.registered_names()
        if game not in known:
            return [f"OpenSpiel has no game {game!r}{suggestion(game, known).partition(' valid:')[0].rstrip(';')}"]
        try:
            loaded = _load(game, players, tuple(sorted(knobs.items())))
        except Exception as error:  # whatever the library says about these parameters
            return [f"OpenSpiel does not load {game}: {str(error)[:300]}"]
        return [words for words in _wrong(loaded, players) if words]

    def form(self, game: str, players: int | None, knobs: Knobs) -> tuple[Form, int]:
        """The game; its stages follow from the play."""
        loaded = _load(game, players, tuple(sorted(knobs.items())))
        about = f"{loaded.get_type().long_name}, as OpenSpiel has it ({loaded})."
        span = (loaded.min_utility(), loaded.max_utility())
        return Form(stages=(), about=about, span=span, longest=loaded.max_game_length()), loaded.num_players()

    def position(self, game: str, players: int, knobs: Knobs, seed: str, joints: tuple[str, ...]) -> Position:
        """The state after these joint actions, chance nodes played by the seed."""
        loaded = _load(game, players, tuple(sorted(knobs.items())))
        state, chance = loaded.new_initial_state(), Chance(seed, "chance")
        _deal(state, chance)
        for joint in joints:
            _apply(state, joint)
            _deal(state, chance)
        return Standing(loaded, state)


@dataclass(frozen=True)
class Standing:
    """A state of OpenSpiel."""

    game: Any
    state: Any

    @property
    def over(self) -> bool:
        """Whether it is terminal."""
        return bool(self.state.is_terminal())

    @property
    def payoffs(self) -> tuple[float, ...]:
        """The returns."""
        return tuple(float(each) for each in self.state.returns())

    @property
    def text(self) -> str:
        """Everything is said to each player alone."""
        return ""

    @property
    def hidden(self) -> bool:
        """Whether somebody may have acted in secret."""
        import pyspiel

        kind = self.game.get_type()
        secret = kind.information == pyspiel.GameType.Information.IMPERFECT_INFORMATION
        return secret and kind.short_name not in OPEN_ACTIONS

    @cached_property
    def asks(self) -> tuple[Ask, ...]:
        """Every player in a simultaneous state, else the one whose turn it is."""
        if self.state.is_terminal():
            return ()
        everybody = range(self.game.num_players())
        seats = everybody if self.state.is_simultaneous_node() else (self.state.current_player(),)
        return tuple(self._ask(seat) for seat in seats if self.state.legal_actions(seat))

    def _ask(self, seat: int) -> Ask:
        options = tuple(
            Option(id=symbol_of(action), text=self.state.action_to_string(seat, action), leaning="")
            for action in self.state.legal_actions(seat)
        )
        return Ask(seat=seat, options=options, default=options[0].id, text=self._seen(seat))

    def _seen(self, seat: int) -> str:
        if self.game.get_type().provides_information_state_string:
            return f"You are player {seat}. You see: {self.state.information_state_string(seat)}"
        return f"You are player {seat}. You see: {self.state.observation_string(seat)}"


def _wrong(loaded: Any, players: int | None) -> list[str]:
    import pyspiel

    kind, dynamics, chance = loaded.get_type(), pyspiel.GameType.Dynamics, pyspiel.GameType.ChanceMode
    told = kind.provides_information_state_string or kind.provides_observation_string
    return [
        "" if told else f"{kind.short_name} does not say in words what a player sees",
        "" if kind.dynamics in (dynamics.SEQUENTIAL, dynamics.SIMULTANEOUS) else "mean field games have no seats",
        "" if kind.chance_mode != chance.SAMPLED_STOCHASTIC else f"{kind.short_name} draws chance that no seed governs",
        "" if loaded.num_players() >= 2 else f"{kind.short_name} is for one player",
        "" if players in (None, loaded.num_players()) else f"is for {loaded.num_players()} players; got {players}",
    ]


@lru_cache(maxsize=64)
def _load(game: str, players: int | None, knobs: tuple[tuple[str, float], ...]) -> Any:
    import pyspiel

    parameters: dict[str, Any] = {name: int(value) if value == int(value) else value for name, value in knobs}
    takes = players is not None and "players" in pyspiel.load_game(game, parameters).get_parameters()
    return pyspiel.load_game(game, {**parameters, "players": players} if takes else parameters)


def _deal(state: Any, chance: Chance) -> None:
    """Play chance until somebody else moves; outcomes in order of their numbers."""
    while not state.is_terminal() and state.is_chance_node():
        outcomes = sorted(state.chance_outcomes())
        point = chance.uniform() * sum(probability for _, probability in outcomes)
        drawn = outcomes[-1][0]
        for action, probability in outcomes:
            point -= probability
            if point < 0:
                drawn = action
                break
        state.apply_action(drawn)


def _apply(state: Any, joint: str) -> None:
    if state.is_simultaneous_node():
        state.apply_actions([0 if symbol == STILL else action_of(symbol) for symbol in joint])
    else:
        state.apply_action(action_of(joint[state.current_player()]))
