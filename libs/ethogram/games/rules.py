"""Rules of repeated games: what an action is called, what noise makes of it, what it earns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ethogram.events import AgentId, Chance, GameId, GamePlan, GameRules, Option, Real, Value


class Game(Value):
    """A game in normal form. Each game is one small file that says what it is and where it comes from."""

    name: str
    """As in a training file."""
    about: str
    """What the players are told, whoever they are."""
    options: tuple[Option, ...]
    """The actions; an option's id is its symbol, one character."""
    payoffs: dict[str, tuple[Real, ...]]
    """Payoff per seat for each joint action."""
    default: str
    """Action carried out for a seat that made no valid choice."""
    seats: int = 2
    """How many play it."""


class Ruleset(Value):
    """One entry of a training's games as the engine executes it, kept with the session so that it stays what it was."""

    game: str
    """Name of the game."""
    rounds: int
    """Rounds of each match."""
    noise: Real
    """Probability that an executed action is not the intended one."""
    about: str
    """What the players are told."""
    options: tuple[Option, ...]
    """The actions."""
    payoffs: dict[str, tuple[Real, ...]]
    """Payoff per seat for each joint action."""
    default: str
    """Action of a seat that made no valid choice."""

    @property
    def actions(self) -> tuple[str, ...]:
        """Symbols of the actions."""
        return tuple(option.id for option in self.options)

    def of_match(self, game_id: GameId, players: tuple[AgentId, ...]) -> GameRules:
        """The rules as they are announced for one match."""
        return GameRules(
            game_id=game_id, game=self.game, players=players, rounds=self.rounds, noise=self.noise,
            actions=self.actions, payoffs=self.payoffs, default=self.default,
        )  # fmt: skip

    def executed(self, intended: Sequence[str], seed: int, game_id: GameId, turn: int) -> str:
        """The joint action that noise makes of what the seats intend, one symbol per seat."""
        return "".join(
            self._trembled(action, Chance(seed, "noise", game_id, turn, seat)) for seat, action in enumerate(intended)
        )

    def _trembled(self, intended: str, chance: Chance) -> str:
        if not self.noise or not chance.flip(self.noise):
            return intended
        return chance.choice([action for action in self.actions if action != intended])

    def told(self, turn: int) -> str:
        """What the players of a match read before this turn."""
        noise = (
            f" With probability {self.noise:g} a move comes out as another than the one meant." if self.noise else ""
        )
        return (
            f"Round {turn} of {self.rounds}. {self.about}{noise}"
            f" Whoever gives no valid answer plays {self.default}. Your move?"
        )


def ruleset(plan: GamePlan, games: Mapping[str, Game]) -> Ruleset:
    """The executed rules of one entry of a training file."""
    game = games[plan.game]
    return Ruleset(
        game=game.name, rounds=plan.rounds, noise=plan.noise, about=game.about,
        options=game.options, payoffs=game.payoffs, default=game.default,
    )  # fmt: skip
