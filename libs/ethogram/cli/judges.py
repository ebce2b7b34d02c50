"""The judges: how much they agree, and how they do on transcripts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ethogram.cli.failures import CommandFailed, ExitCode
from ethogram.cli.options import AsJson
from ethogram.cli.output import console, number, safe, show_json, table
from ethogram.cli.reach import connection

if TYPE_CHECKING:
    from ethogram.council.transcripts import Evaluation, Hear, Judged, Transcript

judges = typer.Typer(help="The council's judges: agreement, and trials on transcripts.", no_args_is_help=True)


@judges.command()
def agreement(as_json: AsJson = False) -> None:
    """How much the judges agree over all sessions: alpha, bias and missing votes of each, changes of mind.

    Per session the same figures stand in the event SessionJudged.
    """
    from ethogram.council import JUDGES, alpha, bias, missing, units
    from ethogram.runtime.store.verdicts import all_verdicts

    with connection() as opened:
        verdicts = list(all_verdicts(opened))
    judged = units(verdicts)
    names = sorted({*JUDGES, *(vote.judge for verdict in verdicts for vote in verdict.votes)})
    severity, absent = bias(judged), missing(judged, names)
    changed = [vote.judge for verdict in verdicts for vote in verdict.votes if vote.changed]
    dissent = [judge for verdict in verdicts for judge in verdict.dissent]
    found: dict[str, Any] = {
        "verdicts": len(verdicts),
        "alpha": alpha(judged),
        "judges": {
            name: {"bias": severity.get(name), "missing": absent.get(name, 0), "changes_of_mind": changed.count(name),
                   "dissents": dissent.count(name)}
            for name in names
        },
    }  # fmt: skip
    if as_json:
        show_json(found)
        return
    rows = table("", "judge", "bias>", "missing>", "changes of mind>", "dissents>")
    for name, told in found["judges"].items():
        rows.add_row(
            name, number(told["bias"]), *(str(told[each]) for each in ("missing", "changes_of_mind", "dissents"))
        )
    console().print(rows)
    console().print(f"alpha {number(found['alpha'], 3)} over {found['verdicts']} verdicts")


@judges.command()
def evaluate(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Transcripts in YAML: examples/transcripts.yaml.")],
    constitution: Annotated[
        Path | None, typer.Option("--constitution", help="Without it the one of this release.")
    ] = None,
    repeat: Annotated[int, typer.Option("--repeat", min=1, max=1000, help="How often each is judged.")] = 2,
    models: Annotated[
        Path | None, typer.Option("--models", metavar="FILE", help="YAML with `judges` as in a training: they sit too.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Let the council judge transcripts, and hold it against what people say of them.

    With --models language models sit in it and are asked anew for each repetition; whatever they cost is paid for.
    Exit code 1 if a repetition said otherwise, or a transcript breaks other articles than its file says.
    """
    from ethogram.council import constitution as shipped
    from ethogram.council import hear_out
    from ethogram.council.transcripts import evaluate as judge
    from ethogram.runtime.rules import constitution_in

    rules = constitution_in(constitution) if constitution else shipped()
    found = judge(_transcripts(file), rules, repeat, _with_models(models) if models else hear_out)
    wrong = [each for each in found.judged if not each.same or each.as_expected is False]
    if as_json:
        show_json(_document(found))
    else:
        _show(found, wrong)
    if wrong:
        raise typer.Exit(ExitCode.FAILED)


@judges.command("list")
def list_judges(as_json: AsJson = False) -> None:
    """List who can sit in a council: the four of the house, and those that a training may name beside them.

    Example: `ethogram judges list`
    """
    from ethogram.council import JUDGES
    from ethogram.judges.registry import PLUGINS
    from ethogram.topology.plugins import origin

    house = [{"judge": name, "from": "the house", "asks": "nobody: it applies rules"} for name in sorted(JUDGES)]
    brought = [
        {"judge": name, "from": origin(point), "asks": "as its distribution says; `ethogram plugins check` loads it"}
        for name, point in sorted(PLUGINS.found().items())
    ]
    if as_json:
        show_json([*house, *brought])
        return
    rows = table("", "judge", "from", "asks")
    for each in (*house, *brought):
        rows.add_row(*(safe(each[name]) for name in ("judge", "from", "asks")))
    console().print(rows)


