"""Recorded decisions between options with payoffs, or contributions round by round, read from CSV, JSONL or Parquet.

Options: one row per outcome of an option, with columns `subject, decision, option, chosen, own`, and where they matter
`other` (payoffs of the others, parted by `;`) and `probability` (else 1). Contributions: the columns of recorded games,
`choice` and `other_choice` being what was given and what the others gave on average.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import isfinite
from pathlib import Path
from typing import Any

from ethogram.principles.decisions import Decision, Outcome
from ethogram.principles.formats import LogInvalid, columns_of, rows_of
from ethogram.principles.log import Log
from ethogram.principles.recorded import format_of, text_of
from ethogram.principles.social import Parameter, conditional_cooperation, inequity, risk

COLUMNS = ("subject", "decision", "option", "chosen", "own")
"""Columns of a file of decisions."""
OPTIONAL = ("other", "probability")
"""Columns that may stand beside them."""

_YES = frozenset({"1", "true", "yes", "x"})
_NO = frozenset({"0", "false", "no", ""})

Options = dict[str, tuple[list[Outcome], bool]]
"""Outcomes of each option of one decision, and whether it was taken."""


def holds_options(path: Path, form: str | None, mapping: Mapping[str, str]) -> bool:
    """Whether a file tells options rather than games."""
    return mapping.get("option", "option") in columns_of(path, format_of(path, form))


def read_decisions(path: Path, form: str | None, mapping: Mapping[str, str]) -> dict[str, list[Decision]]:
    """Decisions by subject, in the order of the file; LogInvalid says what is wrong, with its line."""
    form = format_of(path, form)
    found = columns_of(path, form)
    names = {name: mapping.get(name, name) for name in (*COLUMNS, *OPTIONAL)}
    missing = [names[name] for name in COLUMNS if names[name] not in found]
    if missing:
        raise LogInvalid(
            f"{path} has no column {', '.join(map(repr, missing))}; it has: {', '.join(found[:20])}. "
            f"Needed: {', '.join(COLUMNS)}; say which is which with --map, e.g. --map subject=id"
        )
    beside = [name for name in OPTIONAL if names[name] in found]
    told: dict[str, dict[str, Options]] = {}
    for line, row in rows_of(path, form, [names[name] for name in COLUMNS], [names[name] for name in beside]):
        given = dict(zip((*COLUMNS, *beside), row, strict=True))
        subject, decision, option = (text_of(given[name]) for name in ("subject", "decision", "option"))
        if not (subject and decision and option):
            raise LogInvalid(f"{path} line {line}: subject, decision and option must not be empty")
        outcomes, taken = (
            told.setdefault(subject, {}).setdefault(decision, {}).setdefault(option, ([], _taken(path, line, given)))
        )
        if taken != _taken(path, line, given):
            raise LogInvalid(f"{path} line {line}: option {option!r} is chosen in one row and not in another")
        outcomes.append(_outcome(path, line, given))
    if not told:
        raise LogInvalid(f"{path} holds no decision: it has a heading only")
    return {
        subject: [_decision(path, subject, name, options) for name, options in each.items()]
        for subject, each in told.items()
    }


def preferences_of(decisions: Mapping[str, Sequence[Decision]]) -> list[dict[str, Any]]:
    """Per subject the parameters as JSON: of inequity where others' payoffs are told, else of risk."""
    made = []
    for subject, each in decisions.items():
        social = any(outcome.others for one in each for option in one.options for outcome in option)
        made.append(_subject(subject, len(each), inequity(each) if social else risk(each)))
    return made


def contributions_of(log: Log, endowment: float | None = None) -> list[dict[str, Any]]:
    """Per subject how its contributions follow those of the others; `endowment` by default the largest one seen."""
    amounts = amounts_in(log)
    if amounts is None:
        raise LogInvalid(f"{log.name}: contributions are numbers; found: {', '.join(log.symbols[:6])}")
    if (log.other < 0).any():
        raise LogInvalid(f"{log.name}: other_choice, what the others gave on average, is missing in some rows")
    most = endowment or max(amounts)
    if min(amounts) < 0 or most <= 0 or max(amounts) > most:
        raise LogInvalid(f"{log.name}: contributions go from 0 to the endowment ({most:g}); found {min(amounts):g} to "
                         f"{max(amounts):g}")  # fmt: skip
    made = []
    for number, (_, subject) in enumerate(log.subjects):
        games = shares_of(log.part([number]), amounts, most)
        made.append(_subject(subject, sum(map(len, games)), conditional_cooperation(games)))
    return made


def amounts_in(log: Log) -> list[float] | None:
    """What each choice of a log stands for, if all are numbers."""
    try:
        amounts = [float(symbol) for symbol in log.symbols]
    except ValueError:
        return None
    return amounts if all(map(isfinite, amounts)) else None


def shares_of(log: Log, amounts: Sequence[float], most: float) -> list[list[tuple[float, float]]]:
    """Per game and round what was given and what the others gave, as shares of the most."""
    rounds = [(amounts[own] / most, amounts[other] / most)
              for own, other in zip(log.own.tolist(), log.other.tolist(), strict=True)]  # fmt: skip
    return [rounds[first:end] for first, end in pairwise(log.games.tolist())]


def _subject(subject: str, decisions: int, parameters: Sequence[Parameter]) -> dict[str, Any]:
    return {
        "subject": subject, "decisions": decisions,
        "parameters": {
            one.name: {"value": _rounded(one.value), "interval": one.interval and [_rounded(x) for x in one.interval],
                       "observations": one.observations, "why": one.why}
            for one in parameters
        },
    }  # fmt: skip


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 5)


def _taken(path: Path, line: int, given: Mapping[str, Any]) -> bool:
    said = str(given["chosen"] if given["chosen"] is not None else "").strip().lower().removesuffix(".0")
    if said not in _YES | _NO:
        raise LogInvalid(f"{path} line {line}: chosen is {said!r}; valid: 1 or 0")
    return said in _YES


def _outcome(path: Path, line: int, given: Mapping[str, Any]) -> Outcome:
    chance = given.get("probability", 1.0)
    others = str(given["other"] if given.get("other") is not None else "").strip()
    return Outcome(
        _number(path, line, "probability", 1.0 if chance in ("", None) else chance),
        _number(path, line, "own", given["own"]),
        tuple(_number(path, line, "other", part) for part in others.split(";")) if others else (),
    )  # fmt: skip


def _number(path: Path, line: int, name: str, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if not isfinite(number) or abs(number) > 1e12 or (name == "probability" and not 0 <= number <= 1):
        raise LogInvalid(f"{path} line {line}: {name} {value!r} is no {name} we can count with")
    return number


def _decision(path: Path, subject: str, name: str, options: Options) -> Decision:
    where = f"{path}: subject {subject!r}, decision {name!r}"
    taken = [place for place, (_, chosen) in enumerate(options.values()) if chosen]
    if len(options) < 2 or len(taken) != 1:
        raise LogInvalid(
            f"{where} has {len(options)} options, {len(taken)} of them chosen; at least two, one chosen, are needed"
        )
    for option, (outcomes, _) in options.items():
        total = sum(outcome.probability for outcome in outcomes)
        if abs(total - 1) > 1e-3:
            raise LogInvalid(f"{where}: the probabilities of option {option!r} sum to {total:g} instead of 1")
    return Decision(tuple(tuple(outcomes) for outcomes, _ in options.values()), taken[0])
