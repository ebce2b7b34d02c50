"""The Merkle tree of RFC 6962: hashes, an incremental frontier, inclusion and consistency proofs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from ethogram.events import Value

LEAF = b"\x00"
NODE = b"\x01"
EMPTY = hashlib.sha256(b"").digest()
"""Root of a tree without leaves."""


def leaf_hash(data: bytes) -> bytes:
    """Hash of a leaf; the prefix keeps leaves and nodes apart, so that no node can pass for a leaf."""
    return hashlib.sha256(LEAF + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node."""
    return hashlib.sha256(NODE + left + right).digest()


class Frontier(Value):
    """A tree that only grows, as the roots of its full subtrees: at most log2(size) + 1 hashes."""

    size: int = 0
    """Leaves."""
    peaks: tuple[str, ...] = ()
    """Roots of the full subtrees, hexadecimal, the largest first."""

    def grown(self, leaf: bytes) -> Frontier:
        """The tree with one more leaf, given as its hash."""
        peaks, node, full = list(self.peaks), leaf, self.size
        while full & 1:
            node = node_hash(bytes.fromhex(peaks.pop()), node)
            full >>= 1
        return self.model_copy(update={"size": self.size + 1, "peaks": (*peaks, node.hex())})

    def root(self) -> bytes:
        """The RFC 6962 root."""
        if not self.peaks:
            return EMPTY
        *larger, node = (bytes.fromhex(peak) for peak in self.peaks)
        for peak in reversed(larger):
            node = node_hash(peak, node)
        return node


def root(leaves: Sequence[bytes]) -> bytes:
    """Root over leaf hashes (`MTH` of RFC 6962, 2.1)."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaves[0]
    split = _split(len(leaves))
    return node_hash(root(leaves[:split]), root(leaves[split:]))


def inclusion_proof(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Proof that the leaf at `index` is in the tree (`PATH`, 2.1.1); IndexError if there is no such leaf."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"index must be 0 to {len(leaves) - 1}, got {index}")
    if len(leaves) == 1:
        return ()
    split = _split(len(leaves))
    if index < split:
        return (*inclusion_proof(leaves[:split], index), root(leaves[split:]))
    return (*inclusion_proof(leaves[split:], index - split), root(leaves[:split]))


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> tuple[bytes, ...]:
    """Proof that the tree begins with its first `old_size` leaves (`PROOF`, 2.1.2); IndexError beyond 1..size."""
    if not 0 < old_size <= len(leaves):
        raise IndexError(f"old_size must be 1 to {len(leaves)}, got {old_size}")
    return _subproof(leaves, old_size, whole=True)


def _subproof(leaves: Sequence[bytes], old_size: int, *, whole: bool) -> tuple[bytes, ...]:
    if old_size == len(leaves):
        return () if whole else (root(leaves),)
    split = _split(len(leaves))
    if old_size <= split:
        return (*_subproof(leaves[:split], old_size, whole=whole), root(leaves[split:]))
    return (*_subproof(leaves[split:], old_size - split, whole=False), root(leaves[:split]))


def proves_inclusion(head: bytes, size: int, index: int, leaf: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that `leaf` (its hash) stands at `index` of the tree with this head and size."""
    if not 0 <= index < size:
        return False
    place, last, node = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = node_hash(step, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, step)
        place, last = place >> 1, last >> 1
    return last == 0 and node == head


def proves_consistency(old_head: bytes, old_size: int, new_head: bytes, new_size: int, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that the new tree begins with the old one (RFC 9162, 2.1.4.2)."""
    if not 0 < old_size <= new_size:
        return False
    if old_size == new_size:
        return not proof and old_head == new_head
    steps = [old_head, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    if not steps:
        return False
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old_node = new_node = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old_node, new_node = node_hash(step, old_node), node_hash(step, new_node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new_node = node_hash(new_node, step)
        place, last = place >> 1, last >> 1
    return last == 0 and old_node == old_head and new_node == new_head


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1
