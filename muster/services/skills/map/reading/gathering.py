"""Portions of adverts become lines, each different text once: so far no text is judged.

Adverts come portion by portion, and a portion's texts are let go as soon as its lines are known,
so what is held grows with the different lines and not with the adverts. Lines and texts are told
apart by 64-bit hashes: among ten million different lines two share one in 400,000 corpora.
"""

import hashlib
from dataclasses import dataclass, field

import polars as pl

from muster.services.skills.map.reading.corpus import NOT_STATED, Remark
from muster.services.skills.map.reading.plain import LONGEST, one_line, plain

_SEED = 8
_LINES = {"hash": pl.UInt64, "text": pl.String}
_AT_LEAST = 200_000
ABOUT = ("title", "organisation", "profession", "grade", "place", "region")


@dataclass(frozen=True)
class Gathered:
    """Adverts and the lines of their texts.

    Args:
        adverts: what is known of each advert as ``offered`` has it, ``text`` being the number of
            its text and ``length`` the characters of it.
        lines: ``line`` and ``text``, each different line once, in the order of first use.
        stands: ``text``, ``line``: the lines of each different text, in their order.
    """

    adverts: pl.DataFrame
    lines: pl.DataFrame
    stands: pl.DataFrame


@dataclass
class Gatherer:
    """Takes portions of adverts, one after another; ``finish`` gives what they were."""

    said: list[Remark] = field(default_factory=list)
    _adverts: list[pl.DataFrame] = field(default_factory=list)
    _stands: list[pl.DataFrame] = field(default_factory=list)
    _lines: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_LINES))
    _fresh: list[pl.DataFrame] = field(default_factory=list)
    _texts: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(schema={"hash": pl.UInt64, "text": pl.UInt32})
    )
    _left_out: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def take(self, offered: pl.DataFrame) -> None:
        """Take a portion of adverts, in the columns of ``offered.OFFERED``."""
        text = plain(offered["text"].fill_null(""))
        text = text.str.replace_all(r"[ ]*\n\s*", "\n").str.strip_chars()
        rows = offered.with_columns(text.alias("words"), length=text.str.len_chars())
        rows = self._kept(rows)
        if rows.is_empty():
            return
        about = [one_line(rows[name]) for name in ABOUT]
        rows = rows.with_columns(*about, hash=pl.col("words").hash(_SEED))
        rows = _keyed(rows)
        fresh = rows.select("hash", "words").unique("hash", keep="first", maintain_order=True)
        fresh = fresh.join(self._texts, on="hash", how="anti", maintain_order="left")
        fresh = fresh.with_row_index("text", self._texts.height).with_columns(
            pl.col("text").cast(pl.UInt32)
        )
        self._texts = pl.concat([self._texts, fresh.select("hash", "text")])
        numbered = rows.drop("text", "words").join(
            self._texts, on="hash", how="left", maintain_order="left"
        )
        self._adverts.append(
            numbered.with_columns(pl.col("organisation").fill_null(NOT_STATED)).drop("hash")
        )
        self._take_lines(fresh.select("text", "words"))

    def _kept(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return the rows that say something, and note those that do not or say too much."""
        empty = pl.col("words").str.contains(r"\w").not_()
        long = pl.col("length") > LONGEST
        for why, which in (("empty", empty), ("long", long)):
            found = rows.filter(which)
            for source, count, first in (
                found.group_by("source", maintain_order=True)
                .agg(pl.len(), pl.col("row").first().alias("first"))
                .iter_rows()
            ):
                earlier = self._left_out.get((source, why), (0, first))
                self._left_out[source, why] = (earlier[0] + count, earlier[1])
        if rows.select(long.any()).item():
            rows = rows.with_columns(pl.col("words").str.slice(0, LONGEST))
        return rows.filter(~empty)

    def _take_lines(self, texts: pl.DataFrame) -> None:
        lines = texts.select("text", pl.col("words").str.split("\n").alias("line")).explode("line")
        lines = lines.with_columns(hash=pl.col("line").hash(_SEED))
        self._stands.append(lines.select("text", "hash"))
        fresh = lines.select("hash", text="line").unique("hash", keep="first", maintain_order=True)
        fresh = fresh.join(self._lines, on="hash", how="anti", maintain_order="left")
        # Written anew, so that a line does not keep the whole portion's text in memory.
        self._fresh.append(fresh.with_columns(pl.concat_str("text", pl.lit(""))))
        # Compared among themselves when they are many: the same line is held twice for a while.
        if sum(one.height for one in self._fresh) > max(self._lines.height // 2, _AT_LEAST):
            self._settle()

    def _settle(self) -> None:
        fresh = pl.concat([pl.DataFrame(schema=_LINES), *self._fresh])
        self._fresh = []
        fresh = fresh.unique("hash", keep="first", maintain_order=True)
        self._lines = pl.concat([self._lines, fresh])

    def finish(self) -> Gathered:
        """Return everything that was taken; the gatherer is empty afterwards."""
        self._settle()
        lines = self._lines.with_row_index("line").with_columns(pl.col("line").cast(pl.UInt32))
        self._lines = self._lines.clear()
        numbers = lines.select("hash", "line")
        stands = [
            one.join(numbers, on="hash", how="left", maintain_order="left").select("text", "line")
            for one in self._stands
        ]
        self._stands = []
        adverts, self._adverts = self._adverts, []
        return Gathered(pl.concat(adverts), lines.drop("hash"), pl.concat(stands))

    @property
    def count(self) -> int:
        """How many adverts were taken."""
        return sum(one.height for one in self._adverts)

    def tell(self) -> None:
        """Say of each file how many adverts were left out or cut, and which was the first."""
        for (source, why), (count, first) in self._left_out.items():
            if why == "empty":
                what = (
                    f"{_adverts(count)} no description and were left out; row {first} is the first"
                )
                fix = "Send their descriptions, if they have any"
            else:
                what = (
                    f"{_adverts(count)} more than {LONGEST:,} characters, of which the first were"
                    f" read; row {first} is the first"
                )
                fix = "Send the text of the advert alone"
            self.said.append(Remark(source, first, what, fix))


def _keyed(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows each of which has a key: its source's, or made of what it says."""
    key = pl.when(pl.col("key").str.strip_chars() != "").then(pl.col("key").str.strip_chars())
    rows = rows.with_columns(key=key)
    if not rows["key"].null_count():
        return rows
    said = rows.select(*ABOUT, "posted", "words")
    made = [
        known or hashlib.blake2b("\x1f".join(one or "" for one in row).encode(), digest_size=10)
        .hexdigest()
        for known, row in zip(rows["key"], said.iter_rows(), strict=True)
    ]  # fmt: skip
    return rows.with_columns(pl.Series("key", made, dtype=pl.String))


def _adverts(count: int) -> str:
    return "One advert has" if count == 1 else f"{count:,} adverts have"
