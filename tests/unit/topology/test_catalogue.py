"""The catalogue is a closed world: what it does not know it refuses by name."""

from __future__ import annotations

import pytest

from ethogram.events import SessionPaused, StartTraining, VerdictIssued
from ethogram.topology import parse_catalogue
from ethogram.topology.catalogue import Catalogue, event_class

TEXT = """
defaults:
  {{partitions: {{embedded: 1, production: 2}}, retention_days: 30, cleanup: delete, max_message_bytes: 9, key: k}}
topics:
  - {{name: t.v1, about: a, events: [{events}], producers: [judge], consumers: [auditor]{more}}}
  - {{name: dead.v1, about: a, events: [], raw: true, producers: [judge], consumers: []}}
"""


def read(events: str = "VerdictIssued", more: str = "") -> Catalogue:
    return parse_catalogue(TEXT.format(events=events, more=more))


def test_a_key_that_is_not_known_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="retension_days"):
        read(more=", retension_days: 3")


def test_an_event_that_does_not_exist_is_refused_with_the_known_ones() -> None:
    with pytest.raises(KeyError, match=r"'VerdictTold' is no event; known: .*VerdictIssued"):
        read(events="VerdictTold")


@pytest.mark.parametrize("name", ["Event", "Intervention", "Value", "canonical"])
def test_what_is_no_concrete_event_is_not_taken_for_one(name: str) -> None:
    with pytest.raises(KeyError, match="is no event"):
        event_class(name)


def test_defaults_hold_where_a_topic_says_nothing() -> None:
    topic = read(more=", retention_days: forever").topics["t.v1"]
    assert topic.partitions == {"embedded": 1, "production": 2}
    assert topic.config == {"cleanup.policy": "delete", "retention.ms": "-1", "max.message.bytes": "9"}
    assert read().topics["t.v1"].config["retention.ms"] == str(30 * 24 * 60 * 60 * 1000)


def test_it_knows_where_an_event_belongs_and_who_reads_what() -> None:
    bus = read(more=", bare: StartTraining")
    assert bus.topic_of(VerdictIssued).name == "t.v1" and bus.topics["t.v1"].bare_type is StartTraining
    assert [topic.name for topic in bus.consumed_by("auditor")] == ["t.v1"] and bus.dead_letters.name == "dead.v1"
    with pytest.raises(KeyError):
        bus.topic_of(SessionPaused)
