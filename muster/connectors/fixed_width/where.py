"""Where parts of a line stand in the exact bytes of a file of fixed width."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

from muster.connectors.contract import Offer
from muster.connectors.text import Span, Text, decode

_LINE = re.compile(rb"([^\r\n]*+)(?:\r\n|\r|\n|\Z)")


@dataclass(frozen=True)
class Line:
    """A line of a file: its text, and where its characters begin in the text as it is held."""

    shown: str
    _text: Text
    _starts: tuple[int, ...]

    def cut(self, first: int, length: int, *, in_bytes: bool = False) -> tuple[str, Span]:
        """Return a part without the blanks that fill it up, and where it stands.

        Args:
            first: where the part begins, counted from 1.
            length: how long it is.
            in_bytes: whether both count bytes of UTF-8, not characters.
        """
        begin, end = first - 1, first - 1 + length
        if in_bytes:
            before = [*accumulate((len(sign.encode()) for sign in self.shown), initial=0)]
            begin, end = (max(bisect_right(before, at) - 1, 0) for at in (begin, end))
        begin = min(begin, len(self.shown))
        part = self.shown[begin:end].rstrip(" ")
        return part, self._text.exact(self._starts[begin], self._starts[begin + len(part)])


def line_at(offer: Offer, number: int) -> Line | None:
    """Return the line of a number, as its sheet gives it; None if the file has none.

    Args:
        offer: the file, which was read before.
        number: counted from 1.
    """
    text = decode(offer)
    for _, start, line in text.records(_LINE, since=number):
        starts = tuple(accumulate(text.sizes(line), initial=start))
        return Line(text.read(line), text, starts)
    return None
