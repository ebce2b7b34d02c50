"""The games that a training file may name, and what keeps one from being played."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ethogram.events import GamePlan, PluginError
from ethogram.events.arena import ARENA
from ethogram.events.explanation import Problem, suggestion
from ethogram.games import matrix
from ethogram.games.amounts import COMMONS, PUBLIC_GOODS, PUBLIC_GOODS_WITH_PUNISHMENT, TRUST, ULTIMATUM
from ethogram.games.coordination import BATTLE_OF_THE_SEXES, MATCHING_PENNIES, ROCK_PAPER_SCISSORS
from ethogram.games.dilemmas import CHICKEN, PRISONERS_DILEMMA, STAG_HUNT
from ethogram.games.libraries import library, split
from ethogram.games.rules import Game, Ruleset, compose, ruleset

GAMES: Mapping[str, Game] = MappingProxyType({
    game.name: game
    for game in (
        PRISONERS_DILEMMA, STAG_HUNT, CHICKEN, BATTLE_OF_THE_SEXES, TRUST, ULTIMATUM, PUBLIC_GOODS,
        PUBLIC_GOODS_WITH_PUNISHMENT, COMMONS, MATCHING_PENNIES, ROCK_PAPER_SCISSORS,
    )
})  # fmt: skip
"""By name."""


def rules_of(plan: GamePlan) -> Ruleset:
    """The rules that an entry of a training file stands for; ask `problems_of` first."""
    if plan.matrix:
        return matrix.ruleset(plan, plan.matrix)
    if ":" in plan.game:
        name, game = split(plan.game)
        played = library(name)
        form, players = played.form(game, plan.players, plan.knobs)
        return compose(plan, form, players, plan.knobs).model_copy(update={"engine": played.version()})
    return ruleset(plan, GAMES)


def problems_of(plan: GamePlan) -> list[Problem]:
    """What keeps one entry of a training's games from being played; places are within the entry."""
    if plan.matrix is not None:
        return _of_matrix(plan)
    if ":" in plan.game:
        return _of_library(plan)
    game = GAMES.get(plan.game)
    if plan.game == ARENA:
        return [Problem(("game",), "the arena is a key of its own, beside games: `arena: {rounds: 12}`")]
    if game is None:
        return [Problem(("game",), f"unknown game {plan.game!r}{suggestion(plan.game, GAMES)}")]
    found = _of_knobs(plan, game)
    players = plan.players or game.fewest
    if not game.fewest <= players <= game.most:
        span = f"{game.fewest}" if game.fewest == game.most else f"{game.fewest} to {game.most}"
        found.append(Problem(("players",), f"{plan.game} is for {span} players; got {players}"))
    return found


def _of_knobs(plan: GamePlan, game: Game) -> list[Problem]:
    unknown = [knob for knob in plan.knobs if knob not in game.knobs]
    if unknown:
        return [Problem(("knobs", knob), f"unknown knob{suggestion(knob, game.knobs)}") for knob in unknown]
    wrong = game.wrong({**game.knobs, **plan.knobs})
    return [Problem(("knobs",), f"{plan.game} {wrong}")] if wrong else []


def _of_library(plan: GamePlan) -> list[Problem]:
    name, game = split(plan.game)
    try:
        found = [Problem(("game",), words) for words in library(name).problems(game, plan.players, plan.knobs)]
    except PluginError as error:
        return [Problem(("game",), error.message)]
    if plan.misperception or plan.feedback != "actions":
        words = "a library's game says itself what its players see: leave misperception and feedback out"
        found.append(Problem(("misperception",), words))
    return found


def _of_matrix(plan: GamePlan) -> list[Problem]:
    assert plan.matrix is not None
    found = [Problem(("matrix",), words) for words in matrix.problems(plan.matrix)]
    if plan.game in GAMES or plan.game == ARENA:
        found.append(Problem(("game",), f"{plan.game!r} is a game that we know; give the matrix another name"))
    if plan.knobs:
        found.append(Problem(("knobs",), "a matrix has no knobs; change its payoffs"))
    players = len(next(iter(plan.matrix.payoffs), ""))
    if plan.players not in (None, players):
        found.append(Problem(("players",), f"the matrix is for {players} players; got {plan.players}"))
    return found
