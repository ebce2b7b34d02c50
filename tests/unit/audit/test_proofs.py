"""Proofs for others: inclusion of any record, and consistency between any two checkpoints."""

from __future__ import annotations

import pytest
from joserfc.jwk import OKPKey

from ethogram.audit import SignerUnknown, prove_consistency, prove_inclusion, trusted
from ethogram.audit.log import heads, leaf, session_root, stream_of
from ethogram.audit.merkle import Frontier, leaf_hash
from ethogram.events import AuditCheckpoint, EthogramError, TopicHead
from ethogram.events.envelope import Record

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
