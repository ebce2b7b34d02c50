"""Recorded games: infer and population without the bus, import through it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ethogram.cli.options import AsJson
from ethogram.cli.output import console, number, safe, show_json, show_json_with, table

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ethogram.principles.log import Log
    from ethogram.principles.population import Shares

PANEL = "Recorded games"
DETAILED = 6
"""Subjects up to which each one's findings are told beside the table."""


class Format(StrEnum):
    """How a log is written."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


LogFile = Annotated[Path, typer.Argument(metavar="FILE", help="Recorded choices: CSV, JSONL or Parquet.")]
Form = Annotated[Format | None, typer.Option("--format", help="Format of the file; by default from its name.")]
Mapping = Annotated[
    str, typer.Option("--map", help="The file's names of columns: subject=id,other_choice=other.choice")
]
Group = Annotated[str | None, typer.Option("--group", metavar="COLUMN", help="Column that tells groups apart.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    for command in (infer, population, preferences):
        app.command(rich_help_panel=PANEL)(command)
    app.command("import", rich_help_panel=PANEL)(import_log)


def infer(
    file: LogFile, as_json: AsJson = False, form: Form = None, mapping: Mapping = "", group: Group = None
) -> None:
    """Infer an ethogram of each subject from recorded games, and say how well held-out choices were predicted.

    Columns: subject, game, round, choice, other_choice. The last 30 % of each subject's games are predicted from the
    first 70 % (of one single game: of its rounds).
    """
    from ethogram.principles.reading import read_json

    overview, agents = read_json(_log(file, form, mapping, group), grouped=group is not None)
    if as_json:
        show_json_with(overview, "agents", agents)
    else:
        _show_reading(overview, agents)


def import_log(
    file: LogFile, as_json: AsJson = False, form: Form = None, mapping: Mapping = "", group: Group = None,
    name: Annotated[str, typer.Option("--name", help="Name of the session; by default that of the file.")] = "",
    wait: Annotated[bool, typer.Option("--wait", help="Watch until it is judged; exit code 1 if it failed.")] = False,
) -> None:  # fmt: skip
    """Send recorded games through the topics as a finished session: report, replay and audit work on it.

    Same file and options as `infer`. One session takes 1,000 subjects and 1,000,000 choices.
    """
    from hashlib import file_digest

    from ethogram.cli.training import publish_import
    from ethogram.client import new_session_id
    from ethogram.client.imports import imports_of

    log = _log(file, form, mapping, group)
    with file.open("rb") as opened:
        digest = file_digest(opened, "sha256").hexdigest()
    commands = imports_of(log, new_session_id(), name=name or file.name, digest=digest)
    publish_import(commands, wait=wait, as_json=as_json)


def population(
    file: LogFile,
    strategies: Annotated[str, typer.Option(help="Names from the library, or sets: DF2011, FRD2012.")] = "DF2011",
    automata: Annotated[Path | None, typer.Option(help="YAML file of your own automata.")] = None,
    group: Group = None,
    as_json: AsJson = False,
    form: Form = None,
    mapping: Mapping = "",
    resamples: Annotated[int, typer.Option(min=0, max=10_000, help="Bootstrap samples for the intervals.")] = 300,
    seed: Annotated[int, typer.Option(help="Seed of the bootstrap.")] = 1,
) -> None:
    """Estimate which share of the subjects plays which strategy (strategy frequency estimation method)."""
    from ethogram.principles.library import choose, read_automata
    from ethogram.principles.population import as_json as estimate_as_json
    from ethogram.principles.population import estimate

    names = strategies.split(",")
    if len(names) == 1 and Path(names[0]).suffix.lower() in (".yaml", ".yml"):
        automata, names = Path(names[0]), []
    own = read_automata(automata) if automata else []
    chosen = choose([*names, *(automaton.name for automaton in own)], own)
    log = _log(file, form, mapping, group)
    found = {
        name or "all": estimate(log.part(members), chosen, resamples=resamples, seed=seed)
        for name, members in log.groups().items()
    }
    if as_json:
        show_json({"groups": {name: estimate_as_json(shares) for name, shares in found.items()}})
    else:
        _show_population(found)


def preferences(
    file: LogFile, as_json: AsJson = False, form: Form = None, mapping: Mapping = "",
    endowment: Annotated[
        float | None, typer.Option(min=0, help="What could be contributed at most; by default the largest seen.")
    ] = None,
) -> None:  # fmt: skip
    """Estimate what each subject makes of payoffs, with 95 % intervals.

    Of decisions between options (columns subject, decision, option, chosen, own; a row per outcome): with `other`, envy
    and guilt (Fehr and Schmidt) and precision (quantal response); else, with `probability`, aversion to risk. Of
    contributions (the columns of recorded games, all numbers): the slope of conditional cooperation.
    """
    from ethogram.principles import decided, formats, recorded

    shape = form.value if form else None
    names = recorded.parse_mapping(mapping, (*formats.COLUMNS, *recorded.OPTIONAL, *decided.COLUMNS, *decided.OPTIONAL))
    if decided.holds_options(file, shape, names):
        found = decided.preferences_of(decided.read_decisions(file, shape, names))
    else:
        found = decided.contributions_of(recorded.read_log(file, shape, names), endowment)
    if as_json:
        show_json({"log": file.name, "subjects": found})
        return
    rows = table("", "subject", "parameter", "value>", "95 %>", "why")
    for subject in found:
        for name, one in subject["parameters"].items():
            interval = "–" if one["interval"] is None else f"{one['interval'][0]:.2f} – {one['interval'][1]:.2f}"
            rows.add_row(safe(subject["subject"]), name, number(one["value"]), interval, safe(one["why"]))
    console().print(rows)


def _log(file: Path, form: Format | None, mapping: str, group: str | None) -> Log:
    from ethogram.principles.recorded import parse_mapping, read_log

    return read_log(file, form.value if form else None, parse_mapping(mapping), group)


def _show_reading(overview: dict[str, Any], agents: Iterator[dict[str, Any]]) -> None:
    told = list(islice(agents, DETAILED + 1))
    detailed = told if len(told) <= DETAILED else []
    rows = table("", "subject", "games>", "acts>", "plays most like", "labels", "log loss>", "foreseen>", "entropy>")
    for agent in chain(told, agents):
        held = agent["prediction"]
        labels = [label for label, chance in sorted(agent["labels"].items()) if chance > 0.5]
        rows.add_row(
            safe("/".join(filter(None, (agent.get("group"), agent["subject"])))), str(agent["games"]),
            str(agent["acts"]), safe(agent["strategy"].get("nearest")), safe(", ".join(labels)),
            number(held.get("log_loss"), 3), number(held.get("accuracy")), number(agent["entropy"]),
        )  # fmt: skip
    console().print(rows)
    for agent in detailed:
        console().print(_findings(agent))
    total = overview["prediction"]
    console().print(safe(
        f"{total['n']} held-out choices: log loss {number(total['log_loss'], 4)}, "
        f"accuracy {number(total['accuracy'], 3)}"
    ))  # fmt: skip


def _findings(agent: dict[str, Any]) -> RenderableType:
    from rich.console import Group

    from ethogram.cli.findings_view import finding_lines

    return Group(safe(agent["subject"], "bold"), safe(agent["summary"]), *finding_lines(agent), "")


def _show_population(found: dict[str, Shares]) -> None:
    for name, shares in found.items():
        title = f"{name}: {shares.n_subjects} subjects, tremble {shares.tremble:.3f}, log likelihood " \
                f"{shares.log_likelihood:.2f}"  # fmt: skip
        rows = table(title, "strategy", "share>", "95 % interval")
        for strategy, share, (low, high) in zip(shares.names, shares.shares, shares.intervals, strict=True):
            rows.add_row(safe(strategy), number(float(share), 3), f"{low:.3f} – {high:.3f}")
        console().print(rows)
        for one, other in shares.alike:
            console().print(safe(f"{one} and {other} prescribe the same throughout: only their sum is told."))
