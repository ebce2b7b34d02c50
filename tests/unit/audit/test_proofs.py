"""Proofs for others: inclusion of any record, and consistency between any two checkpoints."""

from __future__ import annotations

from dataclasses import replace

import pytest
from joserfc.jwk import OKPKey

from ethogram.audit import SignerUnknown, prove_consistency, prove_inclusion, trusted, verify
from ethogram.audit.log import heads, leaf, session_root, stream_of
from ethogram.audit.merkle import Frontier, leaf_hash
from ethogram.events import (
    AcknowledgeAlert,
    AuditCheckpoint,
    AuditLogged,
    EthogramError,
    Event,
    RegisterAgent,
    TitleHeld,
    TopicHead,
)
from ethogram.events.envelope import Position, Record
from ethogram.services.judge.service import judge
from ethogram.topology import Driver, catalogue, command_record
from tests.unit.council.test_ladder import placed, recorded

from .toys import SESSION, START, Race, audited

KEY = OKPKey.generate_key("Ed25519")
KEYS = trusted({"keys": [KEY.as_dict(private=False)]})
LOG = Race(2).play(START)
WHOLE = audited(LOG, KEY)


def checkpoint(records: list[Record]) -> AuditCheckpoint:
    grown: dict[str, Frontier] = {}
    for record in records:
        grown[stream_of(record)] = grown.get(stream_of(record), Frontier()).grown(leaf_hash(leaf(record)))
    made: tuple[TopicHead, ...] = heads(grown)
    return AuditCheckpoint(session_id=SESSION, size=len(records), heads=made, root=session_root(made), closing=False)


@pytest.mark.parametrize("record", LOG, ids=lambda record: record.event.TYPE)
def test_any_record_is_proved_and_no_other_by_the_same_proof(record: Record) -> None:
    proof = prove_inclusion(WHOLE, record.id)
    assert proof.holds(KEYS)
    assert not proof.model_copy(update={"leaf": "00" * 32}).holds(KEYS)
    with pytest.raises(SignerUnknown):
        proof.holds({})


def test_what_is_not_covered_is_said() -> None:
    with pytest.raises(EthogramError, match="no checkpoint covers"):
        prove_inclusion(LOG, LOG[0].id)
    with pytest.raises(EthogramError, match="no record nothing"):
        prove_inclusion(WHOLE, "nothing")


@pytest.mark.parametrize("size", range(1, len(LOG), 5))
def test_any_two_checkpoints_are_consistent_or_shown_not_to_be(size: int) -> None:
    older, newer = checkpoint(LOG[:size]), checkpoint(LOG)
    assert prove_consistency(LOG, older, newer).holds()
    other = older.model_copy(
        update={"heads": (older.heads[0].model_copy(update={"root": "00" * 32}), *older.heads[1:])}
    )
    assert not prove_consistency(LOG, other, newer).holds()
    if size < len(LOG) - 1:
        with pytest.raises(EthogramError, match="are needed"):
            prove_consistency(LOG[:size], newer, newer)


def test_every_record_of_a_log_that_nothing_ends_is_proved_at_once() -> None:
    """The ladder's own log, read with the topic of titles that nobody audits."""
    driver = Driver(judge)
    for offset, event in enumerate([placed(1, "a", "b"), placed(2, "b", "a")]):
        driver.feed(recorded(event, offset))
    positions: dict[str, int] = {}
    log = []
    for record in driver.emitted:
        topic = catalogue().topic_of(type(record.event)).name
        positions[topic] = positions.get(topic, -1) + 1
        log.append(replace(record, position=Position(topic, 0, positions[topic])))
    heard = [record for record in log if not isinstance(record.event, TitleHeld)]
    read = [*log, *audited(heard, KEY)[len(heard) :]]
    assert all(prove_inclusion(read, record.id).holds(KEYS) for record in heard)
    assert verify(read, KEYS).summary == f"open, size {len(heard)}"
    assert len(heard) < len(log)


@pytest.mark.parametrize("command", [
    RegisterAgent.model_validate({"name": "mine", "adapter": "builtin", "actor": "ann"}),
    AcknowledgeAlert.model_validate({"alert_id": 3, "actor": "ann", "reason": "because"}),
], ids=["agent", "alert"])  # fmt: skip
def test_so_is_a_refused_command_that_belongs_to_no_session(command: Event) -> None:
    record = command_record(command)
    line = AuditLogged(
        session_id=command.session_id, about=record.id, who="ann", what=command.TYPE, when=record.time,
        verdict="refused: no",
    )  # fmt: skip
    log = [
        replace(each, position=Position(catalogue().topic_of(type(each.event)).name, 0, 0))
        for each in (record, replace(record, event=line, id=line.id, source="/ethogram/scenario-generator"))
    ]
    for order in (log, log[::-1]):
        read = audited(order, KEY)
        assert all(prove_inclusion(read, each.id).holds(KEYS) for each in log)
