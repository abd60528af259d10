"""Delivery: the landed files of one layout become rows of their contract, and go to the sink.

Two steps with a clear seam. ``work_out`` maps, checks and asks the sink, and writes nothing.
``hand_over`` stores accepted rows, quarantine, landings and evidence in one transaction: a file
is delivered whole or not at all, and rows in = rows accepted + rows quarantined, always.
The delivery class is *transactional*: the sink shares the hub's database.
"""

import datetime as dt
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from muster.hub.blobs import seal
from muster.hub.contracts import PROBLEM_SCHEMA, Contract
from muster.hub.intakes import Feed, intake_for
from muster.hub.landing import Examined, json_bytes, scope_of, subject_of
from muster.hub.layouts import Layout, header_key
from muster.hub.mapping import Mapped, apply_layout
from muster.hub.mapping.source import Gathered, Sent
from muster.hub.mending.certain import map_with_corrected, received_texts
from muster.hub.mending.remembered import Meaning, in_force, instead, uses_of
from muster.hub.models import Landing, LandingState, QuarantinedRow
from muster.hub.parsers import sentence
from muster.ledger.current import ledger
from muster.ledger.port import NewEntry

DELIVERED = "muster.hub.landing.delivered.v1"
WHOLE_ROW = "the row"
_CAUSE, _REASON, _FIELD = 500, 300, 200
# Row numbers named in one statement: stores limit how many values a statement may hold.
_AT_ONCE = 5000


