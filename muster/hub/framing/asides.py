"""Asides: rows of a table that are no records, set aside and counted by kind."""

import re
from collections.abc import Sequence

import polars as pl

from muster.hub.framing.headers import portions, squeezed
from muster.hub.framing.shapes import Shape, matches

_MOST_OF_A_TOTAL = 3  # a row with more cells may be a record, whatever it begins with
_TAIL = 25  # rows at the end among which totals and notes are looked for
_BELOW = re.compile(
    r"(grand |sub[ -]?)?totals?\b|sum\b|count\b|number of\b|notes?\b|source\b|end of\b|printed\b"
    r"|generated\b|produced\b|report (run|produced|date)|page \d|\[?note \d"
    r"|\d[\d,]* (rows|records|people|employees|staff)\b",
    re.IGNORECASE,
)


class Asides:
    """Rows that are no records: ``taken`` tells which are, ``counts`` how many are not, by kind."""

    def __init__(
        self,
        cells: pl.DataFrame,
        headers: Sequence[str],
        parts: Sequence[tuple[str, ...]],
        keep: Sequence[int],
    ) -> None:
        self._cells, self._keep, self._headers = cells, [str(at) for at in keep], headers
        self._parts = [{"", *map(squeezed, part)} for part in parts]
        self.taken = pl.repeat(True, cells.height, eager=True)
        self.counts: dict[str, int] = {}

    def note(self, kind: str, count: int) -> None:
        if count:
            self.counts[kind] = self.counts.get(kind, 0) + count

    def sort_out(self, shape: Shape) -> pl.Series | None:
        """Set rows aside; return the text of the heading above each row, if headings count."""
        if self._cells.is_empty():
            return None if not shape.headings else pl.Series([], dtype=pl.String)
        declared = shape.ends or shape.totals or shape.headings or shape.needs
        if declared:
            firsts = self._firsts()
            if shape.ends:
                ends = _fits(firsts, shape.ends).arg_true()
                if len(ends):
                    after = pl.int_range(len(firsts), eager=True) >= ends[0]
                    self._put("note", after)
            if shape.totals:
                self._put("total", _fits(firsts, shape.totals))
        if not shape.ends:
            self._put("total or note", self._tail())
        repeats = self._repeats()
        self._put("repeated header", repeats)
        found = self._headings(repeats) if shape.headings else None
        if shape.needs:
            wanted = [
                name
                for name, header in zip(self._keep, self._headers, strict=True)
                if matches(header, shape.needs)
            ]
            lacks = [pl.col(name).str.strip_chars() == "" for name in wanted]
            if lacks:
                self._put("spacer", self._told(pl.any_horizontal(lacks)))
        return found

    def _put(self, kind: str, which: pl.Series) -> None:
        fresh = which & self.taken
        self.note(kind, int(fresh.sum()))
        self.taken = self.taken & ~which

    def _told(self, each: pl.Expr) -> pl.Series:
        """Return what can be told of each row by itself."""
        told = (rows.with_columns(told=each)["told"] for rows in portions(self._cells))
        return pl.concat(told, rechunk=True)

    def _firsts(self) -> pl.Series:
        """Return the first text of each row."""
        filled = [
            pl.when(pl.col(name).str.strip_chars() != "").then(pl.col(name)) for name in self._keep
        ]
        return self._told(pl.coalesce(filled).str.strip_chars().fill_null(""))

    def _headings(self, repeats: pl.Series) -> pl.Series:
        """Set aside rows with text in their first column only; return it for the rows below.

        After a repeated header nothing stands above until the next heading.
        """
        first, *others = self._keep
        alone = self._told(
            (pl.col(first).str.strip_chars() != "")
            & pl.all_horizontal(pl.col(name).str.strip_chars() == "" for name in others)
        )
        alone = alone & self.taken
        said = self._cells[first].map_elements(squeezed, return_dtype=pl.String)
        text = pl.when(alone).then(said).when(repeats).then(pl.lit(""))
        above = pl.select(text).to_series().forward_fill().fill_null("")
        self._put("heading", alone)
        return above

    def _repeats(self) -> pl.Series:
        """Tell which rows repeat the header, or a part of it, as printed reports do.

        Only rows whose first cells are blank or repeat theirs need a closer look.
        """
        near = [
            pl.col(name).str.strip_chars().is_in(list(parts))
            for name, parts in list(zip(self._keep, self._parts, strict=True))[:3]
        ]
        places = self._told(pl.all_horizontal(near)).arg_true()
        rows = self._cells[places].select(self._keep).iter_rows()
        found = [
            place
            for place, row in zip(places, rows, strict=True)
            if any(row)
            and all(squeezed(c) in parts for c, parts in zip(row, self._parts, strict=True))
        ]
        return pl.int_range(self._cells.height, eager=True).is_in(found)

    def _tail(self) -> pl.Series:
        """Tell which of the last rows are totals and notes: sparse, and begun by such words."""
        height, width = self._cells.height, len(self._keep)
        start, begins = max(0, height - _TAIL), height
        rows = self._cells[start:].select(self._keep).rows()
        for place in range(len(rows) - 1, -1, -1):
            filled = [cell for cell in rows[place] if cell and not cell.isspace()]
            said = bool(filled) and _BELOW.match(filled[0].strip()) is not None
            if len(filled) > (_MOST_OF_A_TOTAL if said else max(1, min(2, width // 3))):
                break
            if said:
                begins = start + place
        return pl.int_range(height, eager=True) >= begins


def _fits(texts: pl.Series, patterns: Sequence[str]) -> pl.Series:
    distinct = [text for text in texts.unique() if matches(text, patterns)]
    return texts.is_in(distinct)
