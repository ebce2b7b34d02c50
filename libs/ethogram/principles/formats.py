"""Formats of recorded games: CSV, JSONL and Parquet as rows of the wanted columns, each with its line."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import orjson

from ethogram.events.errors import InvalidRecord

COLUMNS = ("subject", "game", "round", "choice", "other_choice")
"""Columns that a log must have, under these names or mapped ones."""
FORMATS = ("csv", "jsonl", "parquet")

Row = Sequence[Any]


class LogInvalid(InvalidRecord):
    """A log cannot be read, or contradicts itself."""

    def __init__(self, message: str) -> None:
        super().__init__("log-invalid", message)


def columns_of(path: Path, form: str) -> list[str]:
    """Names of the columns of a file; of JSONL those of its first line."""
    if form == "parquet":
        return list(_opened(path).schema_arrow.names)
    if form == "csv":
        with path.open(encoding="utf-8-sig", newline="") as text:
            return _heading(path, text.readline())[1]
    with path.open("rb") as lines:
        first = next((line for line in lines if line.strip()), b"{}")
    return list(_object(path, 1, first))


def rows_of(path: Path, form: str, wanted: Sequence[str], optional: Sequence[str]) -> Iterator[tuple[int, Row]]:
    """Line and values of the wanted and the optional columns of each row; the optional ones are known to exist."""
    return {"csv": _csv, "jsonl": _jsonl, "parquet": _parquet}[form](path, wanted, optional)


def _places(path: Path, found: Sequence[str], wanted: Sequence[str]) -> list[int]:
    missing = [name for name in wanted if name not in found]
    if missing:
        raise LogInvalid(
            f"{path} has no column {', '.join(map(repr, missing))}; it has: {', '.join(found[:20]) or 'none'}. "
            f"Needed: {', '.join(COLUMNS)}; say which is which with --map, e.g. --map {COLUMNS[0]}=id"
        )
    return [found.index(name) for name in wanted]


def _heading(path: Path, first: str) -> tuple[str, list[str]]:
    """The mark between columns, and their names."""
    if not first.strip():
        raise LogInvalid(f"{path} is empty")
    mark = max(",;\t", key=first.count)
    return mark, [name.strip() for name in next(csv.reader([first], delimiter=mark, strict=True))]


def _csv(path: Path, wanted: Sequence[str], optional: Sequence[str]) -> Iterator[tuple[int, Row]]:
    with path.open(encoding="utf-8-sig", newline="") as text:
        first = text.readline()
        mark, found = _heading(path, first)
        lines = csv.reader(chain([first], text), delimiter=mark, strict=True)
        next(lines)
        places = _places(path, found, [*wanted, *optional])
        size = len(found)
        for row in lines:
            if not row:
                continue
            if len(row) != size:
                raise LogInvalid(f"{path} line {lines.line_num}: {len(row)} fields instead of {size}")
            yield lines.line_num, [row[place] for place in places]


def _jsonl(path: Path, wanted: Sequence[str], optional: Sequence[str]) -> Iterator[tuple[int, Row]]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            found = _object(path, number, line)
            needed = [_inside(path, number, found, name) for name in wanted]
            yield number, [*needed, *(found.get(name) for name in optional)]


def _object(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise LogInvalid(f"{path} line {number} is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise LogInvalid(f"{path} line {number} is not a JSON object")
    return found


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


def _parquet(path: Path, wanted: Sequence[str], optional: Sequence[str]) -> Iterator[tuple[int, Row]]:
    opened = _opened(path)
    names = [*wanted, *optional]
    _places(path, opened.schema_arrow.names, names)
    line = 0
    for batch in opened.iter_batches(batch_size=65_536, columns=list(dict.fromkeys(names))):
        columns = batch.to_pydict()
        for row in zip(*(columns[name] for name in names), strict=True):
            line += 1
            yield line, row


def _opened(path: Path) -> Any:
    try:
        import pyarrow as arrow
        import pyarrow.parquet as parquet
    except ImportError as error:
        raise LogInvalid("Parquet needs the package pyarrow: pip install 'ethogram[cli]'; or use CSV") from error
    try:
        return parquet.ParquetFile(path)
    except (arrow.ArrowException, OSError) as error:
        raise LogInvalid(f"{path} is not a Parquet file: {error}") from error
