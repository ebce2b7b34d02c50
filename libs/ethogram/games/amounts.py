"""Games of amounts: how much is given, sent, offered or taken, in steps between nothing and everything."""

from __future__ import annotations

from collections.abc import Sequence

from ethogram.events import Option
from ethogram.games.dilemmas import points
from ethogram.games.payments import FINED
from ethogram.games.rules import Form, Game, Knobs, Move, Stage, together

SYMBOLS = "0123456789BEFGHIJKLMNOPQSTUVWXYZ"
"""Of steps: letters that mean something elsewhere (C and D, accepting and rejecting) are left out."""
NOBODY = "n"
"""Symbol of fining nobody."""


def steps(levels: float, amount: float, words: str, *, giving: bool = True) -> tuple[Option, ...]:
    """Options from nothing to everything. Two levels are a dilemma: C gives all (or takes nothing), D the opposite.

    What gives at least half leans C. `words` has {n} for the amount.
    """
    top = int(levels) - 1
    found = []
    for step in range(top + 1):
        degree = step / top if giving else 1 - step / top
        leaning = "C" if degree >= 0.5 else "D"
        symbol = leaning if top == 1 else SYMBOLS[step]
        text = words.format(n=f"{amount * step / top:g}")
        found.append(Option(id=symbol, text=text, leaning=leaning, degree=degree))
    return tuple(found)


def _kindest(options: Sequence[Option]) -> str:
    """Silence must not pay, and must harm nobody but the silent."""
    return max(options, key=lambda option: option.degree or 0.0).id


def _public_goods(players: int, knobs: Knobs) -> Form:
    options = steps(knobs["levels"], knobs["endowment"], "Give {n}")
    given = knobs["endowment"] * knobs["multiplier"]
    return Form(
        stages=together(players, options, _kindest(options)),
        rule="public-goods",
        about=(
            f"Each of the {players} players has {points(knobs['endowment'])} and gives some of it to a common pot, all"
            f" at the same time. The pot is multiplied by {knobs['multiplier']:g} and shared out equally among all;"
            " what you do not give you keep."
        ),
        span=(given / players, knobs["endowment"] + given * (players - 1) / players),
    )


def _punished(players: int, knobs: Knobs) -> Form:
    plain = _public_goods(players, knobs)
    fining = tuple(
        Move(seats=(seat,), options=(Option(id=NOBODY, text="Take from nobody", leaning=""), *_fines(seat, players)),
             default=NOBODY)
        for seat in range(players)
    )  # fmt: skip
    low, high = plain.span or (0.0, 0.0)
    return plain.model_copy(update={
        "stages": (
            plain.stages[0].model_copy(update={"about": "How much do you give?"}),
            Stage(about="You have seen what each gave. From whom do you take points?", moves=fining),
        ),
        "about": f"{plain.about} Then each may take {points(knobs['fine'])} from one other player, which nobody gets:"
                 f" that costs {points(knobs['fee'])}.",
        "span": (low - knobs["fee"] - knobs["fine"] * (players - 1), high),
    })  # fmt: skip


def _fines(seat: int, players: int) -> list[Option]:
    return [
        Option(id=FINED[other], text=f"Take from player {other}", leaning="")
        for other in range(players)
        if other != seat
    ]


def _commons(players: int, knobs: Knobs) -> Form:
    options = steps(knobs["levels"], knobs["most"], "Take {n}", giving=False)
    return Form(
        stages=together(players, options, _kindest(options)),
        rule="commons",
        about=(
            f"{players} players take from one stock, all at the same time; if they want more than there is, they share"
            f" it in proportion. What is left grows by the factor {knobs['growth']:g} before the next round, up to"
            f" {knobs['capacity']:g}."
        ),
        span=(0, knobs["most"]),
    )


def _trust(players: int, knobs: Knobs) -> Form:
    send = steps(knobs["levels"], knobs["endowment"], "Send {n}")
    back = steps(knobs["levels"], 100, "Send back {n} %")
    return Form(
        stages=(
            Stage(about="Player 0 sends.",
                  moves=(Move(seats=(0,), options=send, default=_kindest(send)),)),
            Stage(about="Player 1 sends back.",
                  moves=(Move(seats=(1,), options=back, default=_kindest(back)),)),
        ),
        rule="trust",
        about=(
            f"Player 0 has {points(knobs['endowment'])} and sends some of it to player 1; on the way it is"
            f" multiplied by {knobs['multiplier']:g}. Player 1 then sends back a part of what arrived."
        ),
        span=(0, knobs["endowment"] * knobs["multiplier"]),
    )  # fmt: skip


def _ultimatum(players: int, knobs: Knobs) -> Form:
    offers = steps(knobs["levels"], knobs["pot"], "Offer {n}")
    answers = (
        Option(id="A", text="Accept", leaning="C", degree=1),
        Option(id="R", text="Reject", leaning="D", degree=0),
    )
    return Form(
        stages=(
            Stage(about="Player 0 offers.",
                  moves=(Move(seats=(0,), options=offers, default=_kindest(offers)),)),
            Stage(about="Player 1 answers.", moves=(Move(seats=(1,), options=answers, default="A"),)),
        ),
        rule="ultimatum",
        about=(
            f"Player 0 offers player 1 a part of {points(knobs['pot'])} and keeps the rest. If player 1 accepts, so"
            " it is; if it rejects, both get nothing."
        ),
        span=(0, knobs["pot"]),
    )  # fmt: skip


def _amounts_wrong(knobs: Knobs) -> str:
    if not 2 <= knobs["levels"] <= len(SYMBOLS) or knobs["levels"] % 1:
        return f"needs whole levels from 2 to {len(SYMBOLS)}; got {knobs['levels']:g}"
    low = [f"{name} {value:g}" for name, value in knobs.items() if value < 0]
    return f"needs numbers of at least 0; got {', '.join(low)}" if low else ""


GOOD = {"endowment": 10, "multiplier": 1.6, "levels": 6}
PUBLIC_GOODS = Game("public-goods", "Isaac and Walker (1988)", GOOD, _public_goods, _amounts_wrong, fewest=3, most=32)
PUBLIC_GOODS_WITH_PUNISHMENT = Game(
    "public-goods-with-punishment", "Fehr and Gächter, Altruistic punishment in humans (2002)",
    {**GOOD, "fee": 1, "fine": 3}, _punished, _amounts_wrong, fewest=3, most=len(FINED),
)  # fmt: skip
COMMONS = Game(
    "commons", "Hardin (1968); Ostrom, Governing the Commons (1990)",
    {"stock": 60, "capacity": 60, "growth": 1.5, "most": 10, "levels": 6}, _commons, _amounts_wrong, fewest=3, most=32,
)  # fmt: skip
TRUST = Game(
    "trust", "Berg, Dickhaut and McCabe (1995)", {"endowment": 10, "multiplier": 3, "levels": 6}, _trust, _amounts_wrong
)
ULTIMATUM = Game(
    "ultimatum", "Güth, Schmittberger and Schwarze (1982)", {"pot": 10, "levels": 6}, _ultimatum, _amounts_wrong
)
