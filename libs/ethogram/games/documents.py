"""Files that people write: YAML (or JSON, which is YAML) that remembers the line of everything in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from ethogram.events.explanation import Location, Problem

DEEPEST = 64
"""Levels of nesting that a file may have."""
LARGEST = 200_000
"""Values that a file may have once its aliases are followed."""
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The parser in C where PyYAML has it: eight times as fast."""


class Unreadable(Exception):
    """A file that is no document at all; the words say where and why."""


@dataclass(slots=True)
class Document:
    """A YAML document and the lines of what is in it."""

    value: Any = None
    lines: dict[Location, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, location: Location) -> int:
        """The line of the value, or of the nearest thing around it."""
        while location not in self.lines and location:
            location = location[:-1]
        return self.lines.get(location, 1)

    def placed(self, path: Path, problems: Iterable[Problem]) -> list[str]:
        """`file:line: field: what is wrong` for each problem, in the order of lines."""
        placed = sorted((self.line(problem.location), str(problem)) for problem in problems)
        return [f"{path}:{line}: {text}" for line, text in placed]


def read_document(path: Path, expected: str) -> Document:
    """Read a file; Unreadable where it is none, or no YAML. `expected` says in words what should stand there."""
    document = Document()
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=LOADER)
        document.value = _plain(root, (), document) if root else None
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror}; expected {expected}") from None
    except UnicodeDecodeError:
        raise Unreadable(f"{path}: not UTF-8; expected YAML text") from None
    except yaml.YAMLError as error:
        raise Unreadable(f"{path}{_where(error)}: cannot be read: {_what(error)}") from None
    return document


def _plain(node: yaml.Node, location: Location, document: Document) -> Any:
    document.lines.setdefault(location, node.start_mark.line + 1)
    if len(document.lines) > LARGEST:
        raise yaml.YAMLError(f"more than {LARGEST:,} values")
    if len(location) > DEEPEST:
        document.problems.append(Problem(location[:3], f"nested deeper than {DEEPEST} levels"))
        return None
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, location, document)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*location, place), document) for place, item in enumerate(node.value)]
    return _scalar(node, location, document)


def _mapping(node: yaml.MappingNode, location: Location, document: Document) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            document.problems.append(Problem(location, "a key must be text"))
            continue
        name = str(key.value)
        place = (*location, name)
        if name in found:
            words = f"stands twice, first in line {document.lines[place]}"
            document.problems.append(Problem(place, words))
        document.lines[place] = key.start_mark.line + 1
        found[name] = _plain(value, place, document)
    return found


def _scalar(node: yaml.Node, location: Location, document: Document) -> Any:
    try:
        return yaml.SafeLoader("").construct_object(node)
    except (yaml.YAMLError, ValueError):
        document.problems.append(Problem(location, f"{node.value!r} is no plain value ({node.tag})"))
        return None


def _where(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f":{mark.line + 1}" if mark else ""


def _what(error: yaml.YAMLError) -> str:
    return str(getattr(error, "problem", None) or error).splitlines()[0]
