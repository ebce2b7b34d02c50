"""The published schemas say what the code refuses, in keywords that validators know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
import yaml
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from ethogram.events import Event, StartTraining
from ethogram.topology.contracts import DIALECT, SCHEMAS, schema_of

NOISY = SCHEMAS / "examples" / StartTraining.TYPE / "invalid-noise-above-half.json"
KNOWN = {
    "$defs", "$id", "$ref", "$schema", "additionalProperties", "anyOf", "const", "default", "description", "enum",
    "exclusiveMaximum", "exclusiveMinimum", "format", "items", "maxItems", "maxLength", "maxProperties", "maximum",
    "minItems", "minLength", "minimum", "oneOf", "pattern", "prefixItems", "properties", "required", "title", "type",
}  # fmt: skip


def keywords(schema: Any) -> Iterator[str]:
    """Keywords of a schema and all that it contains, but not names of fields nor given values."""
    yield from schema
    for name in ("$defs", "properties"):
        for part in schema.get(name, {}).values():
            yield from keywords(part)
    parts = [part for name in ("anyOf", "oneOf", "prefixItems") for part in schema.get(name, ())]
    for part in [*parts, schema.get("items"), schema.get("additionalProperties")]:
        if isinstance(part, dict):
            yield from keywords(part)


@pytest.mark.parametrize("name", sorted(Event.BY_TYPE))
def test_no_schema_has_a_keyword_that_validators_pass_over(name: str) -> None:
    assert set(keywords(schema_of(Event.BY_TYPE[name]))) <= KNOWN


def test_too_much_noise_is_refused_for_its_noise_by_schema_and_code() -> None:
    body = orjson.loads(NOISY.read_bytes())
    published = orjson.loads((SCHEMAS / f"{StartTraining.TYPE}.schema.json").read_bytes())
    errors = list(Draft202012Validator(published).iter_errors(body))
    assert [error.json_path.rpartition(".")[2] for error in errors] == ["noise"]
    with pytest.raises(ValidationError, match="noise"):
        StartTraining.read(body)


@pytest.mark.parametrize(("place", "field", "low", "high"), [("games", "noise", 0, 0.5), ("scenarios", "stress", 0, 1)])
def test_bounds_of_numbers_agree_to_the_last_value(place: str, field: str, low: float, high: float) -> None:
    validator = Draft202012Validator(schema_of(StartTraining))
    for value in (low, high, (low + high) / 2, low - 0.001, high + 0.001):
        plan = {"game": "prisoners-dilemma"} if place == "games" else {"archetypes": ["loyalty"], "count": 1}
        told = {**plan, field: value}
        body = {"name": "n", "agents": [{"id": name, "adapter": "builtin"} for name in "ab"],
                place: [told] if place == "games" else told}  # fmt: skip
        within = low <= value <= high
        assert validator.is_valid(body) == within
        if within:
            StartTraining.read(body)
        else:
            with pytest.raises(ValidationError, match=field):
                StartTraining.read(body)


def test_a_bounded_number_is_exact_all_the_same() -> None:
    game = {"game": "prisoners-dilemma", "noise": 0.1234567}
    body = {"name": "n", "agents": [{"id": name, "adapter": "builtin"} for name in "ab"], "games": [game]}
    read = StartTraining.read(body)
    assert read.games[0].noise == 0.12346
    assert b'"noise":0,' in StartTraining.read({**body, "games": [{**game, "noise": 0.0}]}).body()


def test_the_asyncapi_document_names_the_dialect_of_its_schemas() -> None:
    document = yaml.safe_load((SCHEMAS / "asyncapi.yaml").read_text(encoding="utf-8"))
    formats = {message["payload"]["schemaFormat"] for message in document["components"]["messages"].values()}
    assert formats == {"application/schema+json;version=2020-12"} and "2020-12" in DIALECT
