"""What a careless or hostile writer may put on the bus is refused with words, and never crashes a service later."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from ethogram.events import DecisionMade, InvalidRecord, StartTraining, derive
from ethogram.events.envelope import Position, Raw, Record, decode, encode, refused_session

PLACE = Position("ethogram.training.commands.v1", 0, 3)
SESSION = derive("a session")
TRAINING = {"session_id": SESSION, "name": "t", "scenarios": {"archetypes": ["loyalty"], "count": 1}}


def agent(**config: Any) -> dict[str, Any]:
    return {**TRAINING, "agents": [{"id": "a", "adapter": "builtin", "config": config}]}


@pytest.mark.parametrize("value", [1e20, -1e300, 2**53])
def test_a_number_that_no_canonical_json_carries_is_refused_when_it_is_read(value: float) -> None:
    body = orjson.dumps(agent(temperature=value))
    with pytest.raises(InvalidRecord, match=r"schema: .*(2\*\*53|53 bits)"):
        decode(Raw(PLACE, None, body, ()), {StartTraining.TYPE: StartTraining}, bare=StartTraining)


def test_a_float_of_a_fact_has_bounds_too() -> None:
    told = {"session_id": SESSION, "game_id": "g", "turn": 1, "seat": 0, "agent_id": "a", "presented_id": "p",
            "outcome": "chosen", "option": "C"}  # fmt: skip
    assert DecisionMade.read({**told, "confidence": 2.0**52}).body()
    with pytest.raises(ValueError, match=r"2\*\*53"):
        DecisionMade.read({**told, "confidence": 1e19})


def test_a_sequence_of_thousands_of_digits_is_no_number() -> None:
    event = DecisionMade.read({"session_id": SESSION, "game_id": "g", "turn": 1, "seat": 0, "agent_id": "a",
                               "presented_id": "p", "outcome": "refused"})  # fmt: skip
    key, value, headers = encode(Record(event, event.id, "/x", "2026-11-21T10:00:00Z", SESSION))
    for digits in ("9" * 19, "9" * 5_000):
        raw = Raw(PLACE, key, value, (*headers, ("ce_sequence", digits.encode())))
        with pytest.raises(InvalidRecord, match=r"sequence: ce_sequence is '9+'; expected a number"):
            decode(raw, {DecisionMade.TYPE: DecisionMade})


@pytest.mark.parametrize("data", [{"session_id": SESSION}, {"session_id": SESSION, "agents": 7}])
def test_a_refused_structured_command_tells_the_session_in_its_data(data: dict[str, Any]) -> None:
    assert refused_session(Raw(PLACE, None, orjson.dumps({"specversion": "1.0", "data": data}), ())) == SESSION
