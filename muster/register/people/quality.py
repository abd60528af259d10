"""How good what systems say of people is: which fields they fill, what contradicts what.

Counts only, by system and as-at date, of returns that stand; nobody is named. What a statement
says never changes, so each one is counted once while the program runs.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from muster.register.bulk import read_frame
from muster.register.people.models import Statement
from muster.register.people.telling.claims import read_among, waiting_in

# Whom the sending employer pays, and who works in its structure beside them.
_PAID = frozenset({"permanent", "fixed_term", "loan_out"})
_STAFF = _PAID | {"loan_in"}
_EVERYBODY = _STAFF | {"contractor", "agency"}
# The fields that transfers, linking and figures rest on and that a row may lack, each with the
# engagements it matters for: nobody asks for the salary of an agency worker.
MATTERS: Mapping[str, frozenset[str]] = {
    "nino": _PAID,
    "salary": _PAID,
    "grade": _STAFF,
    "profession": _STAFF,
    "work_email": _STAFF,
    "post_title": _EVERYBODY,
    "place": _EVERYBODY,
}
AT_ONCE, _REMEMBERED = 20, 50_000


@dataclass(frozen=True)
class StandingReturn:
    """A statement that stands: one file, or a later release of its rows."""

    statement: int
    landing: uuid.UUID
    system: str
    as_at: dt.date


@dataclass(frozen=True)
class Filled:
    """How many records a statement holds; by field, in how many it is filled and asked for."""

    records: int
    fields: Mapping[str, tuple[int, int]]


_counted: dict[tuple[int, uuid.UUID], Filled] = {}


def standing(
    *, since: dt.date, until: dt.date, systems: Collection[str] | None = None
) -> tuple[StandingReturn, ...]:
    """Return the statements that stand of dates from ``since`` to ``until``, latest first."""
    found = Statement.objects.filter(
        recorded_to__isnull=True, as_at__gte=since, as_at__lte=until
    ).order_by("-as_at", "system", "id")
    if systems is not None:
        found = found.filter(system__in=list(systems))
    rows = found.values_list("id", "landing", "system", "as_at")
    return tuple(StandingReturn(*row) for row in rows)


def filled(returns: Sequence[StandingReturn]) -> dict[int, Filled]:
    """Return by statement what is filled in the records of these statements."""
    missing = [one for one in returns if (one.statement, one.landing) not in _counted]
    for start in range(0, len(missing), AT_ONCE):
        _count(missing[start : start + AT_ONCE])
    return counted(returns)


def counted(returns: Sequence[StandingReturn]) -> dict[int, Filled]:
    """Return what ``filled`` has counted of these statements already, without counting more."""
    found = ((one.statement, _counted.get((one.statement, one.landing))) for one in returns)
    return {statement: counts for statement, counts in found if counts is not None}


def in_conflict(
    *, since: dt.date, until: dt.date, systems: Collection[str] | None = None
) -> dict[tuple[str, dt.date], int]:
    """Return how many records of each return claim its date and are not believed.

    The days they claim contradict another record of the same person, or what somebody decided.
    """
    among = "" if systems is None else f" AND said.system IN ({', '.join(['%s'] * len(systems))})"
    found = read_frame(
        "SELECT said.system, said.as_at, COUNT(DISTINCT conflict.record_id)"  # noqa: S608
        # SQLite joins a CROSS JOIN in the order written: from the few conflicts, not all claims.
        " FROM register_people_conflict conflict CROSS JOIN register_people_claim claim"
        " CROSS JOIN register_people_statement said"
        " WHERE claim.record_id = conflict.record_id AND said.id = claim.statement_id"
        " AND conflict.recorded_to IS NULL AND said.recorded_to IS NULL"
        # Of people of whom not everybody may know nothing is counted, for anybody.
        " AND conflict.person_id NOT IN"
        " (SELECT person_id FROM register_restriction WHERE recorded_to IS NULL)"
        " AND said.as_at >= conflict.valid_from"
        " AND (conflict.valid_to IS NULL OR said.as_at < conflict.valid_to)"
        f" AND said.as_at >= %s AND said.as_at <= %s{among} GROUP BY said.system, said.as_at",
        [since.isoformat(), until.isoformat(), *(systems or ())],
        {"system": pl.String, "as_at": pl.Date, "records": pl.Int64},
    )
    return {(system, as_at): count for system, as_at, count in found.iter_rows()}


def doubtful(systems: Collection[str]) -> frozenset[tuple[str, dt.date]]:
    """Return system and date of returns in which a row of nobody known waits.

    Absence from such a return proves nothing, so leavers who are only missing are not noticed.
    """
    return waiting_in(systems).doubtful if systems else frozenset()


def _count(returns: Sequence[StandingReturn]) -> None:
    """Count statements and remember what was counted."""
    by_id = {one.statement: one for one in returns}
    groups = {_PAID: "paid", _STAFF: "staff", _EVERYBODY: "everybody"}
    sums = [f"SUM({_when(among)}) AS {name}" for among, name in groups.items()]
    sums += [f"SUM({_when(among, field)}) AS {field}" for field, among in MATTERS.items()]
    names = [*groups.values(), *MATTERS]
    frame = read_among(
        f"SELECT claim.statement_id, COUNT(*), {', '.join(sums)}"  # noqa: S608 - names are ours
        " FROM register_people_claim claim WHERE claim.statement_id IN {}"
        " GROUP BY claim.statement_id",
        list(by_id),
        {"statement": pl.Int64, "records": pl.Int64, **dict.fromkeys(names, pl.Int64)},
    )
    if len(_counted) > _REMEMBERED:
        _counted.clear()
    nothing = Filled(0, dict.fromkeys(MATTERS, (0, 0)))
    for one in returns:
        _counted[one.statement, one.landing] = nothing
    for row in frame.iter_rows(named=True):
        fields = {field: (row[field], row[groups[among]]) for field, among in MATTERS.items()}
        one = by_id[row["statement"]]
        _counted[one.statement, one.landing] = Filled(row["records"], fields)


def _when(among: Collection[str], field: str = "") -> str:
    named = ", ".join(f"'{one}'" for one in sorted(among))
    there = f" AND claim.{field} IS NOT NULL" if field else ""
    return f"CASE WHEN claim.engagement IN ({named}){there} THEN 1 ELSE 0 END"
