"""Each service says in its value what the catalogue says of it, both ways, and stays a thin strip."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from ethogram.events import Event
from ethogram.events.base import Value
from ethogram.topology import catalogue
from tests.contract.services import FOLDERS, NAMES, VALUES, service
from tests.running import ROOT

LONGEST = 30
EVERYTHING = "every topic but its own, the dead letters and what is compacted"
"""How a witness may name the topics that it reads."""
TOPICS = catalogue().topics.values()


def test_the_services_of_the_catalogue_are_the_folders() -> None:
    named = {name for topic in TOPICS for name in (*topic.producers, *topic.consumers)}
    assert named - {"anybody", "every-service"} == set(NAMES)
    packages = sorted(path.parent for path in (ROOT / "services").glob("*/__init__.py"))
    assert packages == FOLDERS


@pytest.mark.parametrize("name", VALUES)
def test_a_service_emits_what_the_catalogue_lets_it_produce_and_nothing_else(name: str) -> None:
    value = service(name)
    allowed: set[type[Event]] = {
        event_type for topic in TOPICS if value.name in topic.producers for event_type in topic.types.values()
    }
    assert set(value.emits) == allowed and len(value.emits) == len(allowed)


@pytest.mark.parametrize("name", VALUES)
def test_a_service_reads_the_topics_that_name_it_and_no_others(name: str) -> None:
    value = service(name)
    named = {topic.name for topic in catalogue().consumed_by(value.name)}
    assert named
    if value.witness is None:
        assert {catalogue().topic_of(event_type).name for event_type in value.consumes} == named
    else:
        assert not value.consumes


@pytest.mark.parametrize("name", VALUES)
def test_the_name_of_a_service_is_that_of_its_folder_and_everything_derives_from_it(name: str) -> None:
    value = service(name)
    assert value.name == name.replace("_", "-")
    assert (value.source, value.group) == (f"/ethogram/{value.name}", f"ethogram.{value.name}")


@pytest.mark.parametrize("name", VALUES)
def test_a_state_that_was_never_seen_survives_its_json(name: str) -> None:
    initial = service(name).initial
    assert isinstance(initial, Value)
    assert type(initial).model_validate_json(initial.model_dump_json()) == initial


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_folder_has_a_page_that_names_each_of_its_topics(folder: Path) -> None:
    page = (folder / "README.md").read_text(encoding="utf-8")
    name = folder.name.replace("_", "-")
    read = {topic.name for topic in TOPICS if name in topic.consumers}
    if EVERYTHING in page:
        assert read == {topic.name for topic in TOPICS
                        if topic.events and topic.cleanup == "delete" and name not in topic.producers}  # fmt: skip
        read = set()
    written = {topic.name for topic in TOPICS if name in topic.producers}
    assert {topic for topic in read | written if topic not in page} == set()


@pytest.mark.parametrize("name", VALUES)
def test_a_service_is_read_in_one_glance(name: str) -> None:
    text = (ROOT / "services" / name / "service.py").read_text(encoding="utf-8")
    body = [node for node in ast.parse(text).body if not isinstance(node, ast.Import | ast.ImportFrom)]
    assert sum((node.end_lineno or 0) - node.lineno + 1 for node in body) <= LONGEST
