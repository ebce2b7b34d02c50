"""Attestation: everything that a bundle can say for itself, checked: its file, its log, its rules."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from ethogram.audit.bundle import KEYS, unpack
from ethogram.audit.commitments import Withheld
from ethogram.audit.findings import ReplayReport
from ethogram.audit.proofs import checkpoints, prove_consistency
from ethogram.audit.replay import replay
from ethogram.audit.signature import Keys, trusted
from ethogram.audit.verification import Place, Unreadable, Verification, verify
from ethogram.events import EthogramError, Value
from ethogram.events.envelope import Record
from ethogram.topology import Service


class Attestation(Value):
    """What was found of a session or a bundle."""

    log: Verification
    """Records against signatures."""
    replay: ReplayReport | None = None
    """Conclusions against rules; none if there are no records, or fields of them are withheld."""
    withheld: int = 0
    """Records of which fields are withheld: their place in the log is proved, but nothing is derived from them."""

    @property
    def verified(self) -> bool:
        """Whole, unchanged, signed by a trusted key, and every decision follows from what was recorded.

        Where fields are withheld, the last cannot be asked.
        """
        derived = self.withheld > 0 or (self.replay is not None and self.replay.identical)
        return self.log.status == "verified" and derived


def attest_bundle(data: bytes, keys: Keys, services: Sequence[Service[Any]]) -> Attestation:
    """Verify a bundle with `keys` alone, and derive principles, scores and verdicts again with `services`."""
    opened = unpack(data)
    found = attest(opened.records, keys, services, opened.unreadable)
    place = opened.place or _foreign_key(opened.records, found.log, trusted(opened.jwks))
    if place is None and opened.unreadable and found.log.status != "tampered":
        position, error = opened.unreadable[0]
        place = Place(topic=position.topic, first=position.offset, last=position.offset, what=error.message)
    if place is None:
        return found
    return found.model_copy(update={"log": found.log.model_copy(update={"status": "tampered", "place": place})})


def attest(
    records: Sequence[Record], keys: Keys, services: Sequence[Service[Any]], unreadable: Sequence[Unreadable] = ()
) -> Attestation:
    """Verify the records of one session: signatures, consistency of all its checkpoints, and its rules."""
    sessions = {record.event.session_id for record in records}
    log = verify(records, keys, unreadable)
    if len(sessions) > 1:
        place = Place(topic="records", what=f"records of {len(sessions)} sessions; expected those of one")
        log = log.model_copy(update={"status": "tampered", "place": place})
    if log.status != "tampered" and (fork := _fork(records)):
        log = log.model_copy(update={"status": "tampered", "place": fork})
    withheld = sum(isinstance(record.event, Withheld) for record in records)
    derived = replay(records, services) if records and not withheld else None
    return Attestation(log=log, replay=derived, withheld=withheld)


def _fork(records: Sequence[Record]) -> Place | None:
    """Two checkpoints of which the larger one does not begin with the smaller one."""
    signed = checkpoints(records)
    for (_, older), (record, newer) in pairwise(signed):
        try:
            if prove_consistency(records, older, newer).holds():
                continue
            what = f"checkpoint {newer.id} (size {newer.size}) does not continue {older.id} (size {older.size})"
        except EthogramError as error:
            what = error.message
        return Place(topic=record.position.topic if record.position else "", event_id=newer.id, what=what)
    return None


def _foreign_key(records: Sequence[Record], log: Verification, carried: Keys) -> Place | None:
    """A bundle brings the keys of those who signed it; another key in their place was put there later."""
    if log.kid and log.kid not in carried:
        return Place(topic=KEYS, what=f"the head is signed by key {log.kid}, which the bundle does not bring along")
    return None
