"""Take a session elsewhere: the report as a page, its acts as tables, its verdicts for continuous integration."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ethogram.cli.failures import CommandFailed, ExitCode
from ethogram.cli.options import AsJson, Session
from ethogram.cli.output import console, safe, short, show_json
from ethogram.cli.reach import connection

if TYPE_CHECKING:
    from sqlalchemy import Connection

PANEL = "Sessions"


class Format(StrEnum):
    """Forms of an export."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"
    HUGGING_FACE = "hf"
    JUNIT = "junit"
    INSPECT = "inspect"


ENDINGS = {Format.HUGGING_FACE: "", Format.JUNIT: ".xml", Format.INSPECT: ".json"}
"""Where a name does not end as its format is called."""
COUNTED = {Format.JUNIT: "verdicts", Format.INSPECT: "agents"}
"""What is counted, where it is not acts."""


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    app.command(rich_help_panel=PANEL)(export)
    app.command(rich_help_panel=PANEL)(plot)


def export(
    session: Session = "latest",
    format: Annotated[
        Format, typer.Option("--format", help="junit: verdicts; inspect: a log; the others: one row per act.")
    ] = Format.JSONL,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="PATH", help="A file, a folder for hf, - to print.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write every act of a session as rows (jsonl, csv, parquet, hf for Hugging Face), its verdicts as JUnit XML, or
    all of it as a log that `inspect view` shows.

    `ethogram export latest --format parquet -o acts.parquet`
    """  # fmt: skip
    from ethogram.runtime.store.reports import find_session

    with connection() as opened:
        session_id = find_session(opened, session)
        target = out or Path(f"ethogram-{short(session_id)}{ENDINGS.get(format, f'.{format}')}")
        count = _write(opened, session_id, format, target)
    if str(target) == "-":
        return
    if as_json:
        show_json({"session_id": session_id, "format": format, "path": str(target), "rows": count})
    else:
        console().print(safe(f"{target}: {count} {COUNTED.get(format, 'acts')}"))


def plot(
    session: Session,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="fingerprint, radar, posterior, cross or lineage.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help="A .svg, .png or .pdf file.")] = None,
    agent: Annotated[list[str] | None, typer.Option("--agent", help="Only of these agents.")] = None,
    as_json: AsJson = False,
) -> None:
    """Draw one figure of a session for a paper: a fingerprint heat map, a radar of principles, posteriors over time, a
    cross table of payoffs, or lineages.

    `ethogram plot latest fingerprint -o fingerprint.pdf` (png and pdf need `pip install 'ethogram[figures]'`)
    """  # fmt: skip
    from ethogram.events.explanation import suggestion
    from ethogram.reporting import FIGURES, figure_svg
    from ethogram.reporting.plots import Point
    from ethogram.runtime.store.exports import strengths_of
    from ethogram.runtime.store.reports import find_session, session_report

    if kind not in FIGURES:
        raise CommandFailed(
            ExitCode.USAGE, f"no figure {kind!r}{suggestion(kind, FIGURES)}; valid: {', '.join(FIGURES)}"
        )
    with connection() as opened:
        report = session_report(opened, find_session(opened, session))
        names = [each["agent_id"] for each in report["agents"]]
        unknown = sorted(set(agent or ()) - set(names))
        if unknown:
            raise CommandFailed(ExitCode.USAGE, f"no agent {', '.join(unknown)} in it; its agents: {', '.join(names)}")
        report["agents"] = [each for each in report["agents"] if not agent or each["agent_id"] in agent]
        told = strengths_of(opened, report["session_id"], agent or names)
    points = {
        name: {one: [Point(*each) for each in course] for one, course in found.items()} for name, found in told.items()
    }
    target = out or Path(f"ethogram-{short(report['session_id'])}-{kind}.svg")
    _write_figure(figure_svg(kind, report, points), target)
    if as_json:
        show_json({"session_id": report["session_id"], "kind": kind, "path": str(target)})
    elif str(target) != "-":
        console().print(safe(str(target)))


def _write_figure(svg: str, target: Path) -> None:
    """Write a figure in the form that the name of its file asks for."""
    ending = target.suffix.lower()
    if str(target) == "-" or ending == ".svg":
        _write_text(target, [svg])
        return
    if ending not in (".png", ".pdf"):
        raise CommandFailed(ExitCode.USAGE, f"{target}: a figure is an .svg, a .png or a .pdf")
    try:
        import cairosvg
    except (ImportError, OSError):
        words = "needs CairoSVG and the library cairo: pip install 'ethogram[figures]'; or take .svg"
        raise CommandFailed(ExitCode.USAGE, f"{ending[1:]} {words}") from None
    try:
        if ending == ".png":
            cairosvg.svg2png(bytestring=svg.encode(), write_to=str(target), scale=2, background_color="white")
        else:
            cairosvg.svg2pdf(bytestring=svg.encode(), write_to=str(target))
    except OSError as error:
        raise _unwritable(target, error) from None


def write_page(opened: Connection, report: dict[str, Any], target: Path) -> int:
    """Write a report as one HTML file; its size in bytes."""
    from ethogram.runtime.store.exports import report_page

    text = report_page(opened, report)
    _write_text(target, [text])
    return len(text.encode())


def _write(opened: Connection, session_id: str, format: Format, target: Path) -> int:
    """Write what the format wants; how many verdicts or acts that were."""
    from ethogram import reporting
    from ethogram.runtime.store.exports import acts_of
    from ethogram.runtime.store.reports import session_report

    if format is Format.JUNIT:
        report = session_report(opened, session_id)
        _write_text(target, [reporting.junit_of(report)])
        return len(report["verdicts"])
    rows = acts_of(opened, session_id)
    if format is Format.INSPECT:
        return _write_inspect(session_report(opened, session_id), rows, target)
    if format is Format.JSONL:
        return _write_text(target, reporting.json_lines(rows))
    if format is Format.CSV:
        return _write_text(target, reporting.csv_lines(rows)) - 1  # its first line are names
    return _write_parquet(rows, session_id, format, target)


def _write_inspect(report: dict[str, Any], rows: Iterable[dict[str, Any]], target: Path) -> int:
    """Write a log of Inspect AI; how many agents are in it."""
    import json

    from ethogram import __version__
    from ethogram.reporting import inspect_log

    _write_text(target, [json.dumps(inspect_log(report, rows, __version__), ensure_ascii=False)])
    return len(report["agents"])


def _write_parquet(rows: Iterable[dict[str, Any]], session_id: str, format: Format, target: Path) -> int:
    from ethogram import reporting

    if str(target) == "-":
        raise CommandFailed(ExitCode.USAGE, f"{format} is not for a terminal; name a path: -o PATH")
    about = {"session_id": session_id, "producer": "ethogram"}
    try:
        if format is Format.PARQUET:
            return reporting.write_parquet(rows, target, about)
        return reporting.write_hugging_face(rows, target, f"Ethogram {short(session_id)}", about)
    except OSError as error:
        raise _unwritable(target, error) from None
    except ImportError:
        raise CommandFailed(ExitCode.USAGE, "Parquet needs pyarrow: pip install 'ethogram[cli]'; or take csv") from None


def _write_text(target: Path, pieces: Iterable[str]) -> int:
    """Write pieces of text to a file, or to standard output for `-`; how many pieces."""
    count = 0
    try:
        with nullcontext(sys.stdout) if str(target) == "-" else target.open("w", encoding="utf-8", newline="") as file:
            for piece in pieces:
                file.write(piece)
                count += 1
    except OSError as error:
        raise _unwritable(target, error) from None
    return count


def _unwritable(target: Path, error: OSError) -> CommandFailed:
    return CommandFailed(ExitCode.USAGE, f"{target} cannot be written: {error.strerror or error}")
