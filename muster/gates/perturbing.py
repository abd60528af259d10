"""The small error that figures by a characteristic carry.

Rounding alone leaves a little of each answer in a figure, and whoever adds up many figures gets
some of it back. So a figure by a characteristic is first moved by a whole number between -7 and 7,
drawn by lot once for its cell: the same in every month, every file and for everybody, so that
asking again tells nothing new and a change over time stays what it is. Statistical offices call
this perturbation.
"""

import hashlib
from collections.abc import Iterable, Sequence

MOST_OFF = 7
_BYTES = 8


def errors(
    metric: str, dimensions: Sequence[str], keys: Iterable[Sequence[str]], secret: bytes
) -> list[int]:
    """Return by how many people each cell of a table is moved, from -7 to 7.

    Args:
        metric: whose figures they are.
        dimensions: of the table, in any order: a cell is moved alike in each.
        keys: the code along each dimension, cell by cell.
        secret: without which nobody can work out an error; at most 64 bytes.
    """
    order = sorted(range(len(dimensions)), key=lambda at: dimensions[at])
    named = [metric.encode(), *(dimensions[at].encode() for at in order)]
    begun = hashlib.blake2b(_framed(named), digest_size=_BYTES, key=secret)
    found = []
    for key in keys:
        lot = begun.copy()
        lot.update(_framed([key[at].encode() for at in order]))
        found.append(int.from_bytes(lot.digest()) % (2 * MOST_OFF + 1) - MOST_OFF)
    return found


def _framed(parts: Iterable[bytes]) -> bytes:
    """Return parts as bytes that no other parts make."""
    return b"".join(len(part).to_bytes(4) + part for part in parts)
