"""People who may steer sessions: the roster, and each one's key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ethogram.cli.options import AsJson
from ethogram.cli.output import console, safe, show_json, table

if TYPE_CHECKING:
    from ethogram.events import Person, Role

people = typer.Typer(help="Who may steer sessions, by signed commands.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="NAME", help="Who.")]


@people.command("list")
def list_people(as_json: AsJson = False) -> None:
    """List the roster."""
    from ethogram.runtime.people import roster, signature_of
    from ethogram.runtime.settings import load

    settings = load()
    found = roster(settings)
    if as_json:
        show_json([_told(each) for each in found])
        return
    rows = table("", "name", "roles", "trainings", "expires", "signs here")
    for each in found:
        here = "yes" if signature_of(settings, each.name) else "no"
        rows.add_row(safe(each.name), ", ".join(each.roles), safe(", ".join(each.trainings)), safe(each.expires), here)
    console().print(rows if found else "nobody: anybody may pause, resume and cancel, and nobody may do more")


@people.command()
def add(
    name: Name,
    role: Annotated[list[str], typer.Option("--role", help="operator, referee or admin; may be repeated.")],
    training: Annotated[list[str] | None, typer.Option("--training", help="Patterns of names of trainings.")] = None,
    expires: Annotated[str | None, typer.Option("--expires", help="RFC 3339: no command counts from then on.")] = None,
    key: Annotated[str | None, typer.Option("--key", help="Public key (x of an Ed25519 JWK) made elsewhere.")] = None,
    as_json: AsJson = False,
) -> None:
    """Put a person on the roster; without --key a key pair is made, whose private half stays on this machine.

    It holds for sessions that begin from then on. As soon as anybody is named, a session obeys signed commands only.
    """
    from typing import cast

    from ethogram.runtime.people import add as put
    from ethogram.runtime.settings import load

    person = put(load(), name, cast("list[Role]", role), training or ["*"], expires, key)
    if as_json:
        show_json(_told(person))
    else:
        console().print(safe(f"{person.name} is {', '.join(person.roles)}; public key {person.key}"))


@people.command()
def remove(name: Name, as_json: AsJson = False) -> None:
    """Take a person off the roster; sessions that run already keep who may steer them."""
    from ethogram.runtime.people import remove as strike
    from ethogram.runtime.settings import load

    strike(load(), name)
    if as_json:
        show_json({"removed": name})
    else:
        console().print(safe(f"{name} is off the roster"))


def _told(person: Person) -> dict[str, object]:
    return person.model_dump(mode="json", exclude_none=True)
