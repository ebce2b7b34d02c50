"""The reference of the command line: every command with its arguments, options and example."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from ethogram.cli.app import app
from ethogram.cli.reference.markdown import page, rows

CODES = rows(
    ("exit code", "means"),
    [("0", "ok"), ("1", "a verification or a threshold failed"), ("2", "what was given is wrong"),
     ("3", "a server, a disk or a network is in the way")],
)  # fmt: skip
Command = Any
"""A command of typer, whose classes for it are its own affair."""


def commands_page() -> str:
    """docs/reference/cli.md."""
    told = "SESSION is a session's id, the beginning of one, or `latest`. Errors go to standard error, without a trace."
    always = rows(("before the command", "", "default"), [_row(each) for each in _options(tree())])
    return page("Command line", told, CODES, always, *(_part(path, command) for path, command in commands()))


def commands() -> Iterator[tuple[str, Command]]:
    """Every command that does something, under its whole name, by name."""
    yield from sorted(_below("ethogram", tree()), key=lambda found: found[0])


def tree() -> Command:
    """The command line as typer has it."""
    return typer.main.get_command(app)


def _below(path: str, group: Command) -> Iterator[tuple[str, Command]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _below(f"{path} {name}", command)
        elif not command.hidden:
            yield f"{path} {name}", command


def _part(path: str, command: Command) -> str:
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    options = _options(command)
    usage = " ".join([path, *(["[OPTIONS]"] if options else []), *map(_placeholder, arguments)])
    told = [(f"`{_placeholder(each)}`", each.help or "", "") for each in arguments]
    told += [_row(each) for each in options]
    table = rows(("", "", "default"), told)
    return "\n\n".join(filter(None, [f"## {path}", f"```\n{usage}\n```", command.help, command.epilog, table]))


def _options(command: Command) -> list[Any]:
    return [each for each in command.params if each.param_type_name == "option" and not each.hidden]


def _row(option: Any) -> tuple[str, str, str]:
    return _spelled(option), option.help or "", _default(option)


def _placeholder(argument: Any) -> str:
    name = argument.metavar or argument.name.upper()
    return name if argument.required or name.startswith("[") else f"[{name}]"


def _spelled(option: Any) -> str:
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    return names if option.is_flag else f"{names} {option.metavar or option.name.upper().replace('_', '-')}"


def _default(option: Any) -> str:
    if option.required:
        return "required"
    return "" if option.is_flag or option.default in (None, "", ()) else f"`{option.default}`"