@dataclass(frozen=True)
class Delivery:
    """One file on its way to the sink.

    A release names the ``rows`` that are worked through again; ``waiting`` are all rows of the
    file that wait, these among them; ``received`` is what came in in cells that people
    corrected, by header and row. The file is read whole all the same: what a column says of
    its dates, and whether a record stands twice, can be told from the whole alone.
    """

    found: Examined
    feed: Feed
    rows: frozenset[int] | None = None
    waiting: frozenset[int] = frozenset()
    received: Mapping[str, Mapping[int, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What one batch came to, before it is written.

    ``accepted`` holds the rows for the sink, ``waiting`` the others; ``faults`` one row for each
    quarantined row with ``file``, ``row``, ``total`` and a list of problems; ``counts`` one row
    for each file with rows and totals; ``notes`` what was noticed and did not stop a row.
    ``cells`` holds those of each waiting row, by file and row, ``ranges`` the numbers of the
    first and last row of each file: what is written needs no table any more.
    ``meanings`` are the remembered meanings that were in force, ``uses`` for each file how many
    accepted rows each of them was used for.
    """

    deliveries: Sequence[Delivery]
    contract: Contract
    accepted: pl.DataFrame
    waiting: pl.DataFrame
    faults: pl.DataFrame
    counts: dict[int, "Count"]
    notes: dict[int, list[str]]
    meanings: Mapping[uuid.UUID, tuple[Meaning, ...]] = field(default_factory=dict)
    uses: Mapping[int, dict[str, int]] = field(default_factory=dict)
    cells: Mapping[tuple[int, int], dict[str, str]] = field(default_factory=dict)
    ranges: Mapping[int, list[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Count:
    """Rows and control totals of one file."""

    rows: int = 0
    accepted: int = 0
    quarantined: int = 0
    total_in: int = 0
    total_accepted: int = 0
    total_quarantined: int = 0


def work_out(deliveries: Sequence[Delivery], layout: Layout) -> Outcome:
    """Map, check and resolve the rows of files of one layout. Writes nothing."""
    intake = intake_for(layout.contract)
    meanings = in_force({one.found.route.id for one in deliveries if one.found.route})
    source, mapped, used = _mapped(deliveries, layout, intake.contract, meanings)
    prepared = intake.sink.prepare(mapped.frame, [delivery.feed for delivery in deliveries])
    problems = pl.concat([_ragged(source, deliveries), mapped.problems, prepared.problems])
    faulty = problems["at"].unique()
    numbered = prepared.frame.with_row_index("at").with_columns(
        faulty=pl.col("at").is_in(faulty.implode()),
        total=_total(intake.contract),
    )
    if any(delivery.rows is not None for delivery in deliveries):
        numbered = numbered.filter(_asked_for(deliveries))
    faults = (
        problems.group_by("at", maintain_order=True)
        .agg(pl.struct("field", "value", "reason", "cause").alias("problems"))
        .join(numbered.select("at", "file", "row", "total"), on="at")
        .sort("at")
    )
    counts, uses = _counts(numbered, deliveries), _uses(used, numbered)
    accepted, waiting = _parted(numbered)
    return Outcome(
        deliveries, intake.contract, accepted, waiting, faults, counts,
        prepared.noted(_notes(mapped.notes, numbered)), meanings, uses,
        _cells_of(deliveries, faults), {one.feed.number: _range_of(one) for one in deliveries},
    )  # fmt: skip


def _parted(numbered: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows that go on and those that wait; no copy where all go on."""
    plain = numbered.drop("at", "faulty", "total")
    if not numbered["faulty"].any():
        return plain, plain.clear()
    return plain.filter(~numbered["faulty"]), plain.filter(numbered["faulty"])


def _range_of(delivery: Delivery) -> list[int]:
    """Return the numbers of the first and last row of a file."""
    table = delivery.found.table
    return [table.rows[0], table.rows[-1]] if table is not None and len(table.rows) else []


def _mapped(
    deliveries: Sequence[Delivery],
    layout: Layout,
    contract: Contract,
    meanings: Mapping[uuid.UUID, tuple[Meaning, ...]],
) -> tuple[pl.DataFrame, Mapped, list[tuple[str, int, pl.Series]]]:
    """Map files together, but for those of routes whose values have meanings of their own.

    Returns:
        The sender's rows, what mapping gave of them, and for each meaning that was used its id,
        the place of the first row it was looked for in, and the rows it was used for.
    """
    groups: dict[uuid.UUID | None, list[Delivery]] = {}
    for delivery in deliveries:
        route = delivery.found.route.id if delivery.found.route else None
        groups.setdefault(route if route in meanings else None, []).append(delivery)
    sources, found, used, height = [], [], [], 0
    for route, group in groups.items():
        own = meanings.get(route, ()) if route else ()
        source = _gathered(group, layout)
        rows = source.select("file", "row")
        received = received_texts([(one.feed.number, one.received) for one in group], rows)
        if received:
            mapped = map_with_corrected(source.frame(), layout, contract, instead(own), received)
        else:
            mapped = apply_layout(source, layout, contract, instead(own))
        moved = pl.col("at") + height
        found.append(
            Mapped(
                mapped.frame,
                mapped.problems.with_columns(moved),
                mapped.notes.with_columns(moved),
            )
        )
        told = uses_of(own, source.of_fields({meaning.field for meaning in own}), layout)
        used += [(f"{fix}", height, uses) for fix, uses in told.items()]
        sources.append(rows)
        height += source.height
    together = Mapped(
        pl.concat(one.frame for one in found),
        pl.concat(one.problems for one in found),
        pl.concat(one.notes for one in found),
    )
    return pl.concat(sources), together, used


def _asked_for(deliveries: Sequence[Delivery]) -> pl.Expr:
    """Return whether a row is to be delivered now; all are but at a release."""
    partly = [delivery for delivery in deliveries if delivery.rows is not None]
    asked = pl.lit(True)
    for delivery in partly:
        here = pl.col("file") == delivery.feed.number
        asked &= ~here | pl.col("row").is_in(list(delivery.rows or ()))
    return asked


def _uses(
    used: Sequence[tuple[str, int, pl.Series]], numbered: pl.DataFrame
) -> dict[int, dict[str, int]]:
    """Return for each file how many of the rows that go on each meaning was used for."""
    good = numbered.filter(~pl.col("faulty"))
    uses: dict[int, dict[str, int]] = {}
    for fix, start, rows in used:
        places = rows.arg_true() + start
        there = good.filter(pl.col("at").is_in(places.implode()))
        for number, count in there.group_by("file").len().iter_rows():
            uses.setdefault(number, {})[fix] = count
    return uses


def _total(contract: Contract) -> pl.Expr:
    """Return each row's part of the control total.

    A number beyond the contract's maximum is a slip of the keyboard: its row waits, and adds
    nothing to the total, which a few of them would make meaningless and too large to store.
    """
    name = contract.control_total
    if name is None:
        return pl.lit(0, dtype=pl.Int64)
    most = contract.field(name).rules.get("maximum", 2**63 - 1)
    return pl.when(pl.col(name) <= most).then(pl.col(name)).otherwise(0)


def hand_over(outcome: Outcome, *, by: str, at: dt.datetime) -> None:
    """Write one batch. Call inside a transaction; the evidence is written last."""
    sink = intake_for(outcome.contract.name).sink
    feeds = [delivery.feed for delivery in outcome.deliveries]
    sink.write(outcome.accepted, feeds, waiting=outcome.waiting, by=by, at=at)
    write_quarantine(outcome)
    landings = Landing.objects.in_bulk([delivery.feed.landing for delivery in outcome.deliveries])
    entries = []
    for delivery in outcome.deliveries:
        landing, count = landings[delivery.feed.landing], outcome.counts[delivery.feed.number]
        _settle(landing, delivery, count, outcome.notes.get(delivery.feed.number, []))
        entries.append(_delivered_entry(delivery, outcome, by))
    # An upsert of rows that are there: many times faster than Django's bulk_update.
    Landing.objects.bulk_create(
        landings.values(),
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["state", "said", "rows", "accepted", "quarantined", "total_in",
                       "total_accepted", "total_quarantined", "parts", "notes", "waits_for",
                       "effect"],
    )  # fmt: skip
    ledger().append("exchange", entries)


def _settle(landing: Landing, delivery: Delivery, count: Count, notes: list[str]) -> None:
    """Bring a landing's figures up to date, at first or after a release from quarantine."""
    if delivery.rows is None:
        landing.rows, landing.total_in = count.rows, count.total_in
        landing.quarantined, landing.accepted = count.quarantined, count.accepted
        landing.total_quarantined = count.total_quarantined
        landing.total_accepted = count.total_accepted
        landing.notes = [*delivery.found.notes, *notes]
    else:
        landing.accepted += count.accepted
        landing.quarantined -= count.accepted
        landing.total_accepted += count.total_accepted
        landing.total_quarantined -= count.total_accepted
    landing.state, landing.said = LandingState.ACCEPTED, ""
    landing.parts = delivery.feed.part + 1


def _gathered(deliveries: Sequence[Delivery], layout: Layout) -> Gathered:
    """Return the sender's rows.

    On a release what went on already comes first: what waits may not say the same once more.
    """
    files = []
    for one in deliveries:
        assert one.found.table is not None
        last = one.waiting | one.rows if one.rows is not None else frozenset[int]()
        files.append(Sent(one.feed.number, one.found.table, last))
    return Gathered(files, layout)


def _ragged(source: pl.DataFrame, deliveries: Sequence[Delivery]) -> pl.DataFrame:
    """Return a problem for each row whose cells do not fit the header."""
    found = [
        (delivery.feed.number, row, cells, len(delivery.found.table.headers))
        for delivery in deliveries
        if delivery.found.table is not None
        for row, cells in delivery.found.table.ragged.items()
    ]
    ragged = pl.DataFrame(
        found,
        schema={"file": pl.Int64, "row": pl.Int64, "cells": pl.Int64, "width": pl.Int64},
        orient="row",
    )
    reason = pl.format("{} cells where the header has {}", "cells", "width")
    return (
        source.select("file", "row")
        .with_row_index("at")
        .join(ragged, on=["file", "row"])
        .with_columns(field=pl.lit(WHOLE_ROW), value=pl.lit(""), reason=reason)
        .with_columns(cause=pl.lit(f"{WHOLE_ROW}: more or fewer cells than the header"))
        .select(list(PROBLEM_SCHEMA))
        .cast(PROBLEM_SCHEMA)  # type: ignore[arg-type]
    )


def _counts(numbered: pl.DataFrame, deliveries: Sequence[Delivery]) -> dict[int, Count]:
    bad, total = pl.col("faulty"), pl.col("total")
    # Columns are added up; picked out within groups, their rows would be gathered by group first.
    each = numbered.select(
        "file",
        rows=pl.lit(1, dtype=pl.Int64),
        accepted=(~bad).cast(pl.Int64),
        quarantined=bad.cast(pl.Int64),
        total_in=total,
        total_accepted=pl.when(~bad).then(total).otherwise(0),
        total_quarantined=pl.when(bad).then(total).otherwise(0),
    )
    grouped = each.group_by("file").agg(pl.all().sum())
    counts = {delivery.feed.number: Count() for delivery in deliveries}
    for number, *figures in grouped.iter_rows():
        counts[number] = Count(*figures)
    return counts


def _notes(notes: pl.DataFrame, numbered: pl.DataFrame) -> dict[int, list[str]]:
    """Return what was left empty, by file, without the values themselves."""
    grouped = (
        notes.join(numbered.select("at", "file"), on="at")
        .group_by("file", "field", "reason", maintain_order=True)
        .len()
    )
    said: dict[int, list[str]] = {}
    for number, title, reason, count in grouped.iter_rows():
        said.setdefault(number, []).append(sentence(title, reason, count))
    return said


def write_quarantine(outcome: Outcome) -> None:
    """Store quarantined rows; on a release, those that stay get their new reason."""
    by_number = {delivery.feed.number: delivery for delivery in outcome.deliveries}
    for delivery in outcome.deliveries:
        kept = QuarantinedRow.objects.filter(landing=delivery.feed.landing)
        again = sorted(delivery.rows or ())
        for start in range(0, len(again), _AT_ONCE):
            kept.filter(row__in=again[start : start + _AT_ONCE]).delete()
    if outcome.faults.is_empty():
        return
    scopes = {scope_of(delivery.feed.landing) for delivery in outcome.deliveries}
    ciphers = ledger().ciphers_of(scopes)
    rows = []
    for _at, problems, number, row, total in outcome.faults.iter_rows():
        landing, first = by_number[number].feed.landing, problems[0]
        body = {"cells": outcome.cells[number, row], "problems": problems}
        rows.append(
            QuarantinedRow(
                landing_id=landing,
                row=row,
                field=first["field"][:_FIELD],
                reason=first["reason"][:_REASON],
                cause=first["cause"][:_CAUSE],
                total=total,
                sealed=seal(ciphers[scope_of(landing)][1], json.dumps(body).encode()),
            )
        )
    QuarantinedRow.objects.bulk_create(rows, batch_size=500)


def _cells_of(
    deliveries: Sequence[Delivery], faults: pl.DataFrame
) -> dict[tuple[int, int], dict[str, str]]:
    """Return the declared cells of rows with faults, by file and row."""
    cells: dict[tuple[int, int], dict[str, str]] = {}
    by_number = {delivery.feed.number: delivery.found for delivery in deliveries}
    for (number,), group in faults.select("file", "row").partition_by("file", as_dict=True).items():
        found = by_number[number]
        assert found.table is not None
        assert found.layout is not None
        taken = found.layout.known_columns - found.layout.ignored
        chosen = [
            (header, place)
            for place, header in enumerate(found.table.headers)
            if header_key(header) in taken
        ]
        headers = [header for header, _ in chosen]
        here = found.table.rows.is_in(group["row"].implode())
        columns = [found.table.cells_at(place).filter(here) for _, place in chosen]
        for row, *texts in zip(found.table.rows.filter(here), *columns, strict=True):
            cells[number, row] = dict(zip(headers, texts, strict=True))
    return cells


def _delivered_entry(delivery: Delivery, outcome: Outcome, by: str) -> NewEntry:
    number, contract = delivery.feed.number, outcome.contract
    count, uses = outcome.counts[number], outcome.uses.get(number)
    body = {
        "contract": contract.name,
        "part": delivery.feed.part,
        "row_range": outcome.ranges[number],
        "accepted": count.accepted,
        "quarantined": count.quarantined,
        "total_accepted": count.total_accepted,
        "total_quarantined": count.total_quarantined,
        "replaces": delivery.feed.replaces,
        "by": by,
    } | ({"fixes": uses} if uses else {})
    scope = scope_of(delivery.feed.landing)
    return NewEntry(DELIVERED, subject_of(delivery.found), json_bytes(body), scope)
