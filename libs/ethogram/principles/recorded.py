"""Recorded games: CSV, JSONL or Parquet of choices, read into arrays. What is wrong is said with its line."""

from __future__ import annotations

import csv
from array import array
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ethogram.events.canonical import LARGEST
from ethogram.events.explanation import suggestion
from ethogram.principles.formats import COLUMNS, FORMATS, LogInvalid, Row, columns_of, rows_of
from ethogram.principles.log import NOTHING, Log, Told, assemble

OPTIONAL = ("counterpart", "treatment", "payoff")
"""Columns that may be mapped as well; `context.*` may stand beside them."""

_ENDINGS = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet",
            ".pq": "parquet"}  # fmt: skip


def parse_mapping(text: str, valid: Sequence[str] = (*COLUMNS, *OPTIONAL)) -> dict[str, str]:
    """`subject=id,other_choice=other.choice` as {our column: theirs}."""
    mapping = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        ours, equals, theirs = (piece.strip() for piece in part.partition("="))
        if not equals or not theirs:
            raise LogInvalid(f"--map: {part!r} is not of the form column=their_column, e.g. subject=id")
        if ours not in valid and not ours.startswith("context."):
            near = suggestion(ours, valid)
            raise LogInvalid(f"--map: there is no column {ours!r}{near}")
        mapping[ours] = theirs
    return mapping


def read_log(path: Path, form: str | None = None, mapping: Mapping[str, str] | None = None,
             group: str | None = None) -> Log:  # fmt: skip
    """Read a file of recorded games.

    `form` is csv, jsonl or parquet (by default what the file's name ends in), `mapping` says which of the file's
    columns stands for which of ours, `group` names a column by which subjects are told apart in groups. Raises
    LogInvalid, with the line, for whatever is missing, unknown or doubled.
    """
    form = format_of(path, form)
    names = mapping or {}
    wanted = [names.get(column, column) for column in COLUMNS]
    wanted += [names.get(group, group)] if group else []
    try:
        extras = _extras(columns_of(path, form), names)
        rows = rows_of(path, form, wanted, list(extras.values()))
        return _encode(path, rows, bool(group), list(extras))
    except UnicodeDecodeError as error:
        raise LogInvalid(f"{path} is not UTF-8 text (byte {error.start}); convert it, or give --format") from error
    except (csv.Error, OSError) as error:
        raise LogInvalid(f"{path} cannot be read as {form}: {error}") from error


def format_of(path: Path, form: str | None) -> str:
    """The format of a file: as told, else by what its name ends in; LogInvalid if there is no such file or format."""
    if not path.is_file():
        raise LogInvalid(f"{path} is {'a folder' if path.is_dir() else 'not there'}; give a file of recorded games")
    form = form or _ENDINGS.get(path.suffix.lower(), "csv")
    if form not in FORMATS:
        raise LogInvalid(f"format {form!r} is not known; valid: {', '.join(FORMATS)}")
    return form


def _extras(found: Sequence[str], names: Mapping[str, str]) -> dict[str, str]:
    """Our name and the file's of each column beside the needed ones; a mapped one has to be there."""
    contexts = [name for name in (*names, *found) if name.startswith("context.")]
    extras = {}
    for ours in dict.fromkeys((*OPTIONAL, *contexts)):
        theirs = names.get(ours, ours)
        if theirs in found:
            extras[ours] = theirs
        elif ours in names:
            raise LogInvalid(f"--map: there is no column {theirs!r}; found: {', '.join(found[:20])}")
    return extras


def _encode(path: Path, rows: Iterator[tuple[int, Row]], grouped: bool, extras: Sequence[str]) -> Log:
    """Names to numbers, one row at a time, so that ten million rows fit in memory."""
    subjects: dict[tuple[str, str], int] = {}
    games: dict[tuple[int, str], int] = {}
    symbols: dict[str, int] = {}
    subject, game, rounds, own, other = (array(code) for code in "iiihh")
    numbers: dict[Any, int] = {}
    beside = Beside(extras) if extras else None
    first = len(COLUMNS) + grouped
    for line, row in rows:
        who, which, when, chosen, theirs = row[:5]
        place = (text_of(row[5]) if grouped else "", text_of(who))
        if not place[1] or text_of(which) == "":
            raise LogInvalid(f"{path} line {line}: {'game' if place[1] else 'subject'} is empty")
        if (choice := text_of(chosen)) == "":
            raise LogInvalid(f"{path} line {line}: choice is empty; leave the row out if nothing was chosen")
        number = subjects.setdefault(place, len(subjects))
        if when not in numbers:
            numbers[when] = _round(path, line, when)
        subject.append(number)
        game.append(games.setdefault((number, text_of(which)), len(games)))
        rounds.append(numbers[when])
        own.append(_code(path, line, symbols, choice))
        other.append(_code(path, line, symbols, seen) if (seen := text_of(theirs)) else -1)
        if beside:
            beside.take(path, line, game[-1], row[first:])
    if not subject:
        raise LogInvalid(f"{path} holds no choice: it is empty, or has a heading only")
    told = beside.told() if beside else NOTHING
    return assemble(path.name, subjects, games, symbols, (subject, game, rounds, own, other), told)


class Beside:
    """Gathers what a log tells beside choices: whom a game was with, under which conditions, what a choice earned."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = columns
        self._payoff = columns.index("payoff") if "payoff" in columns else None
        self._counterpart = columns.index("counterpart") if "counterpart" in columns else None
        self._named = [place for place, name in enumerate(columns) if name not in ("payoff", "counterpart")]
        self._counterparts: list[str] = []
        self._conditions: list[str] = []
        self._payoffs = array("d")

    def take(self, path: Path, line: int, game: int, values: Row) -> None:
        """Add one row. Of counterpart and conditions the first row of a game speaks for all of it."""
        if game == len(self._conditions):
            self._counterparts.append("" if self._counterpart is None else text_of(values[self._counterpart])[:200])
            named = ((self._columns[place], text_of(values[place])) for place in self._named)
            self._conditions.append(", ".join(f"{name}={value}" for name, value in named if value)[:200])
        if self._payoff is not None:
            self._payoffs.append(_payoff(path, line, values[self._payoff]))

    def told(self) -> Told:
        """All that was gathered."""
        return Told(
            counterparts=() if self._counterpart is None else self._counterparts,
            conditions=self._conditions if self._named else (),
            payoffs=None if self._payoff is None else self._payoffs,
        )


def _payoff(path: Path, line: int, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError) as error:
        raise LogInvalid(f"{path} line {line}: payoff {value!r} is not a number") from error
    if not abs(number) < LARGEST:
        raise LogInvalid(f"{path} line {line}: payoff {value!r} is not a finite number below 2**53")
    return number


def _code(path: Path, line: int, symbols: dict[str, int], choice: str) -> int:
    if choice not in symbols:
        if len(symbols) >= 1000:
            raise LogInvalid(f"{path} line {line}: more than 1,000 different choices; is {choice!r} a choice?")
        symbols[choice] = len(symbols)
    return symbols[choice]


def text_of(value: Any) -> str:
    """A value of a file as text: 3.0 as 3, nothing as nothing."""
    if value is None or value != value:  # none, or not a number as pandas writes it
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _round(path: Path, line: int, value: Any) -> int:
    try:
        number = float(value)
        if isinstance(value, bool) or number != int(number) or not -(2**31) <= number < 2**31:
            raise ValueError
    except (TypeError, ValueError, OverflowError) as error:
        raise LogInvalid(f"{path} line {line}: round {value!r} is not a whole number") from error
    return int(number)
