"""Attendance in the buildings of the pretend service: who came, as counts of gates and sensors say.

    attendance/<employer>/<as-at date>-attendance.csv

Most buildings send a row for each working day of the month, every fourth employer one for each week
that is over by its end; nothing is sent of a day on which a building was shut. People of the second
employer are counted in the first building of the first one as well, under its name. How many people
a building is based for is how many are employed there in truth, so nobody is made up for it.

Truth: `attendance` has one row for each row of each file. `day` is null of a week, `present` the
sum of its `days`, and `employer` whose people they are.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from synthetic.chance import Chance
from synthetic.employers import Employer
from synthetic.forms.delimited import Delimited
from synthetic.forms.form import About, Cell
from synthetic.places import Site

SHUT = frozenset((date(2026, 8, 31), date(2026, 12, 25), date(2026, 12, 28)))  # bank holidays
BY_DAY = (
    "Building", "Town", "Region", "Organisation", "Date", "People Present", "Desks", "People Based",
)  # fmt: skip
BY_WEEK = (
    "Building", "Town", "Region", "Organisation", "Week Beginning", "Days Counted",
    "Total Present", "Desks", "People Based",
)  # fmt: skip
SCHEMA: dict[str, type[pl.DataType]] = {
    "employer": pl.String, "sender": pl.String, "building": pl.String, "town": pl.String,
    "region": pl.String, "week": pl.Date, "day": pl.Date, "days": pl.Int64, "present": pl.Int64,
    "desks": pl.Int64, "based": pl.Int64, "file": pl.String, "row_number": pl.Int64,
}  # fmt: skip
FORM = Delimited(",", "utf-8", "\r\n")
_MID_WEEK = (0.9, 1.2, 1.25, 1.15, 0.6)  # Monday to Friday, of an average day
_GUESTS = 24
_WEEKLY = 4  # every fourth employer sends weeks


@dataclass(frozen=True, slots=True)
class _Home:
    """One employer's part of a building. `usual` is the share of its people on an average day."""

    employer: Employer
    site: Site
    named: str
    based: int
    desks: int
    usual: float


def write_attendance(
    out: Path, employers: Sequence[Employer], as_at: Sequence[date], chance: Chance
) -> Path:
    """Write every employer's files and the table of truth; return where that is.

    `out/truth` must hold the employments already: they say who is based where.
    """
    told: list[tuple[object, ...]] = []
    usual = [chance.between(42, 72) / 100 for _ in employers]
    months = [(first.replace(day=1), first) for first in as_at]
    based = {last: _based(out, last) for _first, last in months}
    for employer in employers:
        for first, last in months:
            homes = [
                _home(employer, site, "", based[last].get(site.place_id, 0), usual[employer.number])
                for site in employer.sites
            ]
            if employer.number == 0:
                other = employers[1]
                homes.append(_home(other, employer.sites[0], other.name, _GUESTS, usual[1]))
            weekly = employer.number % _WEEKLY == _WEEKLY - 1
            name = f"attendance/{employer.slug}/{last.isoformat()}-attendance.csv"
            writing = FORM.begin(out / name, BY_WEEK if weekly else BY_DAY, About("", last))
            rows = [row for home in homes for row in _counted(home, first, last, weekly, chance)]
            writing.add([_cells(home, row) for home, row in rows])
            writing.finish()
            told += [
                (home.employer.slug, employer.slug, home.site.building, home.site.town,
                 home.site.region, *row, home.desks, home.based, name, number)
                for number, (home, row) in enumerate(rows, start=1)
            ]  # fmt: skip
    path = out / "truth" / "attendance.parquet"
    pl.DataFrame(told, schema=SCHEMA, orient="row").write_parquet(path)
    return path


# A week, the day or None, on how many days people were counted, and how many were there.
_Row = tuple[date, date | None, int, int]


def _based(out: Path, day: date) -> Mapping[str, int]:
    """How many people are employed at each place on a day."""
    jobs = pl.read_parquet(out / "truth" / "assignment.parquet")
    posts = pl.read_parquet(out / "truth" / "post.parquet").select("post_id", "place_id")
    now = jobs.filter(
        pl.col("valid_from") <= day, pl.col("valid_to").is_null() | (pl.col("valid_to") > day)
    )
    counted = now.join(posts, on="post_id").group_by("place_id").agg(pl.col("person_id").n_unique())
    return dict(counted.iter_rows())


def _home(employer: Employer, site: Site, named: str, based: int, usual: float) -> _Home:
    return _Home(employer, site, named, based, -(-based * 7 // 10), usual)


def _counted(
    home: _Home, first: date, last: date, weekly: bool, chance: Chance
) -> Iterator[tuple[_Home, _Row]]:
    # A week that began in the month before is told whole.
    since = first - timedelta(days=first.weekday()) if weekly else first
    days = (since + timedelta(days=place) for place in range((last - since).days + 1))
    weeks: dict[date, list[tuple[date, int]]] = {}
    for day in days:
        if day.weekday() < len(_MID_WEEK) and day not in SHUT:
            share = home.usual * _MID_WEEK[day.weekday()] * (0.85 + 0.3 * chance.unit())
            week = day - timedelta(days=day.weekday())
            weeks.setdefault(week, []).append((day, min(home.based, round(home.based * share))))
    for week, found in weeks.items():
        if not weekly:
            yield from ((home, (week, day, 1, present)) for day, present in found)
        elif week + timedelta(days=4) <= last:
            yield home, (week, None, len(found), sum(present for _day, present in found))


def _cells(home: _Home, row: _Row) -> tuple[Cell, ...]:
    week, day, days, present = row
    site = home.site
    said = (day or week).strftime("%d/%m/%Y")
    when: tuple[Cell, ...] = (said,) if day else (said, days)
    return (
        site.building, site.town, site.region, home.named, *when, present, home.desks, home.based,
    )  # fmt: skip
