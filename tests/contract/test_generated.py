"""What is generated from the catalogue is current, and valid by the standards that it names."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import orjson
import yaml
from jsonschema import Draft7Validator, Draft202012Validator

from ethogram.services.gateway.app import described
from ethogram.topology import catalogue
from ethogram.topology.contracts import SCHEMAS, TOPICS_PAGE, topics_page

VENDOR = Path(__file__).parent / "vendor"
ASYNCAPI = VENDOR / "asyncapi-3.1.0.json"


def test_the_topics_page_is_current_and_names_every_topic() -> None:
    page = TOPICS_PAGE.read_text(encoding="utf-8")
    assert page == topics_page(catalogue())
    assert all(f"`{name}`" in page for name in catalogue().topics)


def test_the_vendored_schemas_are_those_that_their_page_names() -> None:
    page = (VENDOR / "README.md").read_text(encoding="utf-8")
    stated = dict(re.findall(r"^`([\w.-]+\.json)`:.*?SHA-256\s+`([0-9a-f]{64})`", page, re.MULTILINE | re.DOTALL))
    assert stated == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in VENDOR.glob("*.json")}


def test_the_asyncapi_document_is_valid_and_a_broken_one_is_not() -> None:
    validator = Draft7Validator(orjson.loads(ASYNCAPI.read_bytes()))
    document = yaml.safe_load((SCHEMAS / "asyncapi.yaml").read_text(encoding="utf-8"))
    assert [error.message for error in validator.iter_errors(document)] == []
    assert list(validator.iter_errors({**document, "chanels": {}}))
    assert list(validator.iter_errors({**document, "asyncapi": "4.0.0"}))


def test_every_reference_of_the_asyncapi_document_leads_somewhere() -> None:
    text = (SCHEMAS / "asyncapi.yaml").read_text(encoding="utf-8")
    document = yaml.safe_load(text)
    references = set(re.findall(r"\$ref: '?([^'\s]+)'?", text))
    assert references
    for reference in references:
        if reference.startswith("./"):
            assert (SCHEMAS / reference).is_file(), reference
            continue
        found = document
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]


def test_every_schema_is_json_schema_2020_12_under_its_own_id() -> None:
    for path in SCHEMAS.glob("*.schema.json"):
        schema = orjson.loads(path.read_bytes())
        Draft202012Validator.check_schema(schema)
        assert schema["$id"].endswith(path.name) and schema["$schema"].endswith("2020-12/schema")


def test_the_committed_api_document_is_that_of_the_code() -> None:
    committed = orjson.loads((SCHEMAS / "openapi.json").read_bytes())
    assert committed == orjson.loads(orjson.dumps(described())), "run scripts/generate"
    assert committed["openapi"].startswith("3.1")
