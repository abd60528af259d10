"""Adverts of any form become sentences: files read, reposts folded, boilerplate told apart.

``files`` finds the files and tells their forms; ``tables``, ``postings``, ``pages``, ``documents``
and ``word`` read them; ``gathering`` keeps each different line once; ``making`` does the rest.
The same files give the same corpus, whatever the number of threads.
"""

from collections.abc import Sequence
from pathlib import Path

from muster.kernel.errors import BadInput, Where
from muster.services.skills.map.reading.corpus import Corpus, Remark
from muster.services.skills.map.reading.files import offers, size_of
from muster.services.skills.map.reading.gathering import Gatherer
from muster.services.skills.map.reading.making import make
from muster.services.skills.map.steps import HowFar

__all__ = ["Corpus", "Remark", "read"]

FEW = 100
"""Adverts below which a map is wide regions and little else."""

_STEPS = 4


def read(paths: Sequence[Path], *, progress: HowFar | None = None) -> Corpus:
    """Return the corpus of the adverts in some files, folders and zips.

    Args:
        paths: read in this order; what a folder or zip holds, by name.
        progress: told how much is done and of how much, from time to time.

    Raises:
        BadInput: if a file that was named cannot be read, or there is no advert in any.
    """
    said: list[Remark] = []
    gatherer = Gatherer(said)
    size = max(size_of(paths), 1)
    whole, done = size * 10 // 6, 0
    for offer in offers(paths):
        said.extend(offer.said)
        gatherer.take(offer.adverts)
        done = min(done + offer.read, size)
        if progress:
            progress(done, whole)
    gatherer.tell()
    if not gatherer.count:
        raise _nothing(paths, said)

    def step(number: int, of: int) -> None:
        if progress:
            progress(size + (whole - size) * number // of, whole)

    corpus = make(gatherer, said, step)
    return Corpus(corpus.adverts, corpus.sentences, corpus.uses, [*corpus.said, *_few(corpus)])


def _nothing(paths: Sequence[Path], said: Sequence[Remark]) -> BadInput:
    first = said[0] if said else None
    what = "There is no advert with a description in what was sent"
    if first:
        what = f"{what}. {first.what}"
    return BadInput(
        what,
        where=Where(
            file=first.file if first else ", ".join(path.name for path in paths[:5]),
            row=first.row if first else None, field="description",
        ),
        fix=first.fix if first else "Send adverts as JSON, CSV, Parquet, HTML, Word or PDF",
    )  # fmt: skip


def _few(corpus: Corpus) -> list[Remark]:
    """Say what makes a map of this corpus a poor one."""
    said = []
    count = corpus.adverts.height
    if count < FEW:
        what = f"There are {count} adverts in all: regions will be wide, and few skills are shown"
        said.append(Remark("all files", None, what, "Add adverts, if there are more"))
    if corpus.adverts["organisation"].n_unique() == 1:
        what = "All adverts are of one organisation: nothing can be compared with the service"
        said.append(Remark("all files", None, what, "Add adverts of other organisations"))
    return said
