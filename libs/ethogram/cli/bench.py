"""Benchmarks: how right inference is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ethogram.cli.options import AsJson
from ethogram.cli.output import console, safe, show_json, table

bench = typer.Typer(no_args_is_help=True, help="Measure it.", rich_markup_mode="markdown")


@bench.callback()
def benchmarks() -> None:
    """Measure it."""


@bench.command()
def active(
    as_json: AsJson = False,
    seeds: Annotated[int, typer.Option(min=1, help="Agents per pair of hypotheses and truth.")] = 3,
) -> None:
    """Measure how many scenarios it takes to be certain of an agent, with and without choosing them (some minutes)."""
    from ethogram.testing.scenarios.active import measure

    _show(measure(seeds), as_json)


@bench.command()
def inference(
    as_json: AsJson = False,
    field: Annotated[
        Path | None, typer.Option(help="Games kept in this .npz file; played and written if absent.")
    ] = None,
) -> None:
    """Measure inference on strategies of the Axelrod library, whose conduct is known (takes some minutes)."""
    from ethogram.testing.inference.axelrod_field import Field, play_field
    from ethogram.testing.inference.bench import REPETITIONS, SEED
    from ethogram.testing.inference.bench import bench as measure

    games = Field.load(field) if field and field.exists() else play_field(repetitions=REPETITIONS, seed=SEED)
    if field and not field.exists():
        games.save(field)
    _show(measure(games), as_json)


def _show(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        show_json(found)
        return
    rows = table("", "case", "figures")
    for case, figures in found.items():
        rows.add_row(safe(case), safe(", ".join(f"{name} {value}" for name, value in figures.items())))
    console().print(rows)
