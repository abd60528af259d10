"""Mapping: a batch of files of one layout becomes rows of the contract, column by column.

The input frame holds the sender's columns as text under their header keys, and two columns of
ours: ``file`` (the file's number in the batch) and ``row`` (the row's number in its file). The
output holds ``file``, ``row`` and one typed column for each field of the contract, in the same
order, so that a problem's place means the same row in both.

Whether day and month are swapped is told from a column as a whole: hand in whole files, even if
only some of their rows go on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from muster.hub.contracts import PROBLEM_SCHEMA, Contract, ContractField, no_problems
from muster.hub.framing.packed import is_large
from muster.hub.layouts import FieldMapping, Layout
from muster.hub.mapping.cells import cleaned, fixed, put_right, stated, tidied
from muster.hub.mapping.columns import Column, doubt_swapped, read_column
from muster.hub.mapping.quick import lost_zeros, quickly
from muster.hub.mapping.source import Source, columns_of
from muster.hub.mapping.swaps import opened_elsewhere
from muster.hub.parsers import FIXED, LOST_ZEROS
from muster.hub.parsers.reasons import REPAIRED

_NOTHING = pl.lit(None, dtype=pl.String)
_FILE = "file of the row"  # no field of a contract has such a name


@dataclass(frozen=True)
class Mapped:
    """What mapping gave: rows, the problems that quarantine them, and notes that do not.

    A note is of a value that was put right (its reason is one of ``parsers.NOTED``), or of one in
    a lenient field that was left empty; ``parsers.sentence`` says both in words.
    """

    frame: pl.DataFrame
    problems: pl.DataFrame
    notes: pl.DataFrame


def apply_layout(
    source: Source,
    layout: Layout,
    contract: Contract,
    fixes: Mapping[str, Mapping[str, str]] | None = None,
) -> Mapped:
    """Return the rows of the contract that the sender's rows state.

    Args:
        source: the sender's text, shape (rows, header keys + 2).
        layout: says where each field comes from.
        contract: says which fields there are, and checks them.
        fixes: what people said is meant: for each field, the text to read instead of a text (as
            ``as_read`` gives it); "" for nothing.
    """
    mappings = {mapping.field: mapping for mapping in layout.fields}
    reading = _Reading(source, layout, fixes or {})
    columns = source.select("file", "row").get_columns()
    problems, notes = [no_problems()], [no_problems()]
    for field in contract.fields:
        mapping = mappings.get(field.name)
        if mapping is None or not _is_stated(mapping, source):
            continue
        part = reading.of(mapping)
        column = _read(reading, part, mapping, field)
        column.note(put_right(part.tidy, mapping), REPAIRED)
        columns.append(column.values.alias(field.name))
        faults = _told(part.source, mapping, field, column.faults)
        (notes if mapping.lenient else problems).append(faults)
        notes.append(_told(part.source, mapping, field, column.notes))
    frame = _with_unstated(pl.DataFrame(columns), contract)
    faulty = pl.concat(problems)
    # A field that could not be read is empty now: it is not reported as missing as well.
    checked = contract.check(frame).join(faulty, on=["at", "field"], how="anti")
    return Mapped(frame, pl.concat([faulty, checked]), pl.concat(notes))


def _is_stated(mapping: FieldMapping, source: Source) -> bool:
    """Tell whether the files state a field at all."""
    named = (*mapping.columns, *mapping.join)
    return mapping.default is not None or any(name in source.columns for name in named)


def _with_unstated(frame: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """Add the fields that nobody states: one nothing for all rows, which takes no memory."""
    nothing = [
        pl.lit(None, dtype=field.dtype).alias(field.name)
        for field in contract.fields
        if field.name not in frame.columns
    ]
    order = ["file", "row", *(field.name for field in contract.fields)]
    return frame.with_columns(nothing).select(order)


class _Reading:
    """What stands in the cells of fields, and what is plainly written there.

    Small files are read in one pass over all fields. Of a large one each field is read when its
    turn comes, so that neither cells nor texts of all of them ever stand beside each other.
    """

    def __init__(
        self, source: Source, layout: Layout, fixes: Mapping[str, Mapping[str, str]]
    ) -> None:
        self._source, self._layout, self._fixes = source, layout, fixes
        large = is_large(source.height, len(source.columns))
        self._all = None if large else self._part(layout.fields)

    def of(self, mapping: FieldMapping) -> "_Part":
        """Return the cells, texts and plain values of one field at least."""
        return self._all or self._part([mapping])

    @cached_property
    def elsewhere(self) -> frozenset[int]:
        """The files whose date columns together tell that they were opened in another country."""
        dates = [one for one in self._layout.fields if one.parser.kind == "date"]
        files = self._source.select("file").to_series()
        return opened_elsewhere(files, map(self._evidence, dates))

    def _evidence(self, mapping: FieldMapping) -> pl.Series:
        """Return what is stated, without what somebody said is meant: that is no evidence."""
        part = self.of(mapping)
        text, was_fixed = part.texts[mapping.field], part.were_fixed.get(mapping.field)
        return text if was_fixed is None else text.set(was_fixed, None)

    def _part(self, fields: Sequence[FieldMapping]) -> "_Part":
        source = self._source.select(*columns_of(fields, self._source))
        tidy = tidied(source, self._layout)
        texts, were_fixed = fixed(_texts(tidy, fields), self._fixes)
        return _Part(source, tidy, texts, _quick_values(texts, fields), were_fixed)


@dataclass(frozen=True)
class _Part:
    """Some fields: their cells as they came and tidied, their texts, what was plainly written,
    and which rows were fixed."""

    source: pl.DataFrame
    tidy: pl.DataFrame
    texts: pl.DataFrame
    quick: pl.DataFrame
    were_fixed: Mapping[str, pl.Series]


def _texts(source: pl.DataFrame, fields: Sequence[FieldMapping]) -> pl.DataFrame:
    """Return each field's text and, for shares, the text of the whole."""
    texts = []
    for mapping in fields:
        texts.append(cleaned(stated(source, mapping), mapping).alias(mapping.field))
        if mapping.of is not None:
            whole = pl.col(mapping.of) if mapping.of in source.columns else _NOTHING
            texts.append(cleaned(whole, mapping).alias(_whole_of(mapping)))
    return source.select(pl.col("file").alias(_FILE), *texts)


