"""Training files: YAML (or JSON, which is YAML) with errors that name file, line, field and what would be valid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from ethogram.events import SettingsError, Training
from ethogram.events.explanation import Location, Problem
from ethogram.events.explanation import problems as schema_problems
from ethogram.games.admission import Adapters
from ethogram.games.admission import problems as play_problems

DEEPEST = 64
"""Levels of nesting that a file may have."""
LARGEST = 200_000
"""Values that a file may have once its aliases are followed."""


def load_training(path: Path, adapters: Adapters | None = None) -> Training:
    """Read and check a training file; with `adapters`, also that they exist and take these configurations.

    SettingsError (exit code 2) has one line per problem: `file:line: field: what is wrong; what would be valid`.
    """
    document = _compose(path)
    try:
        training = Training.model_validate(document.value)
    except ValidationError as error:
        raise _refused(path, document, [*document.problems, *schema_problems(error, Training)]) from None
    wrong = [*document.problems, *(play_problems(training, adapters) if adapters is not None else ())]
    if wrong:
        raise _refused(path, document, wrong)
    return training


@dataclass(slots=True)
class _Document:
    """A YAML document that remembers the line of everything in it."""

    value: Any = None
    lines: dict[Location, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, location: Location) -> int:
        """The line of the value, or of the nearest thing around it."""
        while location not in self.lines and location:
            location = location[:-1]
        return self.lines.get(location, 1)


def _compose(path: Path) -> _Document:
    document = _Document()
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
        document.value = _plain(root, (), document) if root else None
    except OSError as error:
        raise SettingsError("training-file", f"{path}: {error.strerror}; expected a training file") from None
    except UnicodeDecodeError:
        raise SettingsError("training-file", f"{path}: not UTF-8; expected YAML text") from None
    except yaml.YAMLError as error:
        raise SettingsError("training-file", f"{path}{_where(error)}: cannot be read: {_what(error)}") from None
    if not isinstance(document.value, dict):
        words = f"{path}:1: expected a mapping with the keys {', '.join(Training.model_fields)}"
        raise SettingsError("training-file", words)
    return document


def _plain(node: yaml.Node, location: Location, document: _Document) -> Any:
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


def _mapping(node: yaml.MappingNode, location: Location, document: _Document) -> dict[str, Any]:
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


def _scalar(node: yaml.Node, location: Location, document: _Document) -> Any:
    try:
        return yaml.SafeLoader("").construct_object(node)
    except (yaml.YAMLError, ValueError):
        document.problems.append(Problem(location, f"{node.value!r} is no plain value ({node.tag})"))
        return None


def _refused(path: Path, document: _Document, problems: Iterable[Problem]) -> SettingsError:
    placed = sorted((document.line(problem.location), str(problem)) for problem in problems)
    return SettingsError("training-file", "\n".join(f"{path}:{line}: {text}" for line, text in placed))


def _where(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f":{mark.line + 1}" if mark else ""


def _what(error: yaml.YAMLError) -> str:
    return str(getattr(error, "problem", None) or error).splitlines()[0]
