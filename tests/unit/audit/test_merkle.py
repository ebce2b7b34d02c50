"""The tree of RFC 6962: known vectors, and properties over every small size."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethogram.audit.merkle import (
    EMPTY,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    proves_consistency,
    proves_inclusion,
    root,
)

# Published with Google's Certificate Transparency implementation of RFC 6962.
LEAVES = [
    leaf_hash(bytes.fromhex(text))
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSIONS = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (3, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (2, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCIES = {
    (1, 1): [],
    (1, 8): INCLUSIONS[1, 8],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}

trees = st.lists(st.binary(max_size=8), min_size=1, max_size=70).map(lambda found: [leaf_hash(data) for data in found])


def frontier(leaves: list[bytes]) -> Frontier:
    grown = Frontier()
    for leaf in leaves:
        grown = grown.grown(leaf)
    return grown


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_reference(size: int) -> None:
    assert root(LEAVES[:size]).hex() == frontier(LEAVES[:size]).root().hex() == ROOTS[size - 1]


def test_an_empty_tree_has_the_hash_of_nothing() -> None:
    assert root([]) == Frontier().root() == EMPTY
    assert EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(("index", "size"), INCLUSIONS)
def test_inclusion_proofs_are_those_of_the_reference(index: int, size: int) -> None:
    proof = inclusion_proof(LEAVES[:size], index - 1)
    assert [step.hex() for step in proof] == INCLUSIONS[index, size]


@pytest.mark.parametrize(("old", "new"), CONSISTENCIES)
def test_consistency_proofs_are_those_of_the_reference(old: int, new: int) -> None:
    assert [step.hex() for step in consistency_proof(LEAVES[:new], old)] == CONSISTENCIES[old, new]


@given(trees)
def test_the_frontier_agrees_with_the_whole_tree_and_stays_small(leaves: list[bytes]) -> None:
    grown = frontier(leaves)
    assert grown.root() == root(leaves)
    assert len(grown.peaks) == len(leaves).bit_count()
    assert Frontier.model_validate_json(grown.model_dump_json()) == grown


@given(trees, st.data())
def test_every_leaf_is_proved_and_no_other(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof, head = inclusion_proof(leaves, index), root(leaves)
    assert proves_inclusion(head, len(leaves), index, leaves[index], proof)
    other = data.draw(st.integers(0, len(leaves) + 2))
    if other >= len(leaves) or leaves[other] != leaves[index]:
        assert not proves_inclusion(head, len(leaves), other, leaves[index], proof)
    assert not proves_inclusion(head, len(leaves), index, leaf_hash(b"another leaf"), proof)
    assert not proves_inclusion(head, len(leaves), index, leaves[index], (*proof, head))
    if proof:
        assert not proves_inclusion(head, len(leaves), index, leaves[index], proof[:-1])


@given(trees, st.data())
def test_growth_is_proved_and_a_rewritten_past_is_not(leaves: list[bytes], data: st.DataObject) -> None:
    old = data.draw(st.integers(1, len(leaves)))
    proof = consistency_proof(leaves, old)
    old_head, head = root(leaves[:old]), root(leaves)
    assert proves_consistency(old_head, old, head, len(leaves), proof)
    forged = root([*leaves[: old - 1], leaf_hash(b"another past")])
    assert not proves_consistency(forged, old, head, len(leaves), proof)
    assert not proves_consistency(old_head, old, leaf_hash(b"another present"), len(leaves), proof)
    assert not proves_consistency(old_head, old, head, len(leaves), (*proof, head))
    if proof:
        assert not proves_consistency(old_head, old, head, len(leaves), proof[:-1])


def test_proofs_of_what_is_not_there_are_refused() -> None:
    with pytest.raises(IndexError, match="index must be 0 to 7, got 8"):
        inclusion_proof(LEAVES, 8)
    with pytest.raises(IndexError, match="old_size must be 1 to 8, got 0"):
        consistency_proof(LEAVES, 0)
    assert not proves_consistency(EMPTY, 0, root(LEAVES), 8, ())
    assert not proves_inclusion(EMPTY, 0, 0, LEAVES[0], ())
