"""Games of one's own: any table of payoffs in a training file."""

from __future__ import annotations

from itertools import product

from ethogram.events import GamePlan, Matrix, Option
from ethogram.games.rules import HIDDEN, STILL, Form, Move, Ruleset, Stage, compose


def problems(table: Matrix) -> list[str]:
    """What is wrong with a table, in words."""
    if not table.payoffs:
        return ["payoffs: none; give one entry per joint action, e.g. CD: [0, 5]"]
    players = len(next(iter(table.payoffs)))
    if players < 2:
        return ["payoffs: a joint action has one symbol per player, and a game at least 2 players"]
    for name, given in (("actions", table.actions), ("default", table.default)):
        if len(given) not in (0, 1, players):
            return [f"{name}: {len(given)} for {players} players; give one for all or one per seat"]
    found = [*_of_symbols(table), *_of_defaults(table, players)]
    if found:
        return found
    joint = {"".join(symbols) for symbols in product(*(_actions(table, seat) for seat in range(players)))}
    missing, unknown = sorted(joint - set(table.payoffs)), sorted(set(table.payoffs) - joint)
    found = [f"payoffs: {', '.join(missing[:8])} missing"] if missing else []
    found += [f"payoffs: {', '.join(unknown[:8])} no joint action of these symbols"] if unknown else []
    found += [
        f"payoffs.{key}: {len(paid)} numbers for {players} players"
        for key, paid in table.payoffs.items()
        if len(paid) != players
    ]
    return found


def ruleset(plan: GamePlan, table: Matrix) -> Ruleset:
    """The executed rules of a table that has no problems."""
    players = len(next(iter(table.payoffs)))
    moves = [
        Move(seats=(seat,), options=_options(table, seat), default=_default(table, seat)) for seat in range(players)
    ]
    if table.sequential:
        stages = tuple(Stage(about=f"Player {seat} moves.", moves=(move,)) for seat, move in enumerate(moves))
    elif all(move.options == moves[0].options and move.default == moves[0].default for move in moves):
        stages = (Stage(moves=(moves[0].model_copy(update={"seats": tuple(range(players))}),)),)
    else:
        stages = (Stage(moves=tuple(moves)),)
    form = Form(stages=stages, payoffs=table.payoffs, about=_told(table, players))
    return compose(plan, form, players, {})


def _told(table: Matrix, players: int) -> str:
    listed = "; ".join(f"{key}: {', '.join(f'{paid:g}' for paid in table.payoffs[key])}" for key in table.payoffs)
    order = "one after the other" if table.sequential else "at the same time"
    about = f"{table.about.strip()} " if table.about.strip() else ""
    return f"{about}The {players} players choose {order}. Payoffs for players 0 to {players - 1}: {listed}."


def _actions(table: Matrix, seat: int) -> dict[str, str]:
    return table.actions[seat if len(table.actions) > 1 else 0]


def _options(table: Matrix, seat: int) -> tuple[Option, ...]:
    return tuple(
        Option(id=symbol, text=text, leaning=symbol if symbol in ("C", "D") else "")
        for symbol, text in sorted(_actions(table, seat).items())
    )


def _default(table: Matrix, seat: int) -> str:
    if not table.default:
        return min(_actions(table, seat))
    return table.default[seat if len(table.default) > 1 else 0]


def _of_symbols(table: Matrix) -> list[str]:
    wrong = sorted({symbol for actions in table.actions for symbol in actions if not _is_symbol(symbol)})
    few = any(len(actions) < 2 for actions in table.actions)
    found = [f"actions: {', '.join(map(repr, wrong))}: a symbol is one letter or digit"] if wrong else []
    return [*found, "actions: every seat needs at least 2"] if few else found


def _is_symbol(symbol: str) -> bool:
    return len(symbol) == 1 and symbol.isascii() and symbol.isalnum() and symbol not in (STILL, HIDDEN)


def _of_defaults(table: Matrix, players: int) -> list[str]:
    return [
        f"default: {_default(table, seat)!r} is no action of seat {seat}"
        for seat in range(players)
        if _default(table, seat) not in _actions(table, seat)
    ]
