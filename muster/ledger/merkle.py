"""The Merkle tree of RFC 6962, section 2.1: hashes, proofs, and how to check them.

A log of n entries is a binary tree over n leaves. A leaf is SHA-256(0x00 | data), an inner node
SHA-256(0x01 | left | right); the left subtree of n leaves holds the largest power of two smaller
than n. Two facts make the tree cheap to keep:

* The tree of n leaves is a row of complete subtrees, one for each 1 bit of n (its *peaks*, left
  to right). Appending a leaf merges peaks of equal size, like adding one to a binary counter:
  one inner hash for each leaf on average. The root is the peaks folded from the right.
* A complete subtree never changes. The roots of those with 256, 256*256, ... leaves (*tiles*)
  are kept, so a proof reads a few hundred hashes whatever the size of the log.
"""

import base64
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

HASH_BYTES = 32
TILE_BITS = 8
TILE_SIZE = 1 << TILE_BITS
EMPTY_ROOT = hashlib.sha256(b"").digest()

# Returns the hash of the complete subtree of 2**level leaves that begins at leaf index * 2**level.
SubtreeHash = Callable[[int, int], bytes]


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf that holds ``data``."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node above two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass
class Frontier:
    """The right edge of a growing tree: all that is needed to append and to state the root.

    ``peaks`` holds (level, hash) pairs of complete subtrees of 2**level leaves, left to right.
    """

    size: int = 0
    peaks: list[tuple[int, bytes]] = field(default_factory=list)

    def append(self, leaves: Iterable[bytes]) -> list[tuple[int, int, bytes]]:
        """Add leaf hashes; return the tiles completed by them as (level, index, hash)."""
        peaks, size, sha256 = self.peaks, self.size, hashlib.sha256
        tiles: list[tuple[int, int, bytes]] = []
        for leaf in leaves:
            level, node = 0, leaf
            size += 1
            # Each trailing 1 bit of the old size is a peak of the same level to merge with.
            while peaks and peaks[-1][0] == level:
                node = sha256(b"\x01" + peaks.pop()[1] + node).digest()
                level += 1
                if level % TILE_BITS == 0:
                    tiles.append((level, (size >> level) - 1, node))
            peaks.append((level, node))
        self.size = size
        return tiles

    def root(self) -> bytes:
        """Return the root hash of the tree as it stands."""
        if not self.peaks:
            return EMPTY_ROOT
        node = self.peaks[-1][1]
        for _, left in reversed(self.peaks[:-1]):
            node = node_hash(left, node)
        return node

    def places(self) -> dict[tuple[int, int], bytes]:
        """Return the peaks by level and index, as ``SubtreeHash`` is asked for them."""
        start, found = 0, {}
        for level, node in self.peaks:
            found[level, start >> level] = node
            start += 1 << level
        return found

    def to_bytes(self) -> bytes:
        """Return the peaks' hashes; their levels follow from the size."""
        return b"".join(peak for _, peak in self.peaks)

    @classmethod
    def from_bytes(cls, size: int, stored: bytes) -> "Frontier":
        """Return the frontier of a tree of ``size`` leaves from what ``to_bytes`` gave.

        Raises:
            ValueError: if the number of hashes does not fit the size.
        """
        levels = [bit for bit in range(size.bit_length() - 1, -1, -1) if size >> bit & 1]
        if len(stored) != HASH_BYTES * len(levels):
            raise ValueError(f"{len(stored)} bytes of peaks do not fit a tree of {size} leaves")
        hashes = (stored[i : i + HASH_BYTES] for i in range(0, len(stored), HASH_BYTES))
        return cls(size, list(zip(levels, hashes, strict=True)))


def _split(size: int) -> int:
    """Return the largest power of two smaller than ``size``."""
    return 1 << ((size - 1).bit_length() - 1)


def range_hash(start: int, end: int, subtree: SubtreeHash) -> bytes:
    """Return the hash over leaves ``start`` to ``end`` (excluded); ``start`` must be aligned."""
    size = end - start
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return subtree(level, start >> level)
    middle = start + _split(size)
    return node_hash(range_hash(start, middle, subtree), range_hash(middle, end, subtree))


def inclusion_path(index: int, size: int, subtree: SubtreeHash) -> list[bytes]:
    """Return the proof that leaf ``index`` is in the tree of ``size`` leaves.

    Raises:
        ValueError: if there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(range_hash(middle, end, subtree))
            end = middle
        else:
            path.append(range_hash(start, middle, subtree))
            start = middle
    return path[::-1]


def consistency_path(old: int, new: int, subtree: SubtreeHash) -> list[bytes]:
    """Return the proof that the tree of ``old`` leaves is a prefix of the tree of ``new`` leaves.

    Raises:
        ValueError: unless 0 < old <= new.
    """
    if not 0 < old <= new:
        raise ValueError(f"a tree of {old} leaves cannot precede one of {new}")
    path: list[bytes] = []
    start, end, whole = 0, new, True
    while old != end - start:
        middle = _split(end - start)
        if old <= middle:
            path.append(range_hash(start + middle, end, subtree))
            end = start + middle
        else:
            path.append(range_hash(start, start + middle, subtree))
            start, old, whole = start + middle, old - middle, False
    if not whole:
        path.append(range_hash(start, end, subtree))
    return path[::-1]


def inclusion_holds(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Tell whether ``path`` proves that ``leaf`` stands at ``index`` under ``root`` (RFC 9162)."""
    if not 0 <= index < size:
        return False
    place, last, node = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = node_hash(sibling, node)
            while place & 1 == 0 and place != 0:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root


def consistency_holds(
    old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]
) -> bool:
    """Tell whether ``path`` proves that the old tree is a prefix of the new one (RFC 9162)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    hashes = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not hashes:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while place & 1 == 0 and place != 0:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def shown(digest: bytes) -> str:
    """Return a hash as people and notes write it, in base64."""
    return base64.b64encode(digest).decode()
