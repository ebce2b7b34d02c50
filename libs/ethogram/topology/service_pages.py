"""The topic table in each service's README: what it reads and writes, as the catalogue has it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ethogram.topology.catalogue import Catalogue, Topic

SERVICES = Path(__file__).parent.parent / "services"
"""The services of this checkout."""
BEGIN = "<!-- topics: written by scripts/generate from topics/catalog.yaml -->"
END = "<!-- end of topics -->"
EVERYBODY = "every-service"
"""Stands in the catalogue for each service that consumes."""


def service_pages(catalogue: Catalogue, folder: Path = SERVICES) -> Mapping[Path, str]:
    """Every service's README as it should be; ValueError names one that has no place for the table."""
    return {page: _renewed(page, catalogue) for page in sorted(folder.glob("*/README.md"))}


def stale_pages(catalogue: Catalogue, folder: Path = SERVICES) -> list[str]:
    """READMEs that differ from the catalogue, and services of the catalogue that have none; empty if all is well."""
    pages = service_pages(catalogue, folder)
    known = {page.parent.name.replace("_", "-") for page in pages}
    return [
        *(f"services/{page.parent.name}/README.md: differs from the catalogue; run scripts/generate"
          for page, text in pages.items() if page.read_text(encoding="utf-8") != text),
        *(f"{name}: is in the catalogue, but has no README" for name in sorted(_named(catalogue) - known)),
    ]  # fmt: skip


def topics_table(catalogue: Catalogue, service: str) -> str:
    """Topics that a service consumes and those that it produces."""
    reads = catalogue.consumed_by(service)
    names = {service, EVERYBODY} if reads else {service}
    writes = [topic for topic in catalogue.topics.values() if names & set(topic.producers)]
    rows = [*(_row("reads", topic) for topic in reads), *(_row("writes", topic) for topic in writes)]
    return "\n".join(["| | topic | events on it |", "|---|---|---|", *rows])


def _row(way: str, topic: Topic) -> str:
    return f"| {way} | `{topic.name}` | {', '.join(topic.events) or 'records as they came'} |"


def _renewed(page: Path, catalogue: Catalogue) -> str:
    text = page.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"services/{page.parent.name}/README.md: has no place for topics between {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{topics_table(catalogue, page.parent.name.replace('_', '-'))}\n{END}{after}"


def _named(catalogue: Catalogue) -> set[str]:
    parties = {name for topic in catalogue.topics.values() for name in (*topic.producers, *topic.consumers)}
    return parties - {EVERYBODY, "anybody"}
