"""Rules of repeated games as data: who moves when, what may be chosen, what noise makes of it, what it earns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from pydantic import Field

from ethogram.events import AgentId, Chance, Feedback, GameId, GamePlan, GameRules, MoveRules, Option, Real, Value
from ethogram.games.payments import PAYMENTS, Acts

LARGEST_TABLE = 64
"""Joint actions up to which a rule is written out as a table, which every player is shown."""
STILL = "-"
"""Symbol of a seat that did not move in a turn."""
HIDDEN = "?"
"""Symbol of an action that a seat was not shown."""
Knobs = Mapping[str, float]


class Move(Value):
    """What some seats may do in a stage."""

    seats: tuple[int, ...]
    """Who moves."""
    options: tuple[Option, ...]
    """The actions; an option's id is its symbol, one character."""
    default: str
    """Action carried out for a seat that made no valid choice."""


class Stage(Value):
    """A part of a round in which seats move at once; the stages of a round follow each other."""

    about: str = ""
    """What is at hand, in words; nothing where a round has one stage."""
    moves: tuple[Move, ...]
    """Each seat stands in one of them at most."""

    def move_of(self, seat: int) -> Move | None:
        """The move of a seat; none if it does not move here."""
        return next((move for move in self.moves if seat in move.seats), None)

    @property
    def seats(self) -> tuple[int, ...]:
        """Who moves, in order."""
        return tuple(sorted(seat for move in self.moves for seat in move.seats))


class Form(Value):
    """A game for a certain number of players, with its numbers filled in."""

    stages: tuple[Stage, ...]
    """Stages of one round."""
    about: str
    """What the players are told, whoever they are."""
    payoffs: dict[str, tuple[Real, ...]] = Field(default_factory=dict)
    """Payoff per seat for each joint action of a round, one symbol per move in order of stage and seat."""
    rule: str = ""
    """The rule that pays, where there is no table."""
    span: tuple[Real, Real] | None = None
    """The least and the most that a seat can earn in a round."""
    longest: int = 0
    """Turns of a round at most, where that hangs on the play."""

    @property
    def turns(self) -> int:
        """Turns of a round, at most."""
        return self.longest or len(self.stages)


@dataclass(frozen=True, slots=True)
class Game:
    """A game. Each family is one small file that says what it is and where it comes from."""

    name: str
    """As in a training file."""
    source: str
    """Who described it."""
    knobs: Knobs
    """Its numbers, with their usual values."""
    build: Callable[[int, Knobs], Form]
    """`(players, knobs) -> the game`."""
    wrong: Callable[[Knobs], str] = field(default=lambda knobs: "")
    """What makes knobs another game than this one, in words; nothing if they are right."""
    fewest: int = 2
    """Players that it needs."""
    most: int = 2
    """Players that it takes."""


class Ruleset(Form):
    """One entry of a training's games as the engine executes it, kept with the session so that it stays what it was."""

    game: str
    """Name of the game."""
    players: int = 2
    """Seats of a match."""
    rounds: int
    """Rounds of each match, at most."""
    noise: Real
    """Probability that an executed action is not the intended one."""
    misperception: Real = 0.0
    """Probability that a seat sees another action of another than was executed."""
    continuation: Real = 1.0
    """Probability that another round follows."""
    feedback: Feedback = "actions"
    """What the players learn after a turn."""
    knobs: dict[str, Real] = Field(default_factory=dict)
    """Numbers that the payoffs follow from."""
    alike: bool = True
    """Whether all seats have the same moves and are paid alike."""
    engine: str = ""
    """Library that plays the game; ours if empty."""

    @property
    def blurred(self) -> bool:
        """Whether a seat may see something else than was executed."""
        return self.misperception > 0 or self.feedback != "actions"

    @property
    def actions(self) -> tuple[str, ...]:
        """Symbols of all actions."""
        return tuple(dict.fromkeys(option.id for option in self.options))

    @property
    def options(self) -> tuple[Option, ...]:
        """All options of all stages, each once."""
        found = {option.id: option for stage in self.stages for move in stage.moves for option in move.options}
        return tuple(found.values())

    def length(self, seed: int, game_id: GameId) -> int:
        """How many rounds a match has: drawn by the seed where players do not know it."""
        if self.continuation >= 1:
            return self.rounds
        chance, count = Chance(seed, "length", game_id), 1
        while count < self.rounds and chance.flip(self.continuation):
            count += 1
        return count

    def of_match(self, game_id: GameId, players: tuple[AgentId, ...], rounds: int) -> GameRules:
        """The rules as they are announced for one match, of what the engine executes."""
        single = len(self.stages) == 1 and len(self.stages[0].moves) == 1
        return GameRules(
            game_id=game_id, game=self.game, players=players, rounds=rounds, noise=self.noise,
            actions=self.actions, payoffs=self.payoffs, default=self.stages[0].moves[0].default if single else "",
            moves=() if single else self._moves(),
            turns=rounds * (len(self.stages) or (0 if self.engine else self.longest)), misperception=self.misperception,
            continuation=self.continuation, feedback=self.feedback, rule=self.rule, knobs=self.knobs, span=self.span,
            engine=self.engine,
        )  # fmt: skip

    def _moves(self) -> tuple[MoveRules, ...]:
        return tuple(
            MoveRules(stage=number, seats=move.seats, actions=tuple(option.id for option in move.options),
                      default=move.default)
            for number, stage in enumerate(self.stages)
            for move in stage.moves
        )  # fmt: skip

    def executed(
        self, intended: Mapping[int, str], stage: Stage, seed: int, game_id: GameId, turn: int
    ) -> dict[int, str]:
        """What noise makes of what the seats of a stage intend."""
        found = {}
        for seat, action in intended.items():
            move = stage.move_of(seat)
            assert move is not None, "only seats that were asked intend something"
            chance = Chance(seed, "noise", game_id, turn, seat)
            found[seat] = _another(action, move.options, self.noise, chance)
        return found

    def perceived(self, joint: str, stage: Stage, seed: int, game_id: GameId, turn: int) -> tuple[str, ...]:
        """The joint action of a turn as each seat sees it. What later stages of the round answer to is not hidden."""
        hidden = self.feedback != "actions" and stage is self.stages[-1]
        return tuple(
            "".join(
                symbol if other == seat or symbol == STILL else HIDDEN if hidden
                else self._seen(symbol, stage, other, Chance(seed, "perception", game_id, turn, seat, other))
                for other, symbol in enumerate(joint)
            )
            for seat in range(len(joint))
        )  # fmt: skip

    def _seen(self, symbol: str, stage: Stage, other: int, chance: Chance) -> str:
        move = stage.move_of(other)
        return _another(symbol, move.options, self.misperception, chance) if move else symbol

    def paid(self, acts: Acts, stock: float) -> tuple[tuple[float, ...], float]:
        """What a round earned each seat, and what is left in common for the next one."""
        if self.payoffs:
            return self.payoffs[joint_of(acts)], stock
        return PAYMENTS[self.rule].pay(self.knobs, self.players, acts, stock)


