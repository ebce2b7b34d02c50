"""Games in which no action is kinder than another: meeting each other, or evading each other."""

from __future__ import annotations

from ethogram.events import Option
from ethogram.games.dilemmas import points
from ethogram.games.rules import Form, Game, Knobs, together


def _options(symbols: str) -> tuple[Option, ...]:
    """Without the names of stories: what they lead to is said in points."""
    return tuple(Option(id=symbol, text=f"Choose {symbol}", leaning="") for symbol in symbols)


def _battle_of_the_sexes(players: int, knobs: Knobs) -> Form:
    more, less, apart = knobs["preferred"], knobs["other"], knobs["apart"]
    return Form(
        stages=together(players, _options("BO"), "B"),
        payoffs={"BB": (more, less), "BO": (apart, apart), "OB": (apart, apart), "OO": (less, more)},
        about=(
            "Both players choose at the same time, without a word between them."
            f" Both B: {points(more)} for player 0, {points(less)} for player 1. Both O: {points(less)} for player 0,"
            f" {points(more)} for player 1. One B and one O: {points(apart)} each."
        ),
    )


def _matching_pennies(players: int, knobs: Knobs) -> Form:
    stake = knobs["stake"]
    won, lost = (stake, -stake), (-stake, stake)
    return Form(
        stages=together(players, _options("HT"), "H"),
        payoffs={"HH": won, "HT": lost, "TH": lost, "TT": won},
        about=(
            "Both players choose at the same time. If both choose the same, player 0 gets"
            f" {points(stake)} from player 1; if not, player 1 gets as much from player 0."
        ),
    )


def _rock_paper_scissors(players: int, knobs: Knobs) -> Form:
    stake = knobs["stake"]
    beats = {"R": "S", "S": "P", "P": "R"}
    payoffs = {
        mine + other: (0.0, 0.0) if mine == other else (stake, -stake) if beats[mine] == other else (-stake, stake)
        for mine in beats
        for other in beats
    }
    return Form(
        stages=together(players, _options("RPS"), "R"),
        payoffs=payoffs,
        about=(
            "Both players choose at the same time. R beats S, S beats P, P beats R."
            f" Who beats the other gets {points(stake)} from it; nothing if both are the same."
        ),
    )


def _positive(knobs: Knobs) -> str:
    return "" if knobs["stake"] > 0 else f"needs a stake above 0; got {knobs['stake']:g}"


def _prefers(knobs: Knobs) -> str:
    if knobs["preferred"] > knobs["other"] > knobs["apart"]:
        return ""
    return "needs preferred > other > apart; got " + ", ".join(f"{name} {value:g}" for name, value in knobs.items())


BATTLE_OF_THE_SEXES = Game(
    "battle-of-the-sexes", "Luce and Raiffa, Games and Decisions (1957)",
    {"preferred": 3, "other": 2, "apart": 0}, _battle_of_the_sexes, _prefers,
)  # fmt: skip
MATCHING_PENNIES = Game(
    "matching-pennies", "von Neumann and Morgenstern (1944)", {"stake": 1}, _matching_pennies, _positive
)
ROCK_PAPER_SCISSORS = Game("rock-paper-scissors", "traditional", {"stake": 1}, _rock_paper_scissors, _positive)
