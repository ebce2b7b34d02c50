"""Training files: YAML (or JSON, which is YAML) with errors that name file, line, field and what would be valid."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import MappingProxyType

from pydantic import ValidationError

from ethogram.events import SettingsError, Training
from ethogram.events.explanation import Problem
from ethogram.events.explanation import problems as schema_problems
from ethogram.games.admission import Adapters
from ethogram.games.admission import problems as play_problems
from ethogram.games.documents import Document, Unreadable, read_document
from ethogram.games.shelf import Shelf


def load_training(
    path: Path, adapters: Adapters | None = None, shelf: Shelf | None = None,
    judges: Adapters = MappingProxyType({}),
) -> Training:  # fmt: skip
    """Read and check a training file; with `adapters`, also that they and `judges` exist and take what they are given.

    SettingsError (exit code 2) has one line per problem: `file:line: field: what is wrong; what would be valid`.
    """
    document = _compose(path)
    try:
        training = Training.model_validate(document.value)
    except ValidationError as error:
        raise _refused(path, document, [*document.problems, *schema_problems(error, Training)]) from None
    wrong = list(document.problems)
    if adapters is not None:
        wrong += play_problems(training, adapters, shelf or Shelf(), judges)
    if wrong:
        raise _refused(path, document, wrong)
    return training


def _compose(path: Path) -> Document:
    try:
        document = read_document(path, "a training file")
    except Unreadable as error:
        raise SettingsError("training-file", str(error)) from None
    if not isinstance(document.value, dict):
        words = f"{path}:1: expected a mapping with the keys {', '.join(Training.model_fields)}"
        raise SettingsError("training-file", words)
    return document


def _refused(path: Path, document: Document, problems: Iterable[Problem]) -> SettingsError:
    return SettingsError("training-file", "\n".join(document.placed(path, problems)))
