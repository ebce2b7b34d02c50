"""The constitution: check a file, explain it in words, show what differs from another."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ethogram.cli.failures import CommandFailed, ExitCode
from ethogram.cli.options import AsJson
from ethogram.cli.output import console, safe, show_json, table

if TYPE_CHECKING:
    from ethogram.council import Constitution

constitution = typer.Typer(help="What agents are held to: check, explain, compare.", no_args_is_help=True)
File = Annotated[Path | None, typer.Argument(metavar="[FILE]", help="Without it the constitution of this release.")]


@constitution.command()
def check(file: File = None, as_json: AsJson = False) -> None:
    """Check a file: its form, its plugins, its waivers; exit code 2 with what is wrong, and where.

    Example: `ethogram constitution check mine.yaml`, then `ETHOGRAM_CONSTITUTION=mine.yaml ethogram up`
    """
    rules = _rules(file)
    expired = _expired(rules)
    if as_json:
        about = {"name": rules.name, "version": rules.version, "digest": rules.digest()}
        show_json({**about, "articles": [article.id for article in rules.articles], "expired_waivers": expired})
        return
    console().print(safe(f"{rules.name}, version {rules.version}: {len(rules.articles)} articles, valid"))
    console().print(safe(f"digest {rules.digest()}", "dim"))
    for words in expired:
        console().print(safe(f"expired: {words}", "yellow"))


@constitution.command()
def explain(
    file: File = None,
    article: Annotated[str | None, typer.Option("--article", help="Only this one.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say in words what each article demands, of whom, and what follows from a breach."""
    from ethogram.council.wording import article_in_words, waiver_in_words

    rules = _rules(file)
    chosen = [each for each in rules.articles if article in (None, each.id)]
    if not chosen:
        known = ", ".join(each.id for each in rules.articles)
        raise CommandFailed(ExitCode.USAGE, f"no article {article!r}; known: {known}")
    if as_json:
        show_json([{"id": each.id, "title": each.title, "says": article_in_words(each)} for each in chosen])
        return
    screen = console()
    for each in chosen:
        screen.print(safe(f"{each.id}: {each.title}", "bold"))
        for line in article_in_words(each):
            screen.print(safe(f"  {line}"))
    for waiver in rules.waivers:
        if article in (None, waiver.article):
            screen.print(safe(waiver_in_words(waiver), "yellow"))


@constitution.command()
def diff(
    old: Annotated[Path, typer.Argument(help="A constitution in YAML.")], new: File = None, as_json: AsJson = False
) -> None:
    """Show what the second says otherwise than the first; without a second, the constitution of this release.

    What that would have changed for sessions that are over: `ethogram replay --all --constitution FILE`.
    """
    from ethogram.council.wording import differences

    found = list(differences(_rules(old), _rules(new)))
    if as_json:
        show_json([{"where": where, "what": what} for where, what in found])
        return
    rows = table("", "where", "what")
    for where, what in found:
        rows.add_row(safe(where), safe(what))
    console().print(rows if found else "no difference")


def _rules(file: Path | None) -> Constitution:
    from ethogram.council import constitution as shipped
    from ethogram.runtime.rules import constitution_in

    return constitution_in(file) if file else shipped()


def _expired(rules: Constitution) -> list[str]:
    from ethogram.council.wording import waiver_in_words
    from ethogram.events.moments import moment

    now = datetime.now(UTC)
    return [waiver_in_words(waiver) for waiver in rules.waivers if moment(waiver.expires) <= now]
