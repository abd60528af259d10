"""What the people room offers to count: who is employed when and how, and who comes and goes.

A person is a number that means nothing elsewhere. The rows tell what is believed now; where several
employments of a person at one employer hold on the same day, the substantive one speaks for them.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import pairwise

import polars as pl

from muster.kernel.metrics import NOT_MAPPED, Returns
from muster.register.bulk import read_frame
from muster.register.employers import succession_queries as successions
from muster.register.employers.succession_restating import restated
from muster.register.people import queries
from muster.register.people.costs import PRICED, with_costs
from muster.register.people.rules import FURTHER, SUBSTANTIVE
from muster.register.places.facts import PLACED, every_place
from muster.register.places.queries import with_where
from muster.register.posts.levelled import every_level, every_profession, with_levels
from muster.register.posts.metrics import GRADE, PROFESSION

AGES = (20, 30, 40, 50, 60, 65)
"""Where bands of age begin, after the first."""
SAME_MOVE = 28
"""Who starts elsewhere within so many days of leaving has moved: so long service may be bridged."""
KINDS = {"employee": "Employees", "contractor": "Contractors", "agency": "Agency workers",
         "loan_in": "On loan from elsewhere"}  # fmt: skip
_OPEN = dt.date(9999, 12, 31)
_HELD = """
    SELECT CAST(person_id AS text), REPLACE(CAST(employer_id AS text), '-', ''),
           CAST(employment AS text), engagement, CAST(valid_from AS text), CAST(valid_to AS text)
    FROM register_employment WHERE recorded_to IS NULL
"""
_SPENT = """
    SELECT CAST(spent.employment AS text), spent.grade, spent.profession, spent.fte, spent.salary,
           spent.day_rate, place.name, CAST(spent.valid_from AS text),
           CAST(spent.valid_to AS text)
    FROM register_assignment spent LEFT JOIN register_place place ON place.id = spent.place_id
    WHERE spent.recorded_to IS NULL
"""
_BORN = """
    SELECT CAST(person_id AS text), MIN(value) FROM register_identifier
    WHERE kind = 'birth_date' AND recorded_to IS NULL
    GROUP BY person_id HAVING COUNT(DISTINCT value) = 1
"""
_TEXT = pl.String
_DAYS = ("valid_from", "valid_to")


class Employments:
    """One row for each person, employer and stretch of days on which nothing counted changes."""

    name = "employments"
    columns: Mapping[str, str] = {
        "person": "int64", "employer": "string", "employer_today": "string", "kind": "string",
        "grade": "string", "profession": "string", "age": "string",
        **dict.fromkeys(PLACED, "string"), "fte": "int64", "priced": "string", "cost": "int64",
        "valid_from": "date", "valid_to": "date",
    }  # fmt: skip
    days: tuple[str] | tuple[str, str] = _DAYS
    alone: Mapping[str, Sequence[str]] = {"person": ("employer", "kind")}
    first: Mapping[str, str] = {}

    def frame(self) -> pl.DataFrame:
        """Return stretches as they are believed now."""
        held, spent, born = _held(), _spent(), _born()
        stretches = _stretches(held, spent, born)
        told = _terms(_chosen(stretches, held), spent)
        told = with_costs(told.join(born, on="person", how="left").with_columns(age=_age()))
        named = _named(with_where(with_levels(told)))
        return restated(named, successions.standing(), same_move=SAME_MOVE)

    def domain(self, dimension: str, as_at: dt.date) -> Mapping[str, str]:
        """Return every code of a dimension, whoever has it."""
        if dimension == "employer":
            return {one.employer.hex: one.title for one in queries.returns(as_at).made}
        if dimension == "employer_today":
            return _whole_today(as_at)
        if dimension == "grade":
            return every_level(GRADE.not_mapped)
        if dimension == "profession":
            return every_profession(PROFESSION.not_mapped)
        if dimension in PLACED:
            return every_place(dimension)
        if dimension == "priced":
            return PRICED
        return ages() if dimension == "age" else KINDS

    def dates(self) -> Sequence[dt.date]:
        """Return the days that HR files speak of."""
        return sorted(queries.dates_returned())

    def returns(self, as_at: dt.date) -> Returns:
        """Return which employers' HR systems told of a day, of those that are awaited."""
        found = queries.returns(as_at)
        missing = successions.awaited(found.missing, as_at)
        known = len(found.made) + len(missing)
        return Returns(len(found.made), known, missing, queries.feeds_at(as_at))


