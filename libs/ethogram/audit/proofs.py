"""Proofs for others: that a record is in a signed log, and that a longer log begins with a shorter one."""

from __future__ import annotations

from collections.abc import Sequence

from ethogram.audit.log import session_root, value_of
from ethogram.audit.merkle import consistency_proof, inclusion_proof, proves_consistency, proves_inclusion
from ethogram.audit.regrown import grow
from ethogram.audit.signature import Keys, check
from ethogram.events import AuditCheckpoint, EthogramError, TopicHead, Value
from ethogram.events.envelope import Record

Checkpoint = tuple[Record, AuditCheckpoint]


class InclusionProof(Value):
    """That one record stands in the log which a signed checkpoint covers."""

    session_id: str
    event_id: str
    stream: str
    """The topic (or partition of commands) whose tree it stands in."""
    index: int
    """Its place there, from 0."""
    leaf: str
    """Its leaf hash, hexadecimal."""
    path: tuple[str, ...]
    """Hashes from the leaf's sibling to the root."""
    checkpoint: str
    """The signed value of the checkpoint, to the byte."""
    signature: str
    """Detached JWS over it."""

    def holds(self, keys: Keys) -> bool:
        """Whether a trusted key signed a log with this record in it. SignatureInvalid or SignerUnknown otherwise."""
        check(self.checkpoint.encode(), self.signature, keys)
        checkpoint = AuditCheckpoint.model_validate_json(self.checkpoint)
        head = next((head for head in checkpoint.heads if head.topic == self.stream), None)
        if head is None or checkpoint.root != session_root(checkpoint.heads):
            return False
        leaf, path = bytes.fromhex(self.leaf), [bytes.fromhex(step) for step in self.path]
        return proves_inclusion(bytes.fromhex(head.root), head.size, self.index, leaf, path)


class ConsistencyProof(Value):
    """That the log of a later checkpoint begins, in every stream, with the log of an earlier one."""

    session_id: str
    older: tuple[TopicHead, ...]
    newer: tuple[TopicHead, ...]
    paths: dict[str, tuple[str, ...]]
    """By stream of the earlier one."""

    def holds(self) -> bool:
        """Whether nothing that the earlier checkpoint covers was changed or removed in the later one."""
        newer = {head.topic: head for head in self.newer}
        return all(head.topic in newer and self._begins(head, newer[head.topic]) for head in self.older)

    def _begins(self, old: TopicHead, new: TopicHead) -> bool:
        steps = [bytes.fromhex(step) for step in self.paths.get(old.topic, ())]
        return proves_consistency(bytes.fromhex(old.root), old.size, bytes.fromhex(new.root), new.size, steps)


def checkpoints(records: Sequence[Record]) -> list[Checkpoint]:
    """Checkpoints among `records`, the smallest first, each once."""
    found = {record.id: (record, record.event) for record in records if isinstance(record.event, AuditCheckpoint)}
    return sorted(found.values(), key=lambda each: each[1].size)


def prove_inclusion(records: Sequence[Record], event_id: str) -> InclusionProof:
    """Proof for the record `event_id` against the smallest checkpoint that covers it; EthogramError if none does."""
    for stream, entries in grow(records).entries.items():
        index = next((at for at, entry in enumerate(entries) if entry.record.id == event_id), None)
        if index is None:
            continue
        for record, checkpoint in checkpoints(records):
            size = next((head.size for head in checkpoint.heads if head.topic == stream), 0)
            if size > index:
                path = inclusion_proof([entry.hash for entry in entries[:size]], index)
                return InclusionProof(
                    session_id=checkpoint.session_id, event_id=event_id, stream=stream, index=index,
                    leaf=entries[index].hash.hex(), path=tuple(step.hex() for step in path),
                    checkpoint=value_of(record).decode(), signature=record.signature or "",
                )  # fmt: skip
        raise EthogramError("not-covered", f"no checkpoint covers {event_id} yet: it is record {index} of {stream}")
    raise EthogramError("event-not-found", f"no record {event_id} is in this log")


def prove_consistency(records: Sequence[Record], older: AuditCheckpoint, newer: AuditCheckpoint) -> ConsistencyProof:
    """Proof between two checkpoints of a session; EthogramError if the log at hand is too short for them."""
    log, newest = grow(records), {head.topic: head.size for head in newer.heads}
    paths = {}
    for head in older.heads:
        leaves = [entry.hash for entry in log.entries.get(head.topic, ())][: newest.get(head.topic, 0)]
        if head.size > len(leaves):
            raise EthogramError("log-too-short", f"{head.topic} has {len(leaves)} records, {head.size} are needed")
        paths[head.topic] = tuple(step.hex() for step in consistency_proof(leaves, head.size))
    return ConsistencyProof(session_id=newer.session_id, older=older.heads, newer=newer.heads, paths=paths)
