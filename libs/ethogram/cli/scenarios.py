"""Scenarios: list and show templates, check your own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ethogram.cli.failures import CommandFailed, ExitCode
from ethogram.cli.options import AsJson
from ethogram.cli.output import console, safe, show_json, table

if TYPE_CHECKING:
    from ethogram.games import Library, Scenario

scenarios = typer.Typer(help="Dilemmas: list, show, check.", no_args_is_help=True)

Place = Annotated[Path | None, typer.Argument(metavar="[FOLDER|FILE]", help="Without it, ours are checked.")]
Source = Annotated[Path | None, typer.Option("--from", metavar="FOLDER", help="Your own templates instead of ours.")]


@scenarios.command("list")
def list_templates(source: Source = None, as_json: AsJson = False) -> None:
    """List templates by archetype."""
    held = _library(source)
    found: list[dict[str, Any]] = [
        {
            "template": template.id, "archetype": archetype, "counterpart": template.counterpart,
            "options": [option.id for option in template.options], "follow_ups": len(template.follow_ups),
            "deadline": template.deadline is not None, "contexts": template.contexts,
        }
        for archetype, template in held.by_id.values()
    ]  # fmt: skip
    if as_json:
        show_json({"templates": found, "digest": held.digest})
        return
    rows = table("Templates", "archetype", "template", "options", "follow-ups>", "deadline")
    for each in found:
        options = ", ".join(each["options"])
        deadline = "real" if each["deadline"] else ""
        rows.add_row(safe(each["archetype"]), safe(each["template"]), safe(options), str(each["follow_ups"]), deadline)
    console().print(rows)


@scenarios.command()
def show(
    template: Annotated[str, typer.Argument(metavar="TEMPLATE", help="Its id, from `ethogram scenarios list`.")],
    seed: Annotated[int, typer.Option(min=0, help="Draws names, stakes, labels and order.")] = 1,
    stress: Annotated[float, typer.Option(min=0, max=1, help="0 calm, 1 tightest.")] = 0.3,
    telling: Annotated[str, typer.Option(help="story, paraphrase-1, paraphrase-2 or neutral.")] = "story",
    conduct: Annotated[str, typer.Option(help="What the counterpart did: C (kept faith) or D.")] = "C",
    path: Annotated[str, typer.Option(help="Options chosen so far, e.g. `cover,manage`: shows the follow-up.")] = "",
    check: Annotated[bool, typer.Option("--check", help="With the question about the text.")] = False,
    source: Source = None,
    as_json: AsJson = False,
) -> None:
    """Show a dilemma as an agent reads it, and what its options declare.

    Example: `ethogram scenarios show old-supplier --stress 1 --telling neutral`
    """
    made = _written(_library(source), template, seed, stress, telling, conduct, path, check)
    if as_json:
        show_json(made.model_dump(mode="json", exclude_none=True))
    else:
        _show(made)


@scenarios.command("check")
def check_folder(place: Place = None, as_json: AsJson = False) -> None:
    """Check templates; exit code 2 with file, line, field and what would be valid, if something is wrong."""
    from ethogram.games import check_templates
    from ethogram.games.shelf import FOLDER

    found, wrong = check_templates(place or FOLDER)
    if found is None:
        if as_json:
            show_json({"valid": False, "problems": wrong})
            raise typer.Exit(ExitCode.USAGE)
        raise CommandFailed(ExitCode.USAGE, "\n".join(wrong))
    if as_json:
        show_json({"valid": True, "templates": sorted(found.by_id), "digest": found.digest})
    else:
        archetypes = f"{len(found.templates)} archetype{'s' * (len(found.templates) != 1)}"
        console().print(safe(f"{len(found.by_id)} templates of {archetypes} are right; digest {found.digest[:12]}"))


def _library(source: Path | None) -> Library:
    from ethogram.games import library, read_library

    return library() if source is None else read_library(source)


def _written(
    held: Library, name: str, seed: int, stress: float, telling: str, conduct: str, path: str, check: bool
) -> Scenario:
    from ethogram.events import ScenarioPlan
    from ethogram.events.explanation import suggestion
    from ethogram.games import Pick, written
    from ethogram.games.picks import TELLINGS

    for given, valid, what in ((name, held.by_id, "template"), (telling, TELLINGS, "--telling"),
                               (conduct, ("C", "D"), "--conduct")):  # fmt: skip
        if given not in valid:
            raise CommandFailed(ExitCode.USAGE, f"{what}: unknown {given!r}{suggestion(given, valid)}")
    archetype, template = held.by_id[name]
    steps = tuple(filter(None, path.split(",")))
    try:
        template.node(steps)
    except KeyError as error:
        raise CommandFailed(ExitCode.USAGE, f"--path: {error} opens no follow-up of {name}") from None
    plan = ScenarioPlan.model_validate(
        {"archetypes": [archetype], "count": 1, "stress": stress, "check": check, "depth": 5}
    )
    pick = Pick.model_validate({
        "template": name, "conduct": conduct, "number": 1, "telling": TELLINGS.index(telling), "path": steps,
    })  # fmt: skip
    return written(seed, plan, pick, held)


def _show(made: Scenario) -> None:
    screen = console()
    screen.print(safe(made.text), soft_wrap=False)
    rows = table("", "label", "option", "leaning", "principles", "resources", "relations", "stakeholders", "opens")
    for option in made.options:
        declared = (option.effects, option.resources, option.relations, option.stakeholders)
        opens = "a follow-up" if option.id in made.opens else ""
        rows.add_row(
            safe(option.id), safe(option.name), option.leaning, *(safe(_told(each)) for each in declared), opens
        )
    screen.print(rows)


def _told(effects: dict[str, Any]) -> str:
    return "\n".join(f"{name} {value:+g}" for name, value in effects.items())