def _whole_today(as_at: dt.date) -> dict[str, str]:
    """Return the employers of today of which no part is missing on a date."""
    found = queries.returns(as_at)
    # An employer that had nobody yet, or nobody any more, lacks nothing.
    missing = queries.employing([one for one, _ in found.missing], as_at)
    return successions.complete_today([one.employer.hex for one in found.made], missing, as_at)


def ages() -> dict[str, str]:
    """Return the bands of age with their labels."""
    told = {f"under {AGES[0]}": f"Under {AGES[0]}"}
    for since, end in pairwise(AGES):
        told[f"{since} to {end - 1}"] = f"{since} to {end - 1}"
    return {**told, f"{AGES[-1]} and over": f"{AGES[-1]} and over", NOT_MAPPED: "Not known"}


def _held() -> pl.DataFrame:
    """Return employments with the kind they are counted under."""
    columns = ("person", "employer", "employment", "engagement", *_DAYS)
    frame = _dated(read_frame(_HELD, [], dict.fromkeys(columns, _TEXT)))
    own = pl.col("engagement").is_in([SUBSTANTIVE, FURTHER])
    return frame.with_columns(
        kind=pl.when(own).then(pl.lit("employee")).otherwise("engagement"),
        after=pl.col("engagement") != SUBSTANTIVE,
    )


def _spent() -> pl.DataFrame:
    types = {"employment": _TEXT, "stated": _TEXT, "stated_profession": _TEXT, "fte": pl.Int64,
             "salary": pl.Int64, "day_rate": pl.Int64, "place": _TEXT,
             **dict.fromkeys(_DAYS, _TEXT)}  # fmt: skip
    return _dated(read_frame(_SPENT, [], types))


def _born() -> pl.DataFrame:
    frame = read_frame(_BORN, [], {"person": _TEXT, "born": _TEXT})
    return frame.with_columns(pl.col("born").str.to_date(strict=False))


def _dated(frame: pl.DataFrame) -> pl.DataFrame:
    frame = frame.with_columns(pl.col(_DAYS).str.to_date())
    return frame.with_columns(pl.col("valid_to").fill_null(_OPEN))


_WHOSE = ("person", "employer", "kind")


def _stretches(held: pl.DataFrame, spent: pl.DataFrame, born: pl.DataFrame) -> pl.DataFrame:
    """Return the stretches between all days on which something of a person may change."""
    of = held.select(*_WHOSE, "employment")
    terms = spent.join(of, on="employment")
    birthdays = held.select(_WHOSE).unique().join(born, on="person")
    edges = [frame.select(*_WHOSE, day=pl.col(name)) for frame in (held, terms) for name in _DAYS]
    edges += [
        birthdays.select(*_WHOSE, day=pl.col("born").dt.offset_by(f"{years}y")) for years in AGES
    ]
    found = pl.concat(edges).drop_nulls().unique().sort(*_WHOSE, "day")
    return found.with_columns(valid_to=pl.col("day").shift(-1).over(_WHOSE)).drop_nulls().rename(
        {"day": "valid_from"}
    )  # fmt: skip


