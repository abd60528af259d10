"""The Merkle tree against the published vectors of RFC 6962 and a second implementation.

The eight leaves, their roots and the proofs below are those that the tests of Certificate
Transparency implementations have shared since 2013.
"""

import pymerkle  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.ledger import merkle
from muster.ledger.merkle import (
    EMPTY_ROOT,
    Frontier,
    SubtreeHash,
    consistency_holds,
    consistency_path,
    inclusion_holds,
    inclusion_path,
    leaf_hash,
)

LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# (leaf, size, path from the leaf upwards)
INCLUSION = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
# (old size, new size, path)
CONSISTENCY = [
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
MANY = [leaf_hash(b"leaf %d" % i) for i in range(300)]


def root_of(leaves: list[bytes]) -> bytes:
    frontier = Frontier()
    frontier.append(leaves)
    return frontier.root()


def subtree_of(leaves: list[bytes]) -> SubtreeHash:
    """Answer for complete subtrees straight from the leaves."""
    return lambda level, index: root_of(leaves[index << level : (index + 1) << level])


ROOT_AT = [root_of(MANY[:size]) for size in range(71)]


@pytest.mark.parametrize("size", range(len(ROOTS)))
def test_roots_are_the_published_ones(size: int) -> None:
    assert root_of([leaf_hash(leaf) for leaf in LEAVES[:size]]).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size", "path"), INCLUSION)
def test_inclusion_proofs_are_the_published_ones(index: int, size: int, path: list[str]) -> None:
    leaves = [leaf_hash(leaf) for leaf in LEAVES[:size]]
    found = inclusion_path(index, size, subtree_of(leaves))
    assert [node.hex() for node in found] == path
    assert inclusion_holds(leaves[index], index, size, found, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("old", "new", "path"), CONSISTENCY)
def test_consistency_proofs_are_the_published_ones(old: int, new: int, path: list[str]) -> None:
    leaves = [leaf_hash(leaf) for leaf in LEAVES[:new]]
    found = consistency_path(old, new, subtree_of(leaves))
    assert [node.hex() for node in found] == path
    old_root, new_root = bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new])
    assert consistency_holds(old, old_root, new, new_root, found)


