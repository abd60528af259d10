"""Turns files that were found into offers: the same for a folder, a zip and the fake."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from muster.connectors.contract import Offer, Skipped
from muster.connectors.drop.arrival import (
    ALONE,
    WRITING,
    Found,
    Markers,
    Unreadable,
    still_writing,
)
from muster.connectors.drop.naming import offer_names, why_not_taken

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Taking:
    """Which files a connector takes.

    Args:
        endings: how their names end, in lower case, each with its dot.
        what: what they are, in words (``delimited text``).
        limit: the largest that is taken, in bytes, unpacked.
    """

    endings: tuple[str, ...]
    what: str
    limit: int

    def offers(self, found: Sequence[Found], top: str) -> Iterator[Offer | Skipped]:
        """Yield each file as an offer, or the reason why it is none, in the order given.

        Args:
            found: the files of one folder with all below it, or of one zip.
            top: the folder name of files that lie in no folder.
        """
        markers = Markers(found)
        names = offer_names([file.parts for file in found], top)
        for file, name in zip(found, names, strict=True):
            if not markers.is_marker(file):
                yield self.offer(file, name, markers)
            elif markers.stands_alone(file):
                yield Skipped(name, ALONE)

    def offer(self, file: Found, name: str, markers: Markers | None = None) -> Offer | Skipped:
        """Return one file as an offer, or the reason why it is none."""
        markers = markers or Markers(())
        why = WRITING if still_writing(file.parts[-1]) else file.why_not
        why = why or why_not_taken(name, self.endings, self.what) or markers.why_wait(file)
        if why is not None:
            return Skipped(name, why)
        if file.size > self.limit:
            return self._too_large(name)
        try:
            # The stated size may lie, so reading stops where the limit does.
            content = file.read(self.limit + 1)
        except Unreadable as problem:
            return Skipped(name, str(problem))
        if len(content) > self.limit:
            return self._too_large(name)
        why = markers.why_not_whole(file, content)
        return Offer(name, content) if why is None else Skipped(name, why)

    def _too_large(self, name: str) -> Skipped:
        return Skipped(name, f"larger than {self.limit // MEGABYTE} MB")
