"""Identifiers: UUIDv7 (RFC 9562), so that primary keys sort by the moment they were made.

A version 7 identifier is 48 bits of Unix milliseconds, 4 bits of version, 12 bits that this
module uses as a counter within the millisecond, 2 bits of variant and 62 random bits. The
counter makes identifiers of one process strictly increasing, also when the clock stands still
or steps back: index pages are then filled in order.
"""

import os
import threading
import time
import uuid

_VERSION = 0x7 << 76
_VARIANT = 0x2 << 62
_RANDOM_MASK = (1 << 62) - 1
_COUNTER_BITS = 12

_lock = threading.Lock()
_last_tick = 0


def _take_ticks(count: int) -> int:
    """Reserve ``count`` consecutive ticks (milliseconds * 4096) and return the first."""
    global _last_tick  # noqa: PLW0603 - one counter per process is the point of it
    with _lock:
        first = max((time.time_ns() // 1_000_000) << _COUNTER_BITS, _last_tick + 1)
        _last_tick = first + count - 1
        return first


def _compose(tick: int, random_bits: int) -> uuid.UUID:
    milliseconds, counter = tick >> _COUNTER_BITS, tick & 0xFFF
    return uuid.UUID(
        int=milliseconds << 80 | _VERSION | counter << 64 | _VARIANT | random_bits & _RANDOM_MASK
    )


def new_id() -> uuid.UUID:
    """Return one new identifier, larger than every earlier one of this process."""
    return _compose(_take_ticks(1), int.from_bytes(os.urandom(8), "big"))


def new_ids(count: int) -> list[uuid.UUID]:
    """Return ``count`` new identifiers in increasing order, for a whole batch of rows."""
    first = _take_ticks(count)
    noise = os.urandom(8 * count)
    return [
        _compose(first + i, int.from_bytes(noise[8 * i : 8 * i + 8], "big")) for i in range(count)
    ]
