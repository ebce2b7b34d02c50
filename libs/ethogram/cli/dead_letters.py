"""Dead letters: records that a service could not process."""

from __future__ import annotations

import getpass
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from ethogram.cli.failures import ExitCode
from ethogram.cli.options import AsJson, Limit
from ethogram.cli.output import console, safe, short, show_json, table
from ethogram.cli.reach import database, reachable, session_named

if TYPE_CHECKING:
    from ethogram.models.triage import Adviser
    from ethogram.runtime.settings import Settings

dlq = typer.Typer(help="Dead letters: records that a service could not process.", no_args_is_help=True)
Ids = Annotated[list[int] | None, typer.Argument(metavar="ID...", help="Numbers from `ethogram dlq list`.")]


@dlq.command("list")
def list_letters(
    service: Annotated[str | None, typer.Option(help="Only of this service.")] = None,
    session: Annotated[str | None, typer.Option(help="Only of this session.")] = None,
    status: Annotated[str | None, typer.Option(help="Only new, redriven or discarded ones.")] = None,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """List dead letters, newest first."""
    from ethogram.runtime.dead_letters import listed, told

    settings = reachable()
    session_id = session_named(session, settings) if session else None
    with database(settings) as engine:
        found = listed(engine, service=service, session_id=session_id, status=status, limit=limit)
    if as_json:
        show_json([told(letter) for letter in found])
        return
    rows = table("", "id>", "service", "from", "session", "stage", "what is wrong", "status")
    for letter in found:
        place = (
            f"{letter.position.topic.removeprefix('ethogram.')} {letter.position.partition}/{letter.position.offset}"
        )
        rows.add_row(str(letter.id), letter.service, safe(place), safe(short(letter.session_id or "–")), letter.stage,
                     safe(f"{letter.code}: {letter.message}"), letter.status)  # fmt: skip
    console().print(rows if found else "no dead letters")


@dlq.command("show")
def show_letter(
    letter_id: Annotated[int, typer.Argument(metavar="ID", help="Number from `ethogram dlq list`.")],
    as_json: AsJson = False,
) -> None:
    """Everything about one dead letter: origin, error, headers, original bytes."""
    from ethogram.runtime.dead_letters import show, told

    with database() as engine:
        letter = told(show(engine, letter_id), whole=True)
    if as_json:
        show_json(letter)
        return
    rows = table(f"Dead letter {letter_id}", "", "")
    for name, value in letter.items():
        text = "\n".join(f"{key}: {item}" for key, item in value.items()) if isinstance(value, dict) else value
        rows.add_row(safe(name, "dim"), safe(text))
    console().print(rows)


@dlq.command("explain")
def explain_letters(
    letter_ids: Ids = None,
    model: Annotated[
        str | None, typer.Option("--model", help="Ask it of what no rule knows: openai:NAME, anthropic:NAME, ...")
    ] = None,
    base_url: Annotated[str | None, typer.Option("--base-url", help="Where the model is.")] = None,
    key: Annotated[str | None, typer.Option("--key", help="Name of the variable with its key.")] = None,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """Say of dead letters how bad they are, why, what to do next, and how sure that is; without numbers, of the new.

    Rules say so. With --model a model is asked of those that no rule knows; where it fails, the rules' word stands.
    """
    from ethogram.runtime.dead_letters import explained, listed, show, told

    settings = reachable()
    with ExitStack() as opened:
        engine = opened.enter_context(database(settings))
        adviser = opened.enter_context(_adviser(settings, model, base_url, key)) if model else None
        letters = [show(engine, each) for each in letter_ids or ()] or listed(engine, status="new", limit=limit)
        found = explained(engine, letters, adviser.advise) if adviser else explained(engine, letters)
    if adviser and adviser.silent:
        typer.echo(f"the model had nothing to say: {adviser.silent}", err=True)
    if as_json:
        show_json([{**told(letter), "triage": said.model_dump()} for letter, said in found])
        return
    rows = table("", "id>", "severity", "pattern", "probable cause", "next step", "sure>")
    for letter, said in found:
        severity = f"{said.severity} ({', '.join(said.raised)})" if said.raised else said.severity
        rows.add_row(str(letter.id), safe(severity), said.pattern, safe(said.cause), safe(said.next_step),
                     f"{said.confidence:.0%}")  # fmt: skip
    console().print(rows if found else "no dead letters")


def _adviser(settings: Settings, model: str, base_url: str | None, key: str | None) -> Adviser:
    from ethogram.models.providers import KINDS
    from ethogram.models.triage import Adviser

    kind, _, name = model.partition(":")
    if kind not in KINDS or not name:
        raise typer.BadParameter(f"{model!r}; expected KIND:NAME, KIND one of {', '.join(KINDS)}", param_hint="--model")
    given = {"model": name, "base_url": base_url, "key": key}
    return Adviser(settings, KINDS[kind], {name: value for name, value in given.items() if value is not None})


@dlq.command("discard")
def discard_letters(
    letter_ids: Annotated[list[int], typer.Argument(metavar="ID...", help="Numbers from `ethogram dlq list`.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; it is kept with the dead letter.")],
    as_json: AsJson = False,
) -> None:
    """Set dead letters aside for good; they stay on record with the reason and can not be redriven."""
    from ethogram.runtime.dead_letters import discard

    if not reason.strip():
        raise typer.BadParameter("a reason is needed, so that others understand it later", param_hint="--reason")
    with database() as engine:
        refused = discard(engine, letter_ids, f"{getpass.getuser()}: {reason}")
    done = [each for each in letter_ids if each not in refused]
    if as_json:
        show_json({"discarded": done, "refused": {str(name): why for name, why in refused.items()}})
    else:
        _tell(f"discarded {len(done)}, refused {len(refused)}", refused)
    if refused:
        raise typer.Exit(ExitCode.FAILED)


@dlq.command("redrive")
def redrive_letters(
    letter_ids: Ids = None,
    every: Annotated[bool, typer.Option("--all", help="All that are new and fit the filters.")] = False,
    service: Annotated[str | None, typer.Option(help="With --all: only of this service.")] = None,
    session: Annotated[str | None, typer.Option(help="With --all: only of this session.")] = None,
    code: Annotated[str | None, typer.Option(help="With --all: only with this error code.")] = None,
    pattern: Annotated[str | None, typer.Option(help="With --all: only of this pattern of `dlq explain`.")] = None,
    rate: Annotated[float | None, typer.Option(min=0.01, help="At most so many a second.")] = None,
    as_json: AsJson = False,
) -> None:
    """Send dead letters back to the service that refused them, each at most three times; the cause should be gone."""
    from dataclasses import asdict

    from ethogram.runtime.dead_letters import explained, listed, redrive

    if bool(letter_ids) == every:
        raise typer.BadParameter("give numbers of dead letters, or --all")
    if letter_ids and any((service, session, code, pattern)):
        raise typer.BadParameter("filters go with --all, not with numbers")
    settings = reachable()
    session_id = session_named(session, settings) if session else None
    with database(settings) as engine:
        fitting = listed(engine, service=service, session_id=session_id, code=code, status="new", limit=10_000)
        if pattern:
            fitting = [letter for letter, said in explained(engine, fitting) if said.pattern == pattern]
        wanted = letter_ids or [letter.id for letter in fitting]
        done = redrive(engine, settings.kafka_bootstrap_servers, wanted, per_second=rate)
    if as_json:
        show_json({**asdict(done), "refused": {str(name): why for name, why in done.refused.items()}})
    else:
        words = f"sent back {len(done.sent)}, tasks opened again {len(done.reopened)}, refused {len(done.refused)}"
        _tell(words, done.refused)
    if done.refused:
        raise typer.Exit(ExitCode.FAILED)


def _tell(words: str, refused: dict[int, str]) -> None:
    screen = console()
    screen.print(words)
    for name, why in refused.items():
        screen.print(safe(f"{name}: {why}", "yellow"))