def _with_models(file: Path) -> Hear:
    """A council in which the models of a file sit. Who gives this command wants them asked, whatever the switch is."""
    from ethogram.judges import checks
    from ethogram.judges.trial import Models, hearing
    from ethogram.runtime.settings import load

    specs = _read(file, Models).judges
    for place, spec in enumerate(specs):
        check = checks().get(spec.judge)
        wrong = check(spec.config) if check else [f"unknown judge {spec.judge!r}; known: {', '.join(checks())}"]
        if wrong:
            raise CommandFailed(ExitCode.USAGE, f"{file}: judges[{place}]: {'; '.join(wrong)}")
    return hearing(specs, load(model_judges=True))


def _transcripts(file: Path) -> tuple[Transcript, ...]:
    from ethogram.council.transcripts import Transcripts

    found: tuple[Transcript, ...] = _read(file, Transcripts).transcripts
    return found


def _read(file: Path, shape: type[Any]) -> Any:
    import yaml
    from pydantic import ValidationError

    from ethogram.runtime.files import wrong_in

    try:
        return shape.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise CommandFailed(ExitCode.USAGE, f"{file}: {error.strerror}") from None
    except ValidationError as error:
        raise CommandFailed(ExitCode.USAGE, f"{file}: {wrong_in(error)}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CommandFailed(ExitCode.USAGE, f"{file}: no YAML: {error}") from None


def _document(found: Evaluation) -> dict[str, Any]:
    return {
        "transcripts": [_one(each) for each in found.judged],
        "alpha": found.agreement,
        "repeatability": found.repeatability,
        "labelled": len(found.labelled),
        "accuracy": found.accuracy,
        "alpha_with_people": found.with_people() if found.labelled else {},
        "alpha_between_people": found.between_people,
        "bias": found.severity,
        "missing": found.missing,
    }


def _one(judged: Judged) -> dict[str, Any]:
    return {
        "name": judged.transcript.name, "verdict": judged.verdict, "articles": judged.articles, "same": judged.same,
        "as_expected": judged.as_expected, "labels": judged.transcript.labels,
        "votes": [vote.model_dump(exclude_none=True) for vote in judged.votes],
    }  # fmt: skip


def _show(found: Evaluation, wrong: list[Judged]) -> None:
    rows = table("", "transcript", "verdict", "articles", "people say")
    for each in found.judged:
        people = ", ".join(f"{who}: {what}" for who, what in each.transcript.labels.items())
        shown = safe(each.verdict, "red" if each in wrong else "")
        rows.add_row(safe(each.transcript.name), shown, safe(", ".join(each.articles)), safe(people))
    screen = console()
    screen.print(rows)
    screen.print(f"alpha between judges {number(found.agreement, 3)}, repeatability {found.repeatability:.3f}")
    severity = ", ".join(f"{name} {value:+.2f}" for name, value in found.severity.items())
    absent = ", ".join(f"{name} {count}" for name, count in found.missing.items())
    screen.print(safe(f"severity {severity}; missing votes: {absent or 'none'}"))
    if found.labelled:
        told = ", ".join(f"{name} {number(value, 3)}" for name, value in found.with_people().items())
        screen.print(safe(f"{len(found.labelled)} labelled: {number(found.accuracy, 3)} as most people say"))
        screen.print(safe(f"alpha with people: {told}; people among themselves {number(found.between_people, 3)}"))
    for each in wrong:
        expected = ", ".join(each.transcript.breaks or ()) or "nothing"
        why = f"expected to break {expected}" if each.as_expected is False else "repetitions differ"
        screen.print(safe(f"{each.transcript.name}: {why}", "red"))
