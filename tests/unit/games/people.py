"""People on the stage: their keys, their signed commands, and a director whose sessions name them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from joserfc.jwk import OKPKey

from ethogram.audit import sign
from ethogram.council import constitution
from ethogram.events import Event, EventId, InvalidRecord, Person, StartTraining
from ethogram.events.envelope import Record, signed_bytes
from ethogram.services.scenario_generator.service import under
from ethogram.topology import Driver, command_record
from tests.unit.games.stage import SESSION, training

TIME = "2026-01-01T00:00:00Z"
KEYS = {name: OKPKey.generate_key("Ed25519", private=True) for name in ("ann", "ben", "cleo", "dan", "eve")}


def person(name: str, *roles: str, **told: Any) -> Person:
    """Somebody with a key."""
    key = KEYS[name].as_dict(private=False)["x"]
    return Person.model_validate({"name": name, "roles": roles, "key": key, **told})


PEOPLE = (
    person("ann", "operator"),
    person("ben", "referee"),
    person("cleo", "admin"),
    person("dan", "referee", expires="2026-06-01T00:00:00Z"),
    person("eve", "admin", trainings=["other*"]),
)


def asked(kind: type[Event], actor: str = "cleo", signer: str | None = None, time: str = TIME, **told: Any) -> Record:
    """A command as its writer puts it on the bus, signed with the key of `signer` (the actor's; "" for nobody)."""
    body = {"session_id": SESSION, "command_id": f"{actor}-{kind.TYPE}", "actor": actor, "reason": "because", **told}
    record = command_record(kind.model_validate(body), time=time)
    key = KEYS.get(actor if signer is None else signer)
    return replace(record, signature=sign(signed_bytes(record), key)) if key else record


def again(record: Record) -> Record:
    """The same signed command under another id, as somebody who replays it would send it."""
    return replace(record, id=EventId(f"{record.id}-again"))


def stage(**fields: Any) -> Driver[Any]:
    """A director whose session names PEOPLE, with a session that has begun."""
    director = Driver(under(constitution(), lambda: PEOPLE))
    director.feed(command_record(start(**fields)))
    assert not director.rejected
    return director


def start(**fields: Any) -> StartTraining:
    """Two built-in agents, five rounds."""
    return training(games=[{"game": "prisoners-dilemma", "rounds": 5}], **fields)


def refusal(director: Driver[Any], record: Record) -> InvalidRecord | None:
    """Why the director refuses it, if it does."""
    known = len(director.rejected)
    director.feed(record)
    return director.rejected[-1][1] if len(director.rejected) > known else None