def joint_of(acts: Acts) -> str:
    """The joint action of a round: one symbol per move, in order of stage and seat."""
    return "".join(stage[seat].id for stage in acts for seat in sorted(stage))


def ruleset(plan: GamePlan, games: Mapping[str, Game]) -> Ruleset:
    """The executed rules of one entry of a training file that names one of our games."""
    game = games[plan.game]
    knobs = {**game.knobs, **plan.knobs}
    return compose(plan, game.build(plan.players or game.fewest, knobs), plan.players or game.fewest, knobs)


def compose(plan: GamePlan, form: Form, players: int, knobs: Knobs) -> Ruleset:
    """A game together with what an entry of a training file says about how it is played."""
    rules = Ruleset(
        game=plan.game, players=players, rounds=plan.rounds, noise=plan.noise, misperception=plan.misperception,
        continuation=plan.continuation, feedback=plan.feedback, knobs=dict(knobs), **_tabled(form, players, knobs),
    )  # fmt: skip
    return rules.model_copy(update={"alike": _alike(rules)})


def _alike(rules: Ruleset) -> bool:
    """Whether two neighbours that change seats change payoffs with them, whatever is done."""
    if [len(stage.moves) for stage in rules.stages] != [1] or len(rules.stages[0].seats) != rules.players:
        return False
    return all(
        _swapped(rules.payoffs["".join(_swapped(joint, seat))], seat) == list(paid)
        for joint, paid in rules.payoffs.items()
        for seat in range(rules.players - 1)
    )


def _swapped(items: Sequence[Any], seat: int) -> list[Any]:
    return [*items[:seat], items[seat + 1], items[seat], *items[seat + 2 :]]


def together(players: int, options: Sequence[Option], default: str) -> tuple[Stage, ...]:
    """One stage in which all seats move at once, with the same options."""
    return (Stage(moves=(Move(seats=tuple(range(players)), options=tuple(options), default=default),)),)


def _another(action: str, options: Sequence[Option], probability: float, chance: Chance) -> str:
    if not probability or len(options) < 2 or not chance.flip(probability):
        return action
    return chance.choice([option.id for option in options if option.id != action])


def _tabled(form: Form, players: int, knobs: Knobs) -> dict[str, object]:
    """The parts of a form; a rule without memory that makes a small table is written out as one."""
    parts = dict(form)
    if form.rule and not PAYMENTS[form.rule].stock and (rounds := _all_rounds(form.stages)):
        pay = PAYMENTS[form.rule].pay
        parts |= {"payoffs": {joint_of(acts): pay(knobs, players, acts, 0.0)[0] for acts in rounds}, "rule": ""}
    table = [earned for payoffs in dict(parts["payoffs"]).values() for earned in payoffs]
    return {**parts, "span": (min(table), max(table)) if table else form.span}


def _all_rounds(stages: Sequence[Stage]) -> list[Acts]:
    """Every way that a round can go; none if they are too many to be shown."""
    size = 1
    for stage in stages:
        for move in stage.moves:
            size *= len(move.options) ** len(move.seats)
    if size > LARGEST_TABLE:
        return []
    ways = [_ways(stage) for stage in stages]
    return [tuple(chosen) for chosen in product(*ways)]


def _ways(stage: Stage) -> list[dict[int, Option]]:
    seats = stage.seats
    offered = [move.options for seat in seats if (move := stage.move_of(seat))]
    return [dict(zip(seats, chosen, strict=True)) for chosen in product(*offered)]
