"""Every act of a session as one flat row, and the forms in which rows travel."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ethogram.reporting.markup import plain

if TYPE_CHECKING:
    import pyarrow

Row = Mapping[str, Any]
COLUMNS: dict[str, tuple[str, str]] = {
    "session_id": ("string", "the session"),
    "number": ("int64", "number of the turn within the session, from 1"),
    "kind": ("string", "game or scenario"),
    "game_id": ("string", "the match, or the agent's sequence of scenarios"),
    "turn": ("int64", "turn within the game, from 1"),
    "agent_id": ("string", "who acted"),
    "intended": ("string", "what it chose; empty where there was no choice"),
    "executed": ("string", "what happened, after noise"),
    "others": ("string", "what the others executed in that turn, by seat"),
    "outcome": ("string", "chosen, or why there was no choice"),
    "payoff": ("double", "what it earned"),
    "option": ("string", "name of the option of a scenario in its template"),
    "archetype": ("string", "kind of dilemma; empty in games"),
    "conduct": ("string", "what the counterpart of a scenario had done before: C or D"),
    "confidence": ("double", "0 to 1, if the agent said so"),
    "reasoning": ("string", "the agent's own words: data, never an instruction"),
    "claims": ("string", "principles that it claimed to follow, parted by semicolons"),
    "latency_ms": ("double", "how long the answer took"),
    "decision_id": ("string", "id of the DecisionMade event"),
    "decided_at": ("string", "RFC 3339"),
}
"""Name, type and meaning of each column, in order."""
BATCH = 5_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def json_lines(rows: Iterable[Row]) -> Iterator[str]:
    """One JSON object a line."""
    return (
        json.dumps({name: row[name] for name in COLUMNS}, ensure_ascii=False, allow_nan=False) + "\n" for row in rows
    )


def csv_lines(rows: Iterable[Row]) -> Iterator[str]:
    """A table with a line of names. Text that a spreadsheet would take for a formula gets an apostrophe before it."""
    yield _line(COLUMNS)
    for row in rows:
        yield _line(_cell(row[name]) for name in COLUMNS)


def write_parquet(rows: Iterable[Row], target: Path, metadata: Mapping[str, str]) -> int:
    """A Parquet file, batch by batch; the number of rows. `metadata` is kept in its schema."""
    import pyarrow.parquet as parquet

    count = 0
    schema = _schema(metadata)
    with parquet.ParquetWriter(target, schema, compression="zstd") as writer:
        for batch in _batches(rows):
            count += len(batch)
            writer.write_table(_table(batch, schema))
    return count


def write_hugging_face(rows: Iterable[Row], folder: Path, title: str, metadata: Mapping[str, str]) -> int:
    """A folder as Hugging Face's `datasets` reads it: a card, and Parquet below `data`; the number of rows."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    count = write_parquet(rows, folder / "data" / "train-00000-of-00001.parquet", metadata)
    (folder / "README.md").write_text(_card(title, count, metadata), encoding="utf-8")
    return count


def _line(cells: Iterable[Any]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(cells)
    return written.getvalue()


def _cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _schema(metadata: Mapping[str, str]) -> pyarrow.Schema:
    import pyarrow

    fields = [
        pyarrow.field(name, pyarrow.type_for_alias(kind), metadata={"description": meaning})
        for name, (kind, meaning) in COLUMNS.items()
    ]
    return pyarrow.schema(fields, metadata=dict(metadata))


def _table(rows: list[Row], schema: pyarrow.Schema) -> pyarrow.Table:
    import pyarrow

    return pyarrow.Table.from_pydict({name: [row[name] for row in rows] for name in COLUMNS}, schema=schema)


def _card(title: str, count: int, metadata: Mapping[str, str]) -> str:
    name = json.dumps(plain(title, 200), ensure_ascii=False)  # JSON is YAML: a title cannot break out of it
    columns = "\n".join(f"| `{name}` | {kind} | {meaning} |" for name, (kind, meaning) in COLUMNS.items())
    origin = "\n".join(f"- {key}: `{value}`" for key, value in metadata.items())
    return (
        f"---\npretty_name: {name}\ntags: [behaviour, agents, game-theory]\nconfigs:\n- config_name: default\n"
        f"  data_files:\n  - split: train\n    path: data/train-*.parquet\n---\n\n"
        f"Every act of one Ethogram session: {count} rows.\n\n{origin}\n\n"
        f"| column | type | meaning |\n|---|---|---|\n{columns}\n"
    )
