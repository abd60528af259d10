"""Applying a mapping: messages of one contract in, messages as the receiver reads them out.

A million rows and a single one take the same expressions, which were made once; nothing is planned
anew for a batch, because for a few hundred rows a plan would cost more than the work.
"""

from dataclasses import dataclass

import polars as pl

from muster.hub.contracts import no_problems, problems_at
from muster.hub.translating.compiling import Compiled, Looked, compiled
from muster.hub.translating.definition import RouteMapping
from muster.hub.translating.lookups import NO_LOOKUPS, Lookups
from muster.kernel.errors import BadInput, Where


@dataclass(frozen=True)
class Translated:
    """What became of a batch of messages: each goes, waits or is skipped.

    Args:
        frame: the messages that go, one column for each of the receiver's fields, in order.
            Nothing of the others is in it.
        places: for each row of ``frame``, its row in the batch, from 0.
        problems: why others wait; see ``contracts.no_problems``. ``at`` is the row in the batch.
        skipped: the rows in the batch that the mapping's ``only`` leaves out, in order.
    """

    frame: pl.DataFrame
    places: pl.Series
    problems: pl.DataFrame
    skipped: pl.Series


def translate(
    frame: pl.DataFrame, mapping: RouteMapping, lookups: Lookups = NO_LOOKUPS
) -> Translated:
    """Return what a mapping makes of messages.

    Args:
        frame: the messages, one typed column for each field that the mapping uses, and at least
            one; others do no harm. Empty text and null both mean that nothing is stated.
        mapping: what to do.
        lookups: the tables that the mapping asks.

    Raises:
        BadInput: if the frame lacks a field that the mapping uses.
    """
    work = compiled(mapping)
    missing = work.needs.difference(frame.columns)
    if missing:
        raise BadInput(
            f"Fields that the mapping uses are not given: {', '.join(sorted(missing))}",
            where=Where(thing=f"mapping {mapping.name}"),
            fix="Let the agreement name them, or take them out of the mapping",
        )
    going, places, skipped = _going(frame, work)
    going = _prepared(going, work, lookups)
    return _sorted_out(going, going.select(work.columns), work, places, skipped)


def _going(frame: pl.DataFrame, work: Compiled) -> tuple[pl.DataFrame, pl.Series | None, pl.Series]:
    """Return the messages that go, their rows if they are not all, and the rows of the others."""
    none = pl.Series("skipped", [], dtype=pl.UInt32)
    if work.only is None:
        return frame, None, none
    goes = frame.select(work.only.alias("goes")).to_series()
    if goes.all():
        return frame, None, none
    skipped = (~goes).arg_true().alias("skipped")
    return frame.filter(goes), goes.arg_true(), skipped


def _prepared(frame: pl.DataFrame, work: Compiled, lookups: Lookups) -> pl.DataFrame:
    """Add the named values and what lookup tables say."""
    for one in work.prepared:
        frame = frame.with_columns(_looked_up(frame, one, lookups) if isinstance(one, Looked)
                                   else one)  # fmt: skip
    return frame


def _looked_up(frame: pl.DataFrame, looked: Looked, lookups: Lookups) -> pl.Series:
    keys = _column(frame, looked.key).alias(looked.into)
    asked = keys.drop_nulls().unique().to_list()
    found = {key: said for key, said in lookups.find(looked.table, asked).items() if said}
    old, new = pl.Series(found.keys(), dtype=pl.String), pl.Series(found.values(), dtype=pl.String)
    return keys.replace_strict(old, new, default=None, return_dtype=pl.String)


def _sorted_out(
    going: pl.DataFrame,
    made: pl.DataFrame,
    work: Compiled,
    places: pl.Series | None,
    skipped: pl.Series,
) -> Translated:
    """Part the messages that go from those that must wait, and say why."""
    problems = _problems(going, made, work)
    result, rows = made.drop(work.place), made[work.place]
    if work.target is not None:
        checked = work.target.check(result)
        if checked.height:
            # A field that could not be made is empty now: it is not reported as missing as well.
            checked = checked.join(problems, on=["at", "field"], how="anti")
            problems = pl.concat([problems, checked])
    places = (rows if places is None else places).alias("places")
    if not problems.height:
        return Translated(result, places, problems, skipped)
    goes = ~rows.is_in(problems["at"].unique().implode())
    told = problems.with_columns(at=places.gather(problems["at"]))
    return Translated(result.filter(goes), places.filter(goes), told, skipped)


def _problems(going: pl.DataFrame, made: pl.DataFrame, work: Compiled) -> pl.DataFrame:
    """Return why messages wait: ``at`` is the row in the messages that go."""
    if not work.stretches:
        return no_problems()
    found = [no_problems()]
    unstated = going.select(work.counts).row(0)
    for stretch, count in zip(work.stretches, unstated, strict=True):
        ends = (made if stretch.last else going)[stretch.ends]
        if ends.null_count() == count:
            continue
        rows = (_column(going, stretch.begins.is_not_null()) & ends.is_null()).arg_true()
        waiting = going[rows]
        for fault in stretch.faults:
            mask = _column(waiting, fault.wrong)
            if mask.any():
                stood = _column(waiting, fault.before.cast(pl.String))
                found.append(
                    problems_at(rows.filter(mask), fault.title, stood.filter(mask), fault.reason,
                                personal=fault.private)
                )  # fmt: skip
    return pl.concat(found)


def _column(frame: pl.DataFrame, values: pl.Expr) -> pl.Series:
    """Return values for each row of a frame, also where they are the same in every row."""
    return frame.select(pl.int_range(pl.len()).alias("row"), values.alias("value"))["value"]