def _quick_values(texts: pl.DataFrame, fields: Sequence[FieldMapping]) -> pl.DataFrame:
    """Return what is plainly written, read for all columns in one pass; null for the rest."""
    values = []
    for mapping in fields:
        text = pl.col(mapping.field)
        whole = pl.col(_whole_of(mapping)) if mapping.of is not None else _NOTHING
        quick = quickly(text, whole, mapping.parser)
        if quick is not None:
            values.append(quick.alias(mapping.field))
        lost = lost_zeros(text, mapping.parser)
        if lost is not None:
            values.append(lost.alias(_zeros_of(mapping)))
    return texts.select(values)


def _read(reading: _Reading, part: _Part, mapping: FieldMapping, field: ContractField) -> Column:
    """Return a field's values, what could not be read and what was put right."""
    text, quick = part.texts[mapping.field], part.quick
    was_fixed = part.were_fixed.get(mapping.field)
    column = read_column(
        text,
        part.texts[_whole_of(mapping)] if mapping.of is not None else text,
        quick[mapping.field] if mapping.field in quick.columns else None,
        mapping.parser,
        personal=field.personal,
        dtype=field.dtype,
    )
    if mapping.parser.kind == "date" and not column.plain:
        files = part.texts[_FILE]
        doubt_swapped(column, files, text, mapping.parser, was_fixed, reading.elsewhere)
    if _zeros_of(mapping) in quick.columns:
        column.note(quick[_zeros_of(mapping)], LOST_ZEROS)
    column.note(was_fixed, FIXED)
    if mapping.default is not None and text.has_nulls():
        said = pl.Series([mapping.default], dtype=pl.String)
        default = said.str.to_date() if field.dtype == pl.Date else said.cast(field.dtype)
        default = default.new_from_index(0, len(text))
        column.values = column.values.zip_with(text.is_not_null(), default)
    return column


def _told(
    source: pl.DataFrame, mapping: FieldMapping, field: ContractField, found: pl.DataFrame
) -> pl.DataFrame:
    """Return what was found as problems, with what stands in the cells; see ``no_problems``."""
    if found.is_empty():
        return no_problems()
    cells = source.select(stated(source, mapping).alias("value")).to_series()
    about, cause, value = pl.lit(field.title), pl.col("cause"), pl.col("value")
    plain = pl.format("{}: {}", about, cause)
    named = pl.format("{}: {} ({})", about, cause, value)
    nameless = pl.lit(field.personal) | ~pl.col("named") | (value == "")
    return (
        found.with_columns(value=cells.gather(found["at"]).fill_null(""), field=about)
        .with_columns(cause=pl.when(nameless).then(plain).otherwise(named))
        .select(list(PROBLEM_SCHEMA))
    )


def _whole_of(mapping: FieldMapping) -> str:
    """Return the name of the column that holds the whole of a share."""
    return f"{mapping.field} of"


def _zeros_of(mapping: FieldMapping) -> str:
    """Return the name of the column that tells where lost zeros were put back."""
    return f"{mapping.field} lost zeros"