def test_a_second_implementation_agrees_on_roots_and_inclusion_up_to_300() -> None:
    other = pymerkle.InmemoryTree()
    assert other.get_root() == EMPTY_ROOT
    subtree = subtree_of(MANY)
    for size in range(1, 301):
        other.append_entry(b"leaf %d" % (size - 1))
        root = root_of(MANY[:size])
        assert other.get_root() == root
        for index in {0, size // 3, size // 2, size - 1}:
            path = inclusion_path(index, size, subtree)
            theirs = other.prove_inclusion(index + 1, size)
            assert theirs.path[1:] == path
            assert inclusion_holds(MANY[index], index, size, path, root)


def test_a_second_implementation_agrees_on_consistency() -> None:
    other = pymerkle.InmemoryTree.init_from_entries([b"leaf %d" % i for i in range(300)])
    subtree = subtree_of(MANY)
    for new in (1, 2, 3, 64, 65, 127, 255, 256, 257, 299, 300):
        for old in range(1, new + 1, max(1, new // 37)):
            old_root, new_root = other.get_root(old), other.get_root(new)
            path = consistency_path(old, new, subtree)
            assert consistency_holds(old, old_root, new, new_root, path)
            pymerkle.verify_consistency(
                root_of(MANY[:old]), root_of(MANY[:new]), other.prove_consistency(old, new)
            )


def test_every_pair_of_sizes_up_to_70_is_consistent_and_nothing_else_is() -> None:
    subtree = subtree_of(MANY)
    for new in range(1, 71):
        for old in range(1, new + 1):
            path = consistency_path(old, new, subtree)
            assert consistency_holds(old, ROOT_AT[old], new, ROOT_AT[new], path)
            if old < new:
                assert not consistency_holds(old, ROOT_AT[old - 1], new, ROOT_AT[new], path)
                assert not consistency_holds(old, ROOT_AT[old], new, ROOT_AT[new - 1], path)
                assert not consistency_holds(old, ROOT_AT[old], new, ROOT_AT[new], path[:-1])
                longer = [*path, b"x" * 32]
                assert not consistency_holds(old, ROOT_AT[old], new, ROOT_AT[new], longer)


@st.composite
def _index_and_size(draw: st.DrawFn) -> tuple[int, int]:
    size = draw(st.integers(1, 300))
    return draw(st.integers(0, size - 1)), size


def _flipped(value: bytes, bit: int) -> bytes:
    changed = bytearray(value)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@settings(max_examples=150, deadline=None)
@given(_index_and_size(), st.integers(0, 255))
def test_one_changed_bit_breaks_an_inclusion_proof(place: tuple[int, int], bit: int) -> None:
    index, size = place
    leaf, root = MANY[index], root_of(MANY[:size])
    path = inclusion_path(index, size, subtree_of(MANY))
    assert inclusion_holds(leaf, index, size, path, root)
    assert not inclusion_holds(_flipped(leaf, bit), index, size, path, root)
    assert not inclusion_holds(leaf, index, size, path, _flipped(root, bit))
    for i, node in enumerate(path):
        changed = [*path[:i], _flipped(node, bit), *path[i + 1 :]]
        assert not inclusion_holds(leaf, index, size, changed, root)
    assert not inclusion_holds(leaf, index, size, [*path, root], root)
    assert not path or not inclusion_holds(leaf, index, size, path[:-1], root)


@settings(max_examples=150, deadline=None)
@given(_index_and_size(), st.integers(0, 299))
def test_an_inclusion_proof_holds_at_no_other_position(place: tuple[int, int], other: int) -> None:
    index, size = place
    root, path = root_of(MANY[:size]), inclusion_path(index, size, subtree_of(MANY))
    assert inclusion_holds(MANY[index], other, size, path, root) == (other == index)
    assert not inclusion_holds(MANY[index], -1, size, path, root)


@settings(max_examples=150, deadline=None)
@given(_index_and_size(), st.integers(0, 255))
def test_one_changed_bit_breaks_a_consistency_proof(place: tuple[int, int], bit: int) -> None:
    old, new = place[0] + 1, place[1]
    old_root, new_root = root_of(MANY[:old]), root_of(MANY[:new])
    path = consistency_path(old, new, subtree_of(MANY))
    assert consistency_holds(old, old_root, new, new_root, path)
    assert not consistency_holds(old, _flipped(old_root, bit), new, new_root, path)
    assert not consistency_holds(old, old_root, new, _flipped(new_root, bit), path)
    for i, node in enumerate(path):
        changed = [*path[:i], _flipped(node, bit), *path[i + 1 :]]
        assert not consistency_holds(old, old_root, new, new_root, changed)


@pytest.mark.parametrize(("index", "size"), [(-1, 4), (4, 4), (0, 0)])
def test_it_proves_nothing_about_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_path(index, size, subtree_of(MANY))


@pytest.mark.parametrize(("old", "new"), [(0, 4), (5, 4), (-1, 4)])
def test_it_proves_no_consistency_of_impossible_sizes(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="cannot precede"):
        consistency_path(old, new, subtree_of(MANY))
    assert not consistency_holds(old, EMPTY_ROOT, new, root_of(MANY[:4]), [])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 90), max_size=8))
def test_appending_in_any_batches_gives_one_tree_and_its_tiles(sizes: list[int]) -> None:
    frontier, tiles, done = Frontier(), [], 0
    for wanted in sizes:
        count = min(wanted, len(MANY) - done)
        frontier = Frontier.from_bytes(frontier.size, frontier.to_bytes())
        tiles += frontier.append(MANY[done : done + count])
        done += count
    assert (frontier.size, frontier.root()) == (done, root_of(MANY[:done]))
    expected = [(merkle.TILE_BITS, 0, root_of(MANY[:256]))] if done >= 256 else []
    assert tiles == expected


def test_a_frontier_refuses_peaks_that_do_not_fit_its_size() -> None:
    frontier = Frontier()
    frontier.append(MANY[:5])
    with pytest.raises(ValueError, match="do not fit"):
        Frontier.from_bytes(7, frontier.to_bytes())
