"""What the cells of an XLSX sheet hold, as text: strings, numbers by their format, errors."""

import re
from dataclasses import dataclass, field

import polars as pl

from muster.connectors.workbook.grid import merged_range
from muster.connectors.workbook.package import damaged
from muster.connectors.workbook.values import (
    ERROR_WITHOUT_NAME,
    NUMBER,
    UNWORKED,
    NoNumber,
    moment_text,
    serial_text,
)

# Numbers that are already written the one way: whole, or with decimals that do not end in zero.
_PLAIN = r"^(?:0|-?[1-9][0-9]{0,14}|-?(?:0|[1-9][0-9]{0,5})\.[0-9]{0,8}[1-9])$"
# How a character that XML cannot hold stands in a workbook's text (ECMA-376, 22.9.2.19).
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TYPES = ("n", "s", "str", "inlineStr", "b", "e", "d")
_TRUTH = {"1": "TRUE", "true": "TRUE", "0": "FALSE", "false": "FALSE", "": ""}
# So many numbers are remembered once they were worked out.
_REMEMBERED = 500_000
_SURROGATES = range(0xD800, 0xE000)


@dataclass
class Texts:
    """Turns cells into texts.

    Args:
        shared: the workbook's shared strings.
        kinds: what each cell style makes of a number (``values.kind_of_format``).
        from_1904: whether days are counted from 1904.
        unsaved: whether the workbook asks to be worked out when it is opened, because whoever
            wrote it did not: a formula's 0 may then be no result.
    """

    shared: pl.Series
    kinds: list[int]
    from_1904: bool
    unsaved: bool
    unworked: int = 0
    _known: dict[str, str | None] = field(default_factory=dict)

    def of(self, cells: pl.DataFrame) -> pl.Series:
        """Return the text of each cell.

        Args:
            cells: as ``tokens.CELLS``.

        Raises:
            BadInput: naming the row of a cell that contradicts itself.
        """
        cells = cells.with_columns(
            pl.col("type").replace("", "n").fill_null("n"), self._kind(cells["style"])
        )
        _refuse(cells, ~pl.col("type").is_in(_TYPES), "A cell is of a type that no workbook knows")
        cells = cells.with_columns(
            self._unworked(cells).alias("unworked"), self._shared(cells).alias("shared")
        ).with_columns(pl.col("value").fill_null(""))
        cells = cells.with_columns(
            *(_unescaped(cells[name]) for name in ("value", "inline") if _has_escaped(cells[name]))
        )
        number = pl.col("type") == "n"
        plain = number & (pl.col("kind") == NUMBER) & pl.col("value").str.contains(_PLAIN)
        texts = cells.select(
            pl.when("unworked")
            .then(pl.lit(UNWORKED))
            .when(pl.col("type") == "s")
            .then("shared")
            .when(pl.col("type") == "inlineStr")
            .then(pl.coalesce("inline", "value"))
            .when(plain | (pl.col("type") == "str") | (number & (pl.col("value") == "")))
            .then("value")
        ).to_series()
        return self._worked_out(cells, texts)

    def _kind(self, styles: pl.Series) -> pl.Series:
        if not any(self.kinds):
            return pl.repeat(NUMBER, styles.len(), dtype=pl.UInt8, eager=True).alias("kind")
        kinds = pl.Series("kind", self.kinds, dtype=pl.UInt8)
        # A style that the workbook does not define is the default one.
        known = styles.fill_null(0)
        return kinds.gather(known.set(known >= kinds.len(), 0)).alias("kind")

    def _unworked(self, cells: pl.DataFrame) -> pl.Series:
        """Return for each cell whether it is a formula without a result."""
        value, formula = pl.col("value"), pl.col("formula")
        if cells["formula"].null_count() == cells.height:
            return pl.repeat(False, cells.height, dtype=pl.Boolean, eager=True)
        none = value.is_null() | ((value == "") & (pl.col("type") != "str"))
        if self.unsaved:
            none = none | ((value == "0") & (pl.col("type") == "n"))
        mask = cells.select((formula.is_not_null() & none).fill_null(value=False)).to_series()
        arrays = cells.filter(mask & (cells["formula"] != "1"))
        for row, range_ in arrays.select("row", "formula").iter_rows():
            if merged_range(range_) is not None:
                raise damaged("A formula that fills several cells was never worked out", row)
        self.unworked += int(mask.sum())
        return mask

    def _shared(self, cells: pl.DataFrame) -> pl.Series:
        """Return the shared string of each cell of that type."""
        if not (cells["type"] == "s").any():
            return pl.repeat(None, cells.height, dtype=pl.String, eager=True)
        stated = (pl.col("type") == "s") & (pl.col("value").fill_null("") != "")
        index = cells.select(
            pl.when(stated).then("value").cast(pl.UInt32, strict=False).alias("index")
        ).to_series()
        numbered = cells.with_columns(index)
        outside = pl.col("index").is_null() | (pl.col("index") >= self.shared.len())
        _refuse(numbered, stated & outside, "A cell refers to a text that the workbook lacks")
        return self.shared.gather(index).fill_null("")

    def _worked_out(self, cells: pl.DataFrame, texts: pl.Series) -> pl.Series:
        """Fill in what is neither text nor a plain number, each distinct value once."""
        left = texts.is_null()
        if not left.any():
            return texts
        keys = cells.filter(left).select(pl.format("{}:{}:{}", "type", "kind", "value")).to_series()
        distinct = keys.unique()
        found = [self._text(key) for key in distinct]
        worked_out = keys.replace_strict(distinct, pl.Series(found, dtype=pl.String))
        if worked_out.null_count():
            row = cells.filter(left).filter(worked_out.is_null())["row"][0]
            raise damaged("A cell says that it holds a number or date, and holds none", row)
        where = left.arg_true()
        source = pl.int_range(texts.len(), dtype=pl.UInt32, eager=True)
        source.scatter(
            where, pl.int_range(texts.len(), texts.len() + where.len(), dtype=pl.UInt32, eager=True)
        )
        return pl.concat([texts, worked_out.alias(texts.name)]).gather(source)

    def _text(self, key: str) -> str | None:
        """Return the text of ``type:kind:value``, or None if there is none."""
        if key in self._known:
            return self._known[key]
        type_, kind, value = key.split(":", 2)
        text: str | None
        try:
            if type_ == "b":
                text = _TRUTH.get(value.strip())
            elif type_ == "e":
                text = value or ERROR_WITHOUT_NAME
            elif type_ == "d":
                text = moment_text(value) if value else ""
            else:
                text = serial_text(value, int(kind), self.from_1904)
        except NoNumber:
            text = None
        if len(self._known) < _REMEMBERED:
            self._known[key] = text
        return text


def unescaped(text: str) -> str:
    """Return a workbook's text with characters in the place of their codes (``_x000D_``)."""
    return _ESCAPED.sub(_character, text)


def _character(code: re.Match[str]) -> str:
    number = int(code[1], 16)
    # What cannot stand in text stays as it is written.
    return code[0] if number == 0 or number in _SURROGATES else chr(number)


def _has_escaped(texts: pl.Series) -> bool:
    return bool(texts.str.contains("_x", literal=True).any())


def _unescaped(texts: pl.Series) -> pl.Series:
    coded = texts.drop_nulls().unique()
    coded = coded.filter(coded.str.contains("_x", literal=True))
    return texts.replace(coded, pl.Series([unescaped(text) for text in coded], dtype=pl.String))


def _refuse(cells: pl.DataFrame, wrong: pl.Expr, what: str) -> None:
    rows = cells.filter(wrong)["row"]
    if rows.len():
        raise damaged(what, int(rows[0]))
