"""Every `ethogram ...` command that the documentation names: found in shell blocks, in running text and in help."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import typer
from typer._click import exceptions

from ethogram.cli.reference.commands import Command, commands, tree
from tests.running import ROOT

BLOCK = re.compile(r"^```(?:sh|bash|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(?:[A-Z_]+=\S+ )?ethogram ([^`]+)`")
EXAMPLE = re.compile(r"(?:Example|Try it): `(ethogram [^`]+)`")
COMMENT = re.compile(r"(?:^|\s)#.*$")
SEPARATORS = frozenset({"|", "||", "&&", ";", "&", ">", ">>", "2>", "<"})


class Named(NamedTuple):
    """A command that somewhere is named."""

    place: str
    words: tuple[str, ...]
    """What follows `ethogram`."""
    whole: bool
    """Meant to be typed as it stands; in running text arguments may be left out or be placeholders."""

    @property
    def told(self) -> str:
        """As it is typed."""
        return f"{self.place}: ethogram {shlex.join(self.words)}"


def pages() -> list[Path]:
    """Every page that people read."""
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "services").glob("*/README.md"),
             *(ROOT / "infra").rglob("*.md"), ROOT / "topics" / "README.md"]  # fmt: skip
    return sorted(found)


def named() -> list[Named]:
    """All of them, in pages and in the help of commands."""
    texts = [(str(page.relative_to(ROOT)), page.read_text(encoding="utf-8")) for page in pages()]
    helps = [(f"{path} --help", f"{command.help}\n{command.epilog}") for path, command in commands()]
    return [one for place, text in (*texts, *helps) for one in _in(place, text)]


def trouble(words: tuple[str, ...], *, whole: bool) -> str | None:
    """Why the command line would not take these words; None if it would."""
    command, rest = _tree(), list(words)
    while len(rest) > 1 and rest[0] in ("--profile", "--set"):
        rest = rest[2:]
    while hasattr(command, "commands"):
        if not rest or rest[0] in ("--help", "-h"):
            return None
        name = rest.pop(0)
        if name not in command.commands:
            return None if name.startswith("--") and not whole else f"there is no {name!r}"
        command = command.commands[name]
    return _refusal(command, rest, whole)


@lru_cache(maxsize=1)
def _tree() -> Command:
    return tree()


def _refusal(command: Command, rest: list[str], whole: bool) -> str | None:
    try:
        command.make_context(command.name, rest)
    except typer.Exit:
        return None
    except exceptions.NoSuchOption as error:
        return error.format_message()
    except exceptions.UsageError as error:  # in running text arguments are placeholders, or several are told at once
        return error.format_message() if whole else None
    return None


def _in(place: str, text: str) -> Iterator[Named]:
    for block in BLOCK.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            yield from (Named(place, words, True) for words in commands_of(line))
    for example in EXAMPLE.findall(text):
        yield from (Named(place, words, True) for words in commands_of(example))
    for told in INLINE.findall(EXAMPLE.sub("", FENCE.sub("", text))):
        words = [word.rstrip(",").strip("[]") for word in told.split()]
        yield Named(place, tuple(word for word in words if word and not word.startswith("...")), False)


def commands_of(line: str) -> Iterator[tuple[str, ...]]:
    """Words of each `ethogram` command on a line of a shell block."""
    lexer = shlex.shlex(COMMENT.sub("", line), posix=True, punctuation_chars=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    try:
        words = list(lexer)
    except ValueError:  # a quotation over several lines
        return
    while words:
        end = next((place for place, word in enumerate(words) if word in SEPARATORS), len(words))
        typed = words[:end]
        while typed and re.fullmatch(r"[A-Z_]+=.*", typed[0]):
            typed.pop(0)
        if typed and typed[0].rpartition("/")[2] == "ethogram":
            yield tuple(typed[1:])
        words = words[end + 1 :]
