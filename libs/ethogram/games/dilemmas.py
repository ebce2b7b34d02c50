"""Games of two ways, C and D: what keeps faith with the others, and what does not."""

from __future__ import annotations

import itertools

from ethogram.events import Option
from ethogram.games.rules import Form, Game, Knobs, together

OPTIONS = Option(id="C", text="Choose C", leaning="C"), Option(id="D", text="Choose D", leaning="D")
"""Without the names of stories: what they lead to is said in points."""


def _two_by_two(knobs: Knobs) -> dict[str, tuple[float, float]]:
    reward, sucker = knobs["reward"], knobs["sucker"]
    temptation, punishment = knobs["temptation"], knobs["punishment"]
    return {
        "CC": (reward, reward), "CD": (sucker, temptation), "DC": (temptation, sucker), "DD": (punishment, punishment),
    }  # fmt: skip


def _of_two(players: int, knobs: Knobs) -> Form:
    return Form(
        # Whatever the other does, it earns more if this is C: silence must harm nobody but the silent.
        stages=together(players, OPTIONS, "C"),
        payoffs=_two_by_two(knobs),
        about=(
            "You and the other player choose at the same time, without a word between you."
            f" Both C: {points(knobs['reward'])} each. Both D: {points(knobs['punishment'])} each. One D against one C:"
            f" {points(knobs['temptation'])} for the D, {points(knobs['sucker'])} for the C."
        ),
    )


def _stag_hunt(players: int, knobs: Knobs) -> Form:
    return Form(
        stages=together(players, OPTIONS, "C"),
        rule="stag-hunt",
        about=(
            f"All {players} players choose at the same time, without a word between them. D earns"
            f" {points(knobs['hare'])}, whatever the others do. C earns {points(knobs['stag'])} if everybody chooses C,"
            f" and {points(knobs['alone'])} if anybody does not."
        ),
    )


def points(number: float) -> str:
    """An amount in words."""
    return "1 point" if number == 1 else f"{number:g} points" if number else "nothing"


def _order(*names: str) -> str:
    return " > ".join(names)


def _falling(knobs: Knobs, *names: str) -> str:
    values = [knobs[name] for name in names]
    told = ", ".join(f"{name} {knobs[name]:g}" for name in names)
    kept = all(more > less for more, less in itertools.pairwise(values))
    return "" if kept else f"needs {_order(*names)}; got {told}"


PRISONERS_DILEMMA = Game(
    "prisoners-dilemma", "payoffs of Axelrod's tournaments: The Evolution of Cooperation (1984)",
    {"temptation": 5, "reward": 3, "punishment": 1, "sucker": 0}, _of_two,
    lambda knobs: _falling(knobs, "temptation", "reward", "punishment", "sucker"),
)  # fmt: skip
CHICKEN = Game(
    "chicken", "Rapoport and Chammah, The Game of Chicken (1966)",
    {"temptation": 4, "reward": 3, "sucker": 2, "punishment": 0}, _of_two,
    lambda knobs: _falling(knobs, "temptation", "reward", "sucker", "punishment"),
)  # fmt: skip
STAG_HUNT = Game(
    "stag-hunt", "Rousseau (1755); Skyrms, The Stag Hunt (2004)",
    {"stag": 4, "hare": 3, "alone": 0}, _stag_hunt,
    lambda knobs: _falling(knobs, "stag", "hare", "alone"), most=32,
)  # fmt: skip
