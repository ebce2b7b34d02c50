"""The reference of the games: what a training file says of them, the rules as agents read them, who meets whom."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from ethogram.cli.reference.events import field_rows
from ethogram.cli.reference.markdown import page, rows
from ethogram.events import ArenaPlan, GamePlan, Matrix
from ethogram.games import GAMES, PAIRINGS, Game, Ruleset, rules_of
from ethogram.games.text_arena import ENVIRONMENTS

HOW = """Every agent of a training file plays the games under `games:`. Agents read the rules without a name or a story:
the words below, the numbers, and the default that is carried out for a seat that gives no valid answer."""
LIBRARIES = """## Games of other libraries

`game: open-spiel:kuhn_poker` is a game of [OpenSpiel](https://github.com/google-deepmind/open_spiel), with its
parameters as `knobs`; install `ethogram[open-spiel]`. Any game for two or more players that says in words what a player
sees can be played; its chance is dealt by the session's seed. Other libraries come by entry points of the group
`ethogram.games`.

`game: textarena:TicTacToe-v0` is an environment of [TextArena](https://github.com/LeonGuertler/TextArena); install
`ethogram[textarena]`. An episode is a round, and pays its rewards. Only environments whose moves can be listed are
played, those that take free words are refused:
""" + ", ".join(f"`{name}`" for name in ENVIRONMENTS) + "."
ARENA = """## The arena

`arena:` stands beside `games:`, once. All agents of the training are in it, 3 to 20 of them.
[What happens there](../explanation/arena.md)."""
NUMBERS = """The usual numbers of the prisoner's dilemma are those of Axelrod's tournaments, of trust those of Berg,
Dickhaut and McCabe (10 points, tripled), of the public goods the yield and the price of Fehr and Gächter (0.4 a head
for each point given among four; 1 point takes 3). The others are ours, in the order that makes the game what it is:
knobs that break that order are refused. Equilibria are those of one round in pure strategies, found by trying every
joint action."""


def games_page() -> str:
    """docs/reference/games.md."""
    names = [(f"`{game.name}`", _players(game), _knobs(game), game.source) for game in GAMES.values()]
    pairings = [(f"`{name}`", pairing.about) for name, pairing in PAIRINGS.items()]
    return page(
        "Games", HOW, "## An entry of `games:`", field_rows(GamePlan.model_json_schema()),
        "A table of one's own, under `matrix:`:", field_rows(Matrix.model_json_schema()),
        ARENA, field_rows(ArenaPlan.model_json_schema()),
        "## The games", rows(("game", "players", "knobs, as they usually are", "described by"), names), NUMBERS,
        *(_rules(game) for game in GAMES.values()),
        "## Who meets whom", rows(("pairing", "how"), pairings), LIBRARIES,
    )  # fmt: skip


def _players(game: Game) -> str:
    return f"{game.fewest}" if game.fewest == game.most else f"{game.fewest} to {game.most}"


def _knobs(game: Game) -> str:
    return ", ".join(f"`{name}` {value:g}" for name, value in game.knobs.items())


def _rules(game: Game) -> str:
    rules = rules_of(GamePlan(game=game.name))
    stages = [stage.about for stage in rules.stages if stage.about]
    parts = [f"### {game.name}", f"> {' '.join([rules.about, *stages])}"]
    if rules.payoffs and len(rules.stages) == 1:
        paid = [(f"`{joint}`", *(f"{one:g}" for one in each)) for joint, each in rules.payoffs.items()]
        seats = (f"player {seat}" for seat in range(rules.players))
        found = ", ".join(f"`{joint}`" for joint in equilibria(rules)) or "none"
        parts += [rows(("actions", *seats), paid), f"Equilibria: {found}."]
    return "\n\n".join(parts)


def equilibria(rules: Ruleset) -> Iterator[str]:
    """Joint actions of a table from which nobody gains by leaving alone."""
    for joint, paid in rules.payoffs.items():
        if all(
            rules.payoffs[joint[:seat] + other + joint[seat + 1 :]][seat] <= paid[seat]
            for seat, other in product(range(rules.players), rules.actions)
        ):
            yield joint
