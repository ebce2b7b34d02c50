"""The examples that people copy: valid ones pass the published schema and the code, invalid ones neither."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from ethogram.council import constitution_digest
from ethogram.events import Event, SessionAdmitted
from ethogram.topology.contracts import SCHEMAS

EXAMPLES = SCHEMAS / "examples"
VALID = sorted(EXAMPLES.glob("*/valid-*.json"))
INVALID = sorted(EXAMPLES.glob("*/invalid-*.json"))


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@lru_cache
def schema(event_type: str) -> Draft202012Validator:
    document: dict[str, Any] = orjson.loads((SCHEMAS / f"{event_type}.schema.json").read_bytes())
    Draft202012Validator.check_schema(document)
    return Draft202012Validator(document)


def _within(part: Any, whole: Any) -> bool:
    """Whether `whole` says all that `part` says (it may add defaults)."""
    if isinstance(part, dict):
        return all(name in whole and _within(value, whole[name]) for name, value in part.items())
    if isinstance(part, list):
        return len(part) == len(whole) and all(map(_within, part, whole))
    return bool(part == whole)


def test_every_event_type_has_both_kinds_and_no_file_is_an_orphan() -> None:
    assert {path.parent.name for path in VALID} == set(Event.BY_TYPE) == {path.parent.name for path in INVALID}
    assert set(EXAMPLES.rglob("*.*")) - set(EXAMPLES.iterdir()) == {*VALID, *INVALID}


@pytest.mark.parametrize("path", VALID, ids=_name)
def test_a_valid_example_is_accepted_and_keeps_every_field(path: Path) -> None:
    body = orjson.loads(path.read_bytes())
    assert list(schema(path.parent.name).iter_errors(body)) == []
    event = Event.BY_TYPE[path.parent.name].read(body)
    assert _within(body, orjson.loads(event.body()))
    written = orjson.loads(event.body())
    if event.session_id:  # a command may leave it to the place where it stands
        assert list(schema(path.parent.name).iter_errors(written)) == []


@pytest.mark.parametrize("path", INVALID, ids=_name)
def test_an_invalid_example_is_refused_by_the_schema_and_by_the_code(path: Path) -> None:
    body = orjson.loads(path.read_bytes())
    assert list(schema(path.parent.name).iter_errors(body))
    with pytest.raises(ValidationError):
        Event.BY_TYPE[path.parent.name].read(body)


@pytest.mark.parametrize("path", VALID, ids=_name)
def test_fields_of_a_later_version_are_passed_over_in_facts_and_refused_in_commands(path: Path) -> None:
    event_type = Event.BY_TYPE[path.parent.name]
    later = {**orjson.loads(path.read_bytes()), "added_in_v2": True}
    assert bool(list(schema(event_type.TYPE).iter_errors(later))) == event_type.COMMAND
    if event_type.COMMAND:
        with pytest.raises(ValidationError, match="added_in_v2"):
            event_type.read(later)
    else:
        assert "added_in_v2" not in orjson.loads(event_type.read(later).body())


def test_the_admitted_example_is_pinned_to_the_constitution_of_this_release() -> None:
    """The judge refuses sessions of another constitution; who replays the example needs it to be ours."""
    for path in (EXAMPLES / SessionAdmitted.TYPE).glob("valid-*.json"):
        assert orjson.loads(path.read_bytes())["versions"]["constitution"] == constitution_digest()
