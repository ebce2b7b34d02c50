"""Configuration: what holds here, and why."""

from __future__ import annotations

import typer

from ethogram.cli.options import AsJson
from ethogram.cli.output import console, safe, show_json, table

config = typer.Typer(help="Configuration: what holds, and where it comes from.", no_args_is_help=True)


@config.command("show")
def show_config(as_json: AsJson = False) -> None:
    """Show every setting with where its value comes from; secrets are masked.

    The command line wins over variables, these over files that `_FILE` variables name, these over the profile, the
    profile over `.env`, and all over defaults.

    Example: `ethogram --profile production --set api_port=8800 config show`
    """
    from ethogram.runtime.origins import origins

    found = origins()
    if as_json:
        show_json({"settings": [each._asdict() for each in found]})
        return
    rows = table("", "setting", "value", "from")
    for each in found:
        value = ", ".join(map(str, each.value)) if isinstance(each.value, list) else each.value
        rows.add_row(safe(each.name), safe(value), safe(each.origin, "dim" if each.origin == "default" else ""))
    console().print(rows)


def chosen(profile: str | None, given: list[str]) -> dict[str, str]:
    """Settings that the command line names; BadParameter for one that does not exist."""
    if profile is None and not given:
        return {}
    from ethogram.events.explanation import suggestion
    from ethogram.runtime.settings import Settings

    found = {"profile": profile} if profile else {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals:
            raise typer.BadParameter(f"{each!r}: expected NAME=VALUE", param_hint="--set")
        if name not in Settings.model_fields:
            words = f"{name!r} is no setting{suggestion(name, Settings.model_fields)}"
            raise typer.BadParameter(words, param_hint="--set")
        found[name] = value
    return found
