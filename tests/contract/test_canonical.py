"""Our canonical bytes are those of an independent implementation of RFC 8785, for every event and every plain value."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
import rfc8785
from hypothesis import given, settings

from ethogram.events import Event, canonical
from ethogram.events.canonical import plain
from tests.contract.bodies import PLAIN, any_event


@settings(max_examples=80)
@given(any_event())
def test_the_body_of_every_event_is_canonical(event: Event) -> None:
    assert event.body() == rfc8785.dumps(event.model_dump(mode="json", exclude_none=True))
    assert canonical(orjson.loads(event.body())) == event.body()


@settings(max_examples=80)
@given(any_event())
def test_every_event_reads_back_from_its_body(event: Event) -> None:
    back = type(event).read(orjson.loads(event.body()))
    assert back == event and back.body() == event.body() and back.id == event.id


@settings(max_examples=300)
@given(PLAIN)
def test_plain_values_are_canonical(value: Any) -> None:
    ours = plain(value)
    assert canonical(ours) == rfc8785.dumps(ours)


def test_keys_beyond_the_basic_plane_are_sorted_by_utf_16() -> None:
    value = plain({"\U0001f600": 1, "\ufffd": [{"\U00010000": 2, "\uff5e": 3}]})
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [1e20, -(2.0**53), float("inf"), float("nan"), "\ud800", {"\udfff": 1}])
def test_what_has_no_canonical_form_is_refused_before_it_is_written(value: Any) -> None:
    with pytest.raises(ValueError):
        plain(value)
