"""What figures of transfers are counted from, as whole columns: everything up to one instant.

Figures are named by a position of the exchange log, and the same name must mean the same data.
Steps of transfers stand in another log. So only that counts which had happened when the legal day
began on which the exchange log was last written to: steps, results and tasks that are done never
change, and that day says for good which of them are in.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl
from django.db.models import QuerySet

from muster.casework.models import Task
from muster.kernel.days import LONDON, legal_day
from muster.ledger.current import ledger
from muster.register.bulk import read_frame
from muster.services.transfers.models import (
    Booking,
    Difference,
    FirstPay,
    HandOff,
    TakenStep,
    Transfer,
)
from muster.services.transfers.payrolls.models import Instruction
from muster.services.transfers.process.registering import KEY

_TEXT, _DAY, _AT = pl.String, pl.Date, pl.Datetime("us", "UTC")
_NEVER = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)
_TERMS = """
    SELECT REPLACE(CAST(moved.id AS text), '-', ''), spent.grade, spent.profession
    FROM services_transfers_transfer moved
    JOIN register_assignment spent ON spent.employment = moved.new_employment
    WHERE spent.recorded_to IS NULL AND spent.valid_from <= moved.first_day
          AND (spent.valid_to IS NULL OR spent.valid_to > moved.first_day)
    ORDER BY spent.id
"""


def counted_until() -> dt.datetime:
    """Return the instant up to which figures count; nothing counts before the first message."""
    size = ledger().size("exchange")
    if not size:
        return _NEVER
    [last] = ledger().read("exchange", size - 1, 1)
    day = legal_day(last.recorded_at)
    return dt.datetime(day.year, day.month, day.day, tzinfo=LONDON).astimezone(dt.UTC)


def transfers(until: dt.datetime) -> pl.DataFrame:
    """Return every transfer: who moves from where to where, of which kind, and since when.

    ``employer`` is the one joined, ``left`` the one left, each in 32 hexadecimal digits.
    """
    found = Transfer.objects.filter(opened_at__lt=until)
    return _frame(
        found,
        {"id": _TEXT, "person_id": _TEXT, "importer_id": _TEXT, "exporter_id": _TEXT,
         "kind": _TEXT, "first_day": _DAY, "opened_at": _AT, "case": _TEXT},
    ).rename({"id": "transfer", "person_id": "person", "importer_id": "employer",
              "exporter_id": "left"})  # fmt: skip


def parties(until: dt.datetime) -> set[uuid.UUID]:
    """Return the employers that anybody moves from or to."""
    found = Transfer.objects.filter(opened_at__lt=until)
    pairs = found.order_by().values_list("exporter", "importer").distinct()
    return {one for pair in pairs for one in pair}


def stays(until: dt.datetime) -> pl.DataFrame:
    """Return each stay of a transfer in a stage: ``transfer``, ``stage``, ``since``, ``until``.

    ``until`` is empty where it stands there still.
    """
    taken = TakenStep.objects.filter(at__lt=until).order_by("transfer", "version")
    columns = {"transfer_id": _TEXT, "version": pl.Int64, "came_from": _TEXT, "to": _TEXT,
               "at": _AT}  # fmt: skip
    steps = _frame(taken, columns).rename({"transfer_id": "transfer"})
    steps = steps.filter(pl.col("came_from") != pl.col("to"))
    drafted = transfers(until).select(
        "transfer", version=pl.lit(0, pl.Int64), stage=pl.lit("draft"), since="opened_at"
    )
    entered = steps.select("transfer", "version", stage="to", since="at")
    both = pl.concat([drafted, entered]).sort("transfer", "version", maintain_order=True)
    return both.with_columns(until=pl.col("since").shift(-1).over("transfer"))


def with_terms(frame: pl.DataFrame) -> pl.DataFrame:
    """Return transfers with the grade and profession as the new employer states them."""
    spent = read_frame(_TERMS, [], dict.fromkeys(("transfer", "stated", "stated_profession"),
                                                 _TEXT))  # fmt: skip
    return frame.join(spent.unique("transfer", keep="last", maintain_order=True), on="transfer",
                      how="left")  # fmt: skip


def first_pays(until: dt.datetime) -> pl.DataFrame:
    """Return the first word of each payroll on each transfer; ``cause`` is empty where right."""
    found = FirstPay.objects.filter(at__lt=until).order_by("at", "id")
    frame = _frame(found, {"transfer_id": _TEXT, "employer_id": _TEXT, "cause": _TEXT})
    named = frame.rename({"transfer_id": "transfer", "employer_id": "payer"})
    return named.unique(("transfer", "payer"), keep="first", maintain_order=True)


def differences(until: dt.datetime) -> pl.DataFrame:
    """Return each field in which what was stated differed so that it mattered, when first found.

    ``cut_off`` is the earliest for which the transfer was ever booked, empty before it was.
    """
    found = Difference.objects.filter(recorded_from__lt=until, matters=True)
    frame = _frame(
        found.order_by("recorded_from", "id"),
        {"transfer_id": _TEXT, "field": _TEXT, "recorded_from": _AT},
    )
    frame = frame.unique(("transfer_id", "field"), keep="first", maintain_order=True)
    booked = _frame(
        Booking.objects.filter(recorded_from__lt=until, cut_off__isnull=False),
        {"transfer_id": _TEXT, "cut_off": _AT},
    )
    earliest = booked.group_by("transfer_id").agg(pl.col("cut_off").min())
    return frame.join(earliest, on="transfer_id", how="left").rename({"transfer_id": "transfer"})


def hand_offs(until: dt.datetime) -> pl.DataFrame:
    """Return what was to be handed over before an instant's day: what, who owes it, and when."""
    return _frame(
        HandOff.objects.filter(due__lt=legal_day(until)),
        {"transfer_id": _TEXT, "kind": _TEXT, "owner": _TEXT, "due": _DAY, "state": _TEXT,
         "at": _AT},
    ).rename({"transfer_id": "transfer", "kind": "handed"})  # fmt: skip


def too_late(until: dt.datetime) -> pl.DataFrame:
    """Return what a payroll was told too late for the pay period that should have taken it."""
    found = Instruction.objects.filter(
        made_at__lt=until, kind="pay", late_for__isnull=False, taken_back_at__isnull=True
    )
    return _frame(
        found, {"transfer": _TEXT, "employer_id": _TEXT, "action": _TEXT, "made_at": _AT}
    ).rename({"employer_id": "payer"})


def tasks(until: dt.datetime) -> pl.DataFrame:
    """Return each task that somebody did: ``case``, ``element`` and ``lane``."""
    done = Task.objects.filter(case__process=KEY, state="done", done_at__lt=until)
    columns = {"case_id": _TEXT, "element": _TEXT, "lane": _TEXT}
    return _frame(done, columns).rename({"case_id": "case"})


def legal(column: str) -> pl.Expr:
    """Return the legal day of an instant."""
    return pl.col(column).dt.convert_time_zone(str(LONDON)).dt.date()


def _frame(found: QuerySet[Any], columns: Mapping[str, Any]) -> pl.DataFrame:
    """Return columns of rows; ids are 32 hexadecimal digits."""
    return pl.DataFrame(
        _plain(found.values_list(*columns).iterator(chunk_size=10_000)), dict(columns),
        orient="row",
    )  # fmt: skip


def _plain(rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [tuple(one.hex if isinstance(one, uuid.UUID) else one for one in row) for row in rows]