def _chosen(stretches: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """Return stretches with the employment that speaks for the person, where there is one."""
    both = stretches.join(held, on=_WHOSE, suffix="_held").filter(
        pl.col("valid_from_held") <= pl.col("valid_from"),
        pl.col("valid_to_held") > pl.col("valid_from"),
    )
    order = ("after", "employment")
    return both.sort(*_WHOSE, "valid_from", *order).unique(
        (*_WHOSE, "valid_from"), keep="first", maintain_order=True
    ).select(*_WHOSE, "employment", *_DAYS)  # fmt: skip


def _terms(chosen: pl.DataFrame, spent: pl.DataFrame) -> pl.DataFrame:
    """Return stretches with the terms in force at their beginning; empty where none are."""
    found = chosen.sort("valid_from").join_asof(
        spent.rename({"valid_to": "terms_to"}).sort("valid_from"),
        on="valid_from", by="employment", strategy="backward", check_sortedness=False,
    )  # fmt: skip
    over = pl.col("terms_to") <= pl.col("valid_from")
    terms = ("stated", "stated_profession", "fte", "salary", "day_rate", "place")
    return found.with_columns(pl.when(over).then(None).otherwise(pl.col(n)).alias(n) for n in terms)


def _age() -> pl.Expr:
    codes, started = list(ages()), pl.col("valid_from")
    told = pl.lit(codes[0])
    for years, code in zip(AGES, codes[1:], strict=False):
        reached = pl.col("born").dt.offset_by(f"{years}y") <= started
        told = pl.when(reached).then(pl.lit(code)).otherwise(told)
    return pl.when(pl.col("born").is_null()).then(pl.lit(NOT_MAPPED)).otherwise(told)


def _named(told: pl.DataFrame) -> pl.DataFrame:
    """Return rows in which people are numbers and open ends are empty."""
    return told.with_columns(
        pl.col("grade", "profession").fill_null(NOT_MAPPED),
        fte=pl.col("fte").fill_null(0),
        person=pl.col("person").rank("dense").cast(pl.Int64),
        valid_to=pl.when(pl.col("valid_to") < _OPEN).then("valid_to"),
    )


class Moves(Employments):
    """One row for each coming and each going of an employee."""

    name = "moves"
    columns: Mapping[str, str] = {
        "person": "int64", "what": "string", "employer": "string", "employer_today": "string",
        "other": "string", "other_today": "string", "grade": "string", "profession": "string",
        "age": "string", **dict.fromkeys(PLACED, "string"), "day": "date",
    }  # fmt: skip
    days = ("day",)
    alone: Mapping[str, Sequence[str]] = {}

    def frame(self) -> pl.DataFrame:
        """Return comings and goings as they are believed now."""
        stretches = super().frame().filter(pl.col("kind") == "employee")
        spells = _spells(stretches)
        near = pl.duration(days=SAME_MOVE)
        moved_in = (pl.col("valid_from") - pl.col("until") <= near).fill_null(False)
        moved_out = (pl.col("then") - pl.col("valid_to") <= near).fill_null(False)
        started = spells.select(
            "person", "employer", *_SPELT, day="valid_from",
            what=pl.when(moved_in).then(pl.lit("moved in")).otherwise(pl.lit("joined")),
            other=_beside(moved_in, "before"), other_today=_beside(moved_in, "before_today"),
        )  # fmt: skip
        ended = spells.filter(pl.col("valid_to").is_not_null()).select(
            "person", "employer", *(pl.col(f"last_{name}").alias(name) for name in _SPELT),
            day="valid_to",
            what=pl.when(moved_out).then(pl.lit("moved out")).otherwise(pl.lit("left")),
            other=_beside(moved_out, "after"), other_today=_beside(moved_out, "after_today"),
        )  # fmt: skip
        return pl.concat([started.select(ended.columns), ended])

    def domain(self, dimension: str, as_at: dt.date) -> Mapping[str, str]:
        """Return every code of a dimension, whoever has it."""
        if dimension == "other":
            return {**super().domain("employer", as_at), NOT_MAPPED: "None, or not known"}
        if dimension == "other_today":
            return {**super().domain("employer_today", as_at), NOT_MAPPED: "None, or not known"}
        return super().domain(dimension, as_at)


# What is told of the beginning and of the end of an unbroken time at an employer.
_SPELT = ("employer_today", "grade", "profession", "age", *PLACED)


def _beside(moved: pl.Expr, name: str) -> pl.Expr:
    """Return the employer before or after, where the person moved."""
    return pl.when(moved).then(pl.col(name)).otherwise(pl.lit(NOT_MAPPED))


def _spells(stretches: pl.DataFrame) -> pl.DataFrame:
    """Return each unbroken time of a person at an employer, with those before and after."""
    rows = stretches.sort("person", "employer", "valid_from")
    last = pl.col("valid_to").shift(1).over("person", "employer")
    broken = (pl.col("valid_from") != last).fill_null(True)
    rows = rows.with_columns(spell=broken.cum_sum())
    spells = rows.group_by("person", "employer", "spell", maintain_order=True).agg(
        pl.col("valid_from").first(), pl.col("valid_to").last(), pl.col(_SPELT).first(),
        *(pl.col(name).last().alias(f"last_{name}") for name in _SPELT),
    )  # fmt: skip
    return spells.sort("person", "valid_from").with_columns(
        before=pl.col("employer").shift(1).over("person"),
        until=pl.col("valid_to").shift(1).over("person"),
        after=pl.col("employer").shift(-1).over("person"),
        before_today=pl.col("last_employer_today").shift(1).over("person"),
        after_today=pl.col("employer_today").shift(-1).over("person"),
        then=pl.col("valid_from").shift(-1).over("person"),
    )
