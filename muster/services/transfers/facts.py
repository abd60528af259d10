"""What transfers offer to count: where they stand, how long it took, what was wrong, what it cost.

Rows hold no name, number or amount; whoever moves is a number that means nothing elsewhere. The
employer of a row is the one that they join, but of first pay and of what came too late the one
whose payroll it is, and of hand-offs the one that owes them: an employer's own system gets those.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import get_args

import polars as pl

from muster.casework.calendars.queries import employers_with_calendars
from muster.kernel.days import ONE_DAY, legal_day, month_end
from muster.kernel.metrics import NOT_MAPPED, Returns
from muster.register.employers import succession_queries as successions
from muster.register.employers.queries import titles
from muster.register.employers.succession_restating import restated
from muster.register.posts.levelled import every_level, every_profession, with_levels
from muster.services.transfers import counted
from muster.services.transfers.handoffs import table
from muster.services.transfers.payrolls.rules import ACTIONS, ALWAYS
from muster.services.transfers.process.minutes import EFFORTS, MINUTES
from muster.services.transfers.process.registering import (
    JOINING_HR,
    JOINING_PAYROLL,
    LEAVING_HR,
    LEAVING_PAYROLL,
    MANAGER,
    PERSON,
)
from muster.services.transfers.record.fields import by_name, sections
from muster.services.transfers.rules import BEFORE, GONE, Kind

STAGE_DAYS = (2, 5, 7, 14, 21, 28, 42, 56)
"""Where bands of days in a stage end; the last band has no end."""
WHOLE_DAYS = (7, 14, 21, 28, 42, 56, 84, 112, 168)
"""Where bands of days from offer to agreement and to effect end."""
TOUCHED = (10, 15, 20, 25, 30, 35, 40, 45, 60, 90)
"""Where bands of minutes that people spent on a transfer end."""
LIVE = (*BEFORE, "on_hold", "failed", "effected", "reconciled")
"""The stages of a transfer that is under way: not closed, and not given up."""
_WHOSE: Mapping[str, str] = {
    "person": "int64", "employer": "string", "employer_today": "string", "left": "string",
    "kind": "string",
}  # fmt: skip


class _Transfers:
    """What every kind of row has in common."""

    days: tuple[str] | tuple[str, str] = ("day",)
    alone: Mapping[str, Sequence[str]] = {}
    first: Mapping[str, str] = {}

    def domain(self, dimension: str, as_at: dt.date) -> Mapping[str, str]:
        """Return every code of a dimension, whoever has it."""
        if dimension in ("employer", "left"):
            return _employers()
        if dimension == "employer_today":
            return successions.complete_today(_employers(), (), as_at)
        return _codes(dimension)

    def dates(self) -> Sequence[dt.date]:
        """Return the ends of the months that are over, from that of the first transfer on."""
        until = counted.counted_until()
        return tuple(_month_ends(counted.transfers(until), legal_day(until)))

    def returns(self, as_at: dt.date) -> Returns:
        """Return that every employer is in: transfers happen here, and nothing is sent."""
        return Returns(len(_employers()), len(_employers()), ())


class Standing(_Transfers):
    """One row for each transfer and stage that it was in for a day or more."""

    name = "transfer_stages"
    columns: Mapping[str, str] = {**_WHOSE, "stage": "string", "since": "date", "until": "date"}
    days = ("since", "until")

    def frame(self) -> pl.DataFrame:
        """Return stays in stages as they are known now."""
        until = counted.counted_until()
        stays = counted.stays(until).with_columns(
            since=counted.legal("since"), until=counted.legal("until")
        )
        some = (pl.col("until") > pl.col("since")).fill_null(True)
        stays = stays.filter(pl.col("stage").is_in(LIVE), some)
        return _told(stays.join(counted.transfers(until), on="transfer"), since="since")


class Passed(_Transfers):
    """One row for each stage that a transfer left, with the days it was in it."""

    name = "transfer_stages_left"
    columns: Mapping[str, str] = {**_WHOSE, "stage": "string", "took": "string", "day": "date"}

    def frame(self) -> pl.DataFrame:
        """Return stages that were left as they are known now."""
        until = counted.counted_until()
        stays = counted.stays(until).filter(
            pl.col("stage").is_in(LIVE), pl.col("until").is_not_null()
        )
        left = stays.with_columns(
            took=_within(_days("since", "until"), STAGE_DAYS), day=counted.legal("until")
        )
        return _told(left.join(counted.transfers(until), on="transfer"))


class Effected(_Transfers):
    """One row for each transfer that took effect, dated by the first day."""

    name = "transfers_effected"
    columns: Mapping[str, str] = {
        **_WHOSE, "grade": "string", "profession": "string", "agreed_in": "string",
        "effected_in": "string", "touched": "string", "day": "date",
    }  # fmt: skip

    def frame(self) -> pl.DataFrame:
        """Return transfers that took effect as they are known now."""
        until = counted.counted_until()
        effected = _effected(until)
        spent = _touches(effected, until).group_by("transfer").agg(pl.col("minutes").sum())
        rows = effected.join(spent, on="transfer", how="left").with_columns(
            agreed_in=_within(_days("offered", "agreed"), WHOLE_DAYS),
            effected_in=_within(_days("offered", "effected"), WHOLE_DAYS),
            touched=_within(pl.col("minutes"), TOUCHED),
        )
        return _told(with_levels(counted.with_terms(rows)))


class Touches(_Transfers):
    """One row for each task that somebody did for a transfer that took effect, with its minutes."""

    name = "transfer_tasks"
    columns: Mapping[str, str] = {
        **_WHOSE, "lane": "string", "task": "string", "minutes": "int64", "day": "date",
    }  # fmt: skip

    def frame(self) -> pl.DataFrame:
        """Return tasks that were done as they are known now."""
        until = counted.counted_until()
        return _told(_touches(_effected(until), until))


class FirstPays(_Transfers):
    """One row for each first pay, as first reported, and cause for which it was wrong."""

    name = "transfer_first_pays"
    columns: Mapping[str, str] = {
        "pay": "int64", **_WHOSE, "side": "string", "verdict": "string", "cause": "string",
        "day": "date", "first": "int64",
    }  # fmt: skip
    alone: Mapping[str, Sequence[str]] = {"pay": ("cause",)}
    first: Mapping[str, str] = {"pay": "first"}

    def frame(self) -> pl.DataFrame:
        """Return what payrolls reported first as it is known now."""
        until = counted.counted_until()
        paid = counted.first_pays(until).join(_effected(until), on="transfer")
        joined = pl.col("payer") == pl.col("employer")
        rows = paid.with_row_index("pay").with_columns(
            side=pl.when(joined).then(pl.lit("importer")).otherwise(pl.lit("exporter")),
            verdict=pl.when(pl.col("cause") == "").then(pl.lit("right")).otherwise(pl.lit("wrong")),
            employer=pl.col("payer"),
            cause=pl.col("cause").str.split(","),
        )
        known = list(_codes("cause"))
        rows = rows.explode("cause").with_columns(
            cause=pl.when(pl.col("cause").is_in(known)).then("cause").otherwise(pl.lit("other"))
        )
        rows = rows.unique(("pay", "cause"), maintain_order=True)
        return _told(rows.with_columns(first=pl.col("pay").is_first_distinct().cast(pl.Int64)))


class Faults(_Transfers):
    """One row for each field that was stated in two ways and mattered, when it was found."""

    name = "transfer_faults"
    columns: Mapping[str, str] = {
        **_WHOSE, "section": "string", "found": "string", "day": "date",
    }  # fmt: skip

    def frame(self) -> pl.DataFrame:
        """Return what was found to differ as it is known now."""
        until = counted.counted_until()
        belongs = {name: one.section for name, one in by_name().items()}
        late = (pl.col("recorded_from") >= pl.col("cut_off")).fill_null(False)
        rows = counted.differences(until).with_columns(
            section=pl.col("field").replace_strict(
                belongs, default="other", return_dtype=pl.String
            ),
            found=pl.when(late).then(pl.lit("after")).otherwise(pl.lit("before")),
            day=counted.legal("recorded_from"),
        )
        return _told(rows.join(counted.transfers(until), on="transfer"))


class HandedOver(_Transfers):
    """One row for each thing that was to be handed over, dated by when it was due."""

    name = "transfer_hand_offs"
    columns: Mapping[str, str] = {
        **_WHOSE, "handed": "string", "owner": "string", "in_time": "string", "day": "date",
    }  # fmt: skip

    def frame(self) -> pl.DataFrame:
        """Return what was due as it is known now."""
        until = counted.counted_until()
        gone = counted.stays(until).filter(pl.col("stage").is_in(GONE))
        due = counted.hand_offs(until).join(counted.transfers(until), on="transfer")
        due = due.join(gone.select("transfer", gone=counted.legal("since")), on="transfer",
                       how="left")  # fmt: skip
        due = due.filter((pl.col("gone") > pl.col("due")).fill_null(True))
        settled = (pl.col("at") < until) & (pl.col("state") != "open")
        kept = (settled & (counted.legal("at") <= pl.col("due"))).fill_null(False)
        waived = (settled & (pl.col("state") == "waived")).fill_null(False)
        rows = due.with_columns(
            in_time=pl.when(waived).then(pl.lit("waived")).when(kept).then(pl.lit("in time"))
            .when(settled.fill_null(False)).then(pl.lit("late")).otherwise(pl.lit("outstanding")),
            employer=pl.when(pl.col("owner") == "exporter").then("left").otherwise("employer"),
            day=pl.col("due"),
        )  # fmt: skip
        return _told(rows)


class TooLate(_Transfers):
    """One row for each thing that a payroll was told after the cut-off that it was meant for."""

    name = "transfer_cut_offs"
    columns: Mapping[str, str] = {**_WHOSE, "action": "string", "day": "date"}

    def frame(self) -> pl.DataFrame:
        """Return what came too late as it is known now."""
        until = counted.counted_until()
        rows = counted.too_late(until).join(counted.transfers(until), on="transfer")
        return _told(rows.with_columns(employer=pl.col("payer"), day=counted.legal("made_at")))


def bands(ends: Sequence[int], unit: str = "days") -> dict[str, str]:
    """Return bands with their labels; who is in none comes last."""
    said = {f"to {ends[0]}": f"Up to {ends[0]} {unit}"}
    said |= {f"to {end}": f"{since + 1} to {end} {unit}" for since, end in pairwise(ends)}
    return {**said, f"over {ends[-1]}": f"More than {ends[-1]} {unit}"}


def _effected(until: dt.datetime) -> pl.DataFrame:
    """Return transfers that took effect and stand, with when they were offered and agreed."""
    stays = counted.stays(until)
    entered = [
        stays.filter(pl.col("stage") == stage).group_by("transfer").agg(
            (pl.col("since").min() if stage == "offered" else pl.col("since").max()).alias(stage)
        )
        for stage in ("offered", "agreed", "effected")
    ]  # fmt: skip
    reversed_ = stays.filter(pl.col("stage") == "reversed")
    found = counted.transfers(until).join(entered[-1], on="transfer")
    for one in entered[:-1]:
        found = found.join(one, on="transfer", how="left")
    return found.join(reversed_, on="transfer", how="anti").with_columns(day=pl.col("first_day"))


def _touches(effected: pl.DataFrame, until: dt.datetime) -> pl.DataFrame:
    done = counted.tasks(until).filter(pl.col("element").is_in(list(MINUTES)))
    return effected.join(done, on="case").with_columns(
        task=pl.col("element"),
        minutes=pl.col("element").replace_strict(dict(MINUTES), return_dtype=pl.Int64),
    )


def _told(rows: pl.DataFrame, since: str = "day") -> pl.DataFrame:
    """Return rows with the employer of today; whoever moves is a number."""
    found = restated(rows, successions.standing(), since=since, until=None)
    texts = [name for name, kind in found.schema.items() if kind == pl.String]
    return found.with_columns(pl.col("person").rank("dense").cast(pl.Int64)).with_columns(
        pl.col(name).fill_null(NOT_MAPPED) for name in texts if name != "person"
    )


def _days(since: str, until: str) -> pl.Expr:
    return (counted.legal(until) - counted.legal(since)).dt.total_days()


def _within(took: pl.Expr, ends: Sequence[int]) -> pl.Expr:
    """Return the band of a number; none where it is not known."""
    told = pl.lit(f"over {ends[-1]}")
    for end in reversed(ends):
        told = pl.when(took <= end).then(pl.lit(f"to {end}")).otherwise(told)
    return pl.when(took.is_null()).then(pl.lit(NOT_MAPPED)).otherwise(told)


def _employers() -> dict[str, str]:
    """Return the employers that use transfers, by title: hexadecimal id and title.

    They are those whose payroll's calendar is loaded, and those of any transfer: an employer that
    is missing tells that it does not use them, and nothing of people.
    """
    parties = counted.parties(counted.counted_until())
    found = {**titles(list(parties)), **dict(employers_with_calendars())}
    return {one.hex: title for one, title in sorted(found.items(), key=lambda pair: pair[1])}


def _month_ends(found: pl.DataFrame, until: dt.date) -> Iterator[dt.date]:
    first = found.select(counted.legal("opened_at").min()).item()
    end = month_end(first) if first is not None else until
    while end < until:
        yield end
        end = month_end(end + ONE_DAY)


def _codes(dimension: str) -> Mapping[str, str]:
    if dimension == "grade":
        return every_level("Not mapped")
    if dimension == "profession":
        return every_profession("Not stated")
    if dimension in ("agreed_in", "effected_in"):
        return {**bands(WHOLE_DAYS), NOT_MAPPED: "Never offered by itself"}
    if dimension == "took":
        return bands(STAGE_DAYS)
    if dimension == "touched":
        return {**bands(TOUCHED, "minutes"), NOT_MAPPED: "No task was done here"}
    if dimension == "section":
        return {**sections(), "other": "Other"}
    if dimension == "handed":
        return {code: one.title for code, one in table().items()}
    if dimension == "task":
        return {element: one.title for element, one in EFFORTS.items()}
    if dimension == "cause":
        return _causes()
    return {code: _label(code) for code in _NAMED[dimension]}


_NAMED: Mapping[str, Sequence[str]] = {
    "kind": get_args(Kind), "stage": LIVE,
    "lane": (MANAGER, PERSON, LEAVING_HR, JOINING_HR, LEAVING_PAYROLL, JOINING_PAYROLL),
    "side": ("importer", "exporter"),
    "verdict": ("right", "wrong"), "found": ("before", "after"),
    "owner": ("person", "exporter", "importer", "payroll"), "action": ACTIONS["pay"],
    "in_time": ("in time", "late", "outstanding", "waived"),
}  # fmt: skip
_WORDS = {
    "importer": "The employer joined",
    "exporter": "The employer left",
    "person": "The person",
    "payroll": "Payroll",
    "before": "Before the cut-off",
    "after": "After the cut-off",
    "outstanding": "Late, and still to come",
    "late": "Late, and done",
    "start": "A starter",
    "leave": "A leaver",
    "change": "A change",
    "cancel": "A cancellation",
}


def _label(code: str) -> str:
    words = _WORDS.get(code) or code.replace("_", " ")
    return words[:1].upper() + words[1:]


def _causes() -> dict[str, str]:
    """Return what a first pay may differ in, with the words of the record where it has them."""
    ours = {
        "": "None: it was right",
        "gross": "Gross pay",
        "paid_from": "First day paid",
        "paid_to": "Last day paid",
        "period_starts": "Pay period",
        "pay_day": "Pay day",
    }
    named = by_name()
    told = {name: named[name].title for name in (*ALWAYS, "nino") if name in named}
    return {**ours, **told, "other": "Other"}
