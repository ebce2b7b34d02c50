"""What an agent did where payoffs are known: games of two against a known table, and amounts that were given.

From it the closing ethogram tells what the agent makes of payoffs (`social`), as far as its games can tell: of games of
two that move at once, envy, guilt and precision, each round being a decision under what the other did so far in the
game; of games of amounts, how what is given follows what the others gave. Payoffs are those that were seen, so that any
game counts whose table is complete by then. Of each game the first rounds are kept, of all games the first by name: it
does not matter how games interleave.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from pydantic import Field

from ethogram.events.base import Value
from ethogram.events.behaviour import Act, BehaviourObserved
from ethogram.events.canonical import Real, quantise
from ethogram.events.principles import Preference
from ethogram.principles.decisions import Decision, decisions_in_game
from ethogram.principles.social import Parameter, conditional_cooperation, inequity

ROUNDS = 60
"""Rounds that are kept of a game."""
GAMES = 50
"""Games that are kept."""
WHOLE = 1000
"""The most that can be given, in the numbers that are kept."""

Kept = TypeVar("Kept")
Table = dict[str, tuple[Real, Real]]
"""Own and the other's payoff by own and other's executed action."""


class Match(Value):
    """A game of two that move at once."""

    table: str
    """Name of the game and own seat."""
    own: str = ""
    """What it meant to do, a symbol a round."""
    other: str = ""
    """What the other did."""


class Dealings(Value):
    """What is kept of one agent."""

    matches: dict[str, Match] = Field(default_factory=dict)
    """By game."""
    tables: dict[str, Table | None] = Field(default_factory=dict)
    """By name of the game and own seat; none where the same actions did not always earn the same."""
    amounts: dict[str, tuple[tuple[int, int], ...]] = Field(default_factory=dict)
    """By game and round: what it gave and what the others gave on average, in thousandths of the most."""

    def after(self, event: BehaviourObserved, act: Act) -> Dealings:
        """The dealings after one act of the agent. Scenarios, and turns that somebody sat out, tell nothing."""
        if event.kind != "game" or event.bystanders or len(event.acts) < 2 or act.outcome != "chosen":
            return self
        others = [other for other in event.acts if other.seat != act.seat]
        game = f"{event.game_id}#{act.seat}"
        degrees = {option.id: option.degree for option in event.options if option.degree is not None}
        if len(degrees) > 2 and all(each.executed in degrees for each in event.acts):
            return self._given(game, degrees[act.intended], [degrees[other.executed] for other in others])
        return self._met(event, game, act, others[0]) if len(others) == 1 else self

    def _met(self, event: BehaviourObserved, game: str, act: Act, other: Act) -> Dealings:
        name, joint, paid = f"{event.game}|{act.seat}", act.executed + other.executed, (act.payoff, other.payoff)
        table = self.tables.get(name, {})
        if table is not None and table.get(joint) != paid:
            table = None if joint in table else {**table, joint: paid}
        match = self.matches.get(game) or Match(table=name)
        if len(match.own) >= ROUNDS and table is self.tables.get(name):
            return self
        if len(match.own) < ROUNDS:
            match = Match(table=name, own=match.own + act.intended, other=match.other + other.executed)
        return self.model_copy(update={
            "tables": {**self.tables, name: table}, "matches": _first({**self.matches, game: match}),
        })  # fmt: skip

    def _given(self, game: str, own: float, others: list[float]) -> Dealings:
        rounds = self.amounts.get(game, ())
        if len(rounds) >= ROUNDS:
            return self
        rounds = (*rounds, (round(WHOLE * own), round(WHOLE * sum(others) / len(others))))
        return self.model_copy(update={"amounts": _first({**self.amounts, game: rounds})})


def preferences_in(dealings: Dealings) -> tuple[Preference, ...]:
    """What the agent makes of payoffs; empty where no game asked for it."""
    found: list[Parameter] = []
    if decisions := list(_decisions(dealings)):
        found += inequity(decisions)
    if dealings.amounts:
        games = [[(own / WHOLE, others / WHOLE) for own, others in dealings.amounts[game]]
                 for game in sorted(dealings.amounts)]  # fmt: skip
        found += conditional_cooperation(games)
    return on_the_bus(found)


def on_the_bus(found: Iterable[Parameter]) -> tuple[Preference, ...]:
    """Parameters as they go on the bus."""
    return tuple(
        Preference(name=one.name, value=None if one.value is None else quantise(one.value),
                   interval=one.interval and (quantise(one.interval[0]), quantise(one.interval[1])),
                   observations=one.observations, why=one.why)
        for one in found
    )  # fmt: skip


def _decisions(dealings: Dealings) -> Iterator[Decision]:
    for game in sorted(dealings.matches):
        match = dealings.matches[game]
        table = dealings.tables[match.table]
        if table and _whole(table):
            payoffs = {(joint[0], joint[1]): paid for joint, paid in table.items()}
            known = {own for own, _ in payoffs}
            played = [(own, other) for own, other in zip(match.own, match.other, strict=True) if own in known]
            yield from decisions_in_game(payoffs, played)


def _whole(table: Mapping[str, object]) -> bool:
    """Whether every pair of actions that were seen was seen together; of at least two own ones."""
    own, other = {joint[0] for joint in table}, {joint[1] for joint in table}
    return len(own) > 1 and all(len(joint) == 2 for joint in table) and len(table) == len(own) * len(other)


def _first(games: dict[str, Kept]) -> dict[str, Kept]:
    return games if len(games) <= GAMES else {game: games[game] for game in sorted(games)[:GAMES]}
