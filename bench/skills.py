"""The skills map: how well skills are found and placed, and how fast.

Quality is measured on real adverts and published sets, which do not ship: where they are not here,
their figures are not measured. Speed is measured on pretend adverts, which always are.
"""

from collections.abc import Iterator
from importlib import import_module

from bench.figures import Figure

PARTS = ("mentions", "linking", "layout", "regions", "speed", "page")


def measure(*, full: bool) -> Iterator[Figure]:
    """Yield the figures of each part; with ``full`` on the whole of what a default run samples."""
    for part in PARTS:
        yield from import_module(f"bench.skills_{part}").measure(full=full)
