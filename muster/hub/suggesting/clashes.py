"""Clashes: whether a new layout and a known one would both claim the same files.

Of the layouts that fit a file, the one that asks for most columns reads it (``framing``). A new
layout clashes if it would never be asked, because a known one reads its files already; or if it
would take over files that a known one reads.
"""

from collections.abc import Sequence

from muster.hub.layouts import Layout


def why_clashes(new: Layout, known: Sequence[Layout]) -> str | None:
    """Return why a new layout cannot stand beside those that are known; None if it can."""
    for layout in known:
        if layout.shape.records is not None:
            continue
        if not layout.missing(new.known_columns) and _first(layout, new):
            return (
                f"Files with these columns are read as “{layout.title}” already, so this layout"
                " would never be used"
            )
        theirs = layout.known_columns | layout.recognise
        if not new.missing(theirs) and _first(new, layout):
            return (
                f"It would also read files of “{layout.title}”, because that has all the columns"
                " by which this layout is recognised"
            )
    return None


def _first(one: Layout, other: Layout) -> bool:
    """Tell whether of two layouts that fit the same file the first is the one that reads it."""
    return (len(one.recognise), one.name) > (len(other.recognise), other.name)
