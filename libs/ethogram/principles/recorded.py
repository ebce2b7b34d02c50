"""Recorded games: CSV, JSONL or Parquet of choices, read into arrays. What is wrong is said with its line."""

from __future__ import annotations

import csv
from array import array
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import orjson

from ethogram.events.errors import InvalidRecord
from ethogram.events.explanation import suggestion
from ethogram.principles.log import Log, assemble

COLUMNS = ("subject", "game", "round", "choice", "other_choice")
"""Columns that a log must have, under these names or mapped ones."""
FORMATS = ("csv", "jsonl", "parquet")
OPTIONAL = ("counterpart", "treatment", "payoff")
"""Columns that may be mapped as well; `context.*` may stand beside them."""

Row = Sequence[Any]
_ENDINGS = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet",
            ".pq": "parquet"}  # fmt: skip


class LogInvalid(InvalidRecord):
    """A log cannot be read, or contradicts itself."""

    def __init__(self, message: str) -> None:
        super().__init__("log-invalid", message)


def parse_mapping(text: str) -> dict[str, str]:
    """`subject=id,other_choice=other.choice` as {our column: theirs}."""
    mapping = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        ours, equals, theirs = (piece.strip() for piece in part.partition("="))
        if not equals or not theirs:
            raise LogInvalid(f"--map: {part!r} is not of the form column=their_column, e.g. subject=id")
        if ours not in (*COLUMNS, *OPTIONAL) and not ours.startswith("context."):
            near = suggestion(ours, (*COLUMNS, *OPTIONAL))
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
    if not path.is_file():
        raise LogInvalid(f"{path} is {'a folder' if path.is_dir() else 'not there'}; give a file of recorded games")
    form = form or _ENDINGS.get(path.suffix.lower(), "csv")
    if form not in FORMATS:
        raise LogInvalid(f"format {form!r} is not known; valid: {', '.join(FORMATS)}")
    wanted = [(mapping or {}).get(column, column) for column in COLUMNS]
    reader = {"csv": _csv, "jsonl": _jsonl, "parquet": _parquet}[form]
    try:
        return _encode(path, reader(path, [*wanted, *([(mapping or {}).get(group, group)] if group else [])]))
    except UnicodeDecodeError as error:
        raise LogInvalid(f"{path} is not UTF-8 text (byte {error.start}); convert it, or give --format") from error
    except (csv.Error, OSError) as error:
        raise LogInvalid(f"{path} cannot be read as {form}: {error}") from error


def _encode(path: Path, rows: Iterator[tuple[int, Row]]) -> Log:
    """Names to numbers, one row at a time, so that ten million rows fit in memory."""
    subjects: dict[tuple[str, str], int] = {}
    games: dict[tuple[int, str], int] = {}
    symbols: dict[str, int] = {}
    subject, game, rounds, own, other = (array(code) for code in "iiihh")
    numbers: dict[Any, int] = {}
    for line, row in rows:
        who, which, when, chosen, theirs = row[:5]
        place = (_text(row[5]) if len(row) > 5 else "", _text(who))
        if not place[1] or _text(which) == "":
            raise LogInvalid(f"{path} line {line}: {'game' if place[1] else 'subject'} is empty")
        if (choice := _text(chosen)) == "":
            raise LogInvalid(f"{path} line {line}: choice is empty; leave the row out if nothing was chosen")
        number = subjects.setdefault(place, len(subjects))
        if when not in numbers:
            numbers[when] = _round(path, line, when)
        subject.append(number)
        game.append(games.setdefault((number, _text(which)), len(games)))
        rounds.append(numbers[when])
        own.append(_code(path, line, symbols, choice))
        other.append(_code(path, line, symbols, seen) if (seen := _text(theirs)) else -1)
    if not subject:
        raise LogInvalid(f"{path} holds no choice: it is empty, or has a heading only")
    return assemble(path.name, subjects, games, symbols, (subject, game, rounds, own, other))


def _code(path: Path, line: int, symbols: dict[str, int], choice: str) -> int:
    if choice not in symbols:
        if len(symbols) >= 1000:
            raise LogInvalid(f"{path} line {line}: more than 1,000 different choices; is {choice!r} a choice?")
        symbols[choice] = len(symbols)
    return symbols[choice]


def _text(value: Any) -> str:
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


def _places(path: Path, found: Sequence[str], wanted: Sequence[str]) -> list[int]:
    missing = [name for name in wanted if name not in found]
    if missing:
        raise LogInvalid(
            f"{path} has no column {', '.join(map(repr, missing))}; it has: {', '.join(found[:20]) or 'none'}. "
            f"Needed: {', '.join(COLUMNS)}; say which is which with --map, e.g. --map {COLUMNS[0]}=id"
        )
    return [found.index(name) for name in wanted]


def _csv(path: Path, wanted: Sequence[str]) -> Iterator[tuple[int, Row]]:
    with path.open(encoding="utf-8-sig", newline="") as text:
        first = text.readline()
        if not first.strip():
            raise LogInvalid(f"{path} is empty")
        mark = max(",;\t", key=first.count)
        lines = csv.reader(chain([first], text), delimiter=mark, strict=True)
        found = [name.strip() for name in next(lines)]
        places = _places(path, found, wanted)
        size = len(found)
        for row in lines:
            if not row:
                continue
            if len(row) != size:
                raise LogInvalid(f"{path} line {lines.line_num}: {len(row)} fields instead of {size}")
            yield lines.line_num, [row[place] for place in places]


def _jsonl(path: Path, wanted: Sequence[str]) -> Iterator[tuple[int, Row]]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                found = orjson.loads(line)
            except orjson.JSONDecodeError as error:
                raise LogInvalid(f"{path} line {number} is not JSON: {error}") from error
            if not isinstance(found, dict):
                raise LogInvalid(f"{path} line {number} is not a JSON object")
            yield number, [_inside(path, number, found, name) for name in wanted]


def _inside(path: Path, line: int, found: dict[str, Any], name: str) -> Any:
    """A value by its name, or by a path with dots."""
    if name in found:
        return found[name]
    value: Any = found
    for part in name.split("."):
        if not isinstance(value, dict) or part not in value:
            _places(path, list(found), [name])
            raise LogInvalid(f"{path} line {line} has no {name!r}")
        value = value[part]
    return value


def _parquet(path: Path, wanted: Sequence[str]) -> Iterator[tuple[int, Row]]:
    try:
        import pyarrow as arrow
        import pyarrow.parquet as parquet
    except ImportError as error:
        raise LogInvalid("Parquet needs the package pyarrow: pip install 'ethogram[cli]'; or use CSV") from error
    try:
        opened = parquet.ParquetFile(path)
    except (arrow.ArrowException, OSError) as error:
        raise LogInvalid(f"{path} is not a Parquet file: {error}") from error
    _places(path, opened.schema_arrow.names, wanted)
    line = 0
    for batch in opened.iter_batches(batch_size=65_536, columns=list(dict.fromkeys(wanted))):
        columns = batch.to_pydict()
        for row in zip(*(columns[name] for name in wanted), strict=True):
            line += 1
            yield line, row
