"""Each service's README names exactly the topics that the catalogue gives it, in both directions."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from ethogram.topology import catalogue
from ethogram.topology.service_pages import BEGIN, END, SERVICES, service_pages, stale_pages, topics_table

SERVICE_NAMES = sorted(page.parent.name.replace("_", "-") for page in SERVICES.glob("*/README.md"))


def told(service: str) -> set[tuple[str, str]]:
    """Direction and topic of every row in the README of a service."""
    text = (SERVICES / service.replace("-", "_") / "README.md").read_text(encoding="utf-8")
    table = text.partition(BEGIN)[2].partition(END)[0]
    return set(re.findall(r"^\| (reads|writes) \| `([^`]+)` \|", table, re.MULTILINE))


def test_the_readmes_are_current() -> None:
    assert len(SERVICE_NAMES) == 7 and stale_pages(catalogue()) == []


@pytest.mark.parametrize("service", SERVICE_NAMES)
def test_a_readme_names_what_the_catalogue_names_and_nothing_else(service: str) -> None:
    topics = catalogue().topics.values()
    reads = {("reads", topic.name) for topic in topics if service in topic.consumers}
    writes = {("writes", topic.name) for topic in topics if service in topic.producers}
    set_aside = {("writes", topic.name) for topic in topics if "every-service" in topic.producers}
    assert told(service) == reads | writes | (set_aside if reads else set())


def test_the_auditor_names_all_its_topics() -> None:
    read = {topic for way, topic in told("auditor") if way == "reads"}
    assert read == {topic.name for topic in catalogue().consumed_by("auditor")} and len(read) > 10


def test_a_stale_or_missing_readme_is_named_and_renewed(tmp_path: Path) -> None:
    for page in SERVICES.glob("*/README.md"):
        (tmp_path / page.parent.name).mkdir()
        shutil.copy(page, tmp_path / page.parent.name)
    judge = tmp_path / "judge" / "README.md"
    judge.write_text(judge.read_text().replace("| writes | `ethogram.score.updated.v1` | ScoreUpdated |\n", ""))
    (tmp_path / "gateway" / "README.md").unlink()
    assert stale_pages(catalogue(), tmp_path) == [
        "services/judge/README.md: differs from the catalogue; run scripts/generate",
        "gateway: is in the catalogue, but has no README",
    ]
    assert service_pages(catalogue(), tmp_path)[judge] == (SERVICES / "judge" / "README.md").read_text()


def test_a_readme_without_a_place_for_the_table_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "judge").mkdir()
    (tmp_path / "judge" / "README.md").write_text("# judge\n")
    with pytest.raises(ValueError, match=r"judge/README\.md: has no place for topics"):
        service_pages(catalogue(), tmp_path)


def test_the_table_follows_the_catalogue() -> None:
    assert "| reads | `ethogram.scenario.presented.v1` | ScenarioPresented |" in topics_table(
        catalogue(), "agent-runner"
    )
    assert "ethogram.dead-letters.v1" not in topics_table(catalogue(), "gateway")
