"""Exports as the libraries of others read them, which stand in no lock: Inspect AI, CairoSVG, pyarrow.

Run by `scripts/try-exports`, in an environment of its own: `python -m tests.exports SESSION FOLDER`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ethogram.reporting import FIGURES

SIGNATURES = {"png": b"\x89PNG\r\n\x1a\n", "pdf": b"%PDF-"}


def main(session: str, folder: Path) -> None:
    """Try all of them; AssertionError says which was not read."""
    acts = _rows(session, folder)
    _inspect(session, folder, acts)
    _figures(session, folder)


def _ethogram(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "ethogram.cli", *arguments], check=True, stdout=subprocess.DEVNULL)


def _rows(session: str, folder: Path) -> int:
    """How many acts the data set has: the same by pyarrow as lines in the other form."""
    from pyarrow import dataset

    for form, name in (("parquet", "acts.parquet"), ("jsonl", "acts.jsonl")):
        _ethogram("export", session, "--format", form, "--out", str(folder / name))
    table = dataset.dataset(folder / "acts.parquet", format="parquet").to_table()
    lines = (folder / "acts.jsonl").read_text(encoding="utf-8").splitlines()
    assert table.num_rows == len(lines) > 0
    print(f"parquet: {table.num_rows} acts, {table.num_columns} columns")
    return int(table.num_rows)


def _inspect(session: str, folder: Path, acts: int) -> None:
    import inspect_ai
    from inspect_ai.log import read_eval_log

    target = folder / "session.json"
    _ethogram("export", session, "--format", "inspect", "--out", str(target))
    read = read_eval_log(str(target))
    samples = read.samples or []
    assert read.status == "success" and samples and all(sample.scores for sample in samples)
    assert sum(message.role == "assistant" for sample in samples for message in sample.messages) == acts
    print(f"inspect-ai {inspect_ai.__version__}: {read.eval.task}, {len(samples)} samples, {acts} acts")


def _figures(session: str, folder: Path) -> None:
    import cairosvg

    for kind in FIGURES:
        for form, signature in SIGNATURES.items():
            target = folder / f"{kind}.{form}"
            _ethogram("plot", session, kind, "--out", str(target))
            assert target.read_bytes().startswith(signature), target.name
    print(f"cairosvg {cairosvg.__version__}: {', '.join(FIGURES)} as {' and '.join(SIGNATURES)}")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
