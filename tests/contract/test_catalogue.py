"""The catalogue is a closed world, and its checker is itself checked with planted mistakes."""

from __future__ import annotations

from collections import Counter

import pytest

from ethogram.events import Event
from ethogram.topology import Catalogue, catalogue, parse_catalogue
from ethogram.topology.catalogue import CATALOG
from tests.contract.services import NAMES

TEXT = CATALOG.read_text(encoding="utf-8")
WRITERS = {"anybody", "every-service", "gateway"}


def mistakes(bus: Catalogue) -> list[str]:
    """What is wrong with a catalogue that could be read."""
    placed = Counter(name for topic in bus.topics.values() for name in topic.events)
    events = {event_type.__name__ for event_type in Event.BY_TYPE.values()}
    return [
        *(f"{name} is on {placed[name]} topics" for name in sorted(events) if placed[name] != 1),
        *(
            f"{topic.name}: no service is called {name}"
            for topic in bus.topics.values()
            for name in (*topic.producers, *topic.consumers)
            if name not in {*NAMES, *WRITERS}
        ),
        *(f"{topic.name}: nobody writes to it" for topic in bus.topics.values() if not topic.producers),
        *(f"{topic.name}: not an ethogram.<entity>.v1 name" for topic in bus.topics.values() if not _well(topic.name)),
        *(
            f"{topic.name}: the auditor does not see it"
            for topic in bus.topics.values()
            if topic.events and topic.cleanup == "delete" and "auditor" not in (*topic.consumers, *topic.producers)
        ),
    ]


def _well(name: str) -> bool:
    return name.startswith("ethogram.") and name.endswith(".v1") and name == name.lower() and "_" not in name


def test_the_catalogue_is_closed() -> None:
    assert mistakes(catalogue()) == []


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ("retention_days: forever", "retension_days: forever", "champion.crowned.v1: retension_days: unknown key"),
        ("    about: Scorecards.", "    abuot: Scorecards.", "abuot: unknown key; did you mean 'about'"),
        ("cleanup: delete", "cleanup: purge", "cleanup"),
        ("\ntopics:", "\ntopcs:", "topcs"),
        ("[TurnResolved]", "[TurnsResolved]", "'TurnsResolved' is no event"),
        ("[ScoreUpdated]", "[TurnResolved]", "TurnResolved is on ethogram.turn.resolved.v1 and on"),
        ("name: ethogram.score.updated.v1", "name: ethogram.turn.resolved.v1", "stands twice"),
    ],
)
def test_a_typo_is_refused_by_name(right: str, wrong: str, words: str) -> None:
    assert right in TEXT
    with pytest.raises((ValueError, KeyError)) as caught:
        parse_catalogue(TEXT.replace(right, wrong, 1))
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ("events: [ScoreUpdated]", "events: []", "ScoreUpdated is on 0 topics"),
        ("[scenario-generator, judge, auditor]", "[scenario-generator, jugde, auditor]", "no service is called jugde"),
        ("producers: [judge]", "producers: []", "nobody writes to it"),
        ("name: ethogram.score.updated.v1", "name: ethogram.score_updated", "not an ethogram.<entity>.v1 name"),
        ("consumers: [scenario-generator, auditor]", "consumers: [scenario-generator]", "the auditor does not see it"),
    ],
)
def test_the_checker_sees_what_was_planted(right: str, wrong: str, words: str) -> None:
    assert right in TEXT
    assert any(words in mistake for mistake in mistakes(parse_catalogue(TEXT.replace(right, wrong, 1))))
