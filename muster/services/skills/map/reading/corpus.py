"""What reading makes of adverts of any form: three tables, and what was left out.

``adverts`` has one row for each advert that counts, ``sentences`` each text once, and ``uses`` says
which sentence stands in which advert. Everything after this step knows adverts only so.
"""

from dataclasses import dataclass, field

import polars as pl

PARTS = ("skills", "duties", "about us", "benefits", "behaviours", "how to apply", "other")
"""What a sentence of an advert is about, told by headings and by rules (``parts``)."""

SKILL_PARTS = ("skills", "duties", "other")
"""The parts whose sentences may name a skill that the advert asks for."""

NOT_STATED = "not stated"
"""The organisation of an advert that names none."""

ADVERTS: dict[str, pl.DataType] = {
    "advert": pl.UInt32(), "key": pl.String(), "title": pl.String(), "organisation": pl.String(),
    "profession": pl.String(), "grade": pl.String(), "place": pl.String(), "region": pl.String(),
    "posted": pl.Date(), "copies": pl.UInt32(), "source": pl.String(), "family": pl.UInt32(),
}  # fmt: skip
SENTENCES: dict[str, pl.DataType] = {
    "sentence": pl.UInt32(), "text": pl.String(), "part": pl.String(),
    "skill_text": pl.Boolean(), "language": pl.String(),
}  # fmt: skip
USES: dict[str, pl.DataType] = {"advert": pl.UInt32(), "sentence": pl.UInt32()}


@dataclass(frozen=True)
class Remark:
    """What was left out or taken otherwise than it stood, and what to do about it.

    Args:
        file: its name.
        row: counted from 1; None where it is not of one row.
        what: a sentence without a full stop; holds no text of an advert.
        fix: what to do, a sentence without a full stop.
    """

    file: str
    row: int | None
    what: str
    fix: str


@dataclass(frozen=True)
class Corpus:
    """Adverts, their unique sentences, and which stands in which.

    Args:
        adverts: by ``advert``, in the order in which they were read (``ADVERTS``). ``copies``
            counts the reposts folded into a row; ``family`` is 0 until kinds of job are known.
        sentences: by ``sentence``, in the order of their first use (``SENTENCES``). Whitespace is
            single, and whatever contacts somebody is taken out of the text. ``skill_text`` tells of
            its part alone; ``language`` is en or cy.
        uses: pairs, once each, by advert and sentence (``USES``).
        said: what a reader of the map should know of the reading.
    """

    adverts: pl.DataFrame
    sentences: pl.DataFrame
    uses: pl.DataFrame
    said: list[Remark] = field(default_factory=list)
