"""Official statistics for tests: small files of one layout, and real ones read a second way.

What the real files say is worked out here by fixed places and plain loops, as somebody with a
spreadsheet would, and with another reader than the project's own.
"""

import csv
import datetime as dt
from calendar import monthrange
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).parents[3] / "shared" / "data"
HEADCOUNT = DATA / "headcount"
TWO_SOURCES = HEADCOUNT / "qpses_mwmi_headcount_fte_by_body_2024_2025.csv"
BY_POSTCODE = HEADCOUNT / "civil_service_headcount_by_postcode_org_grade_2019.csv"
SURVEY = DATA / "people_survey" / "Civil_Service_People_Survey_2024_Benchmark_Results.ods"
ORGANISATIONS = DATA / "orgs" / "government-organisation-register-2017.tsv"
WORKBOOKS = tuple(HEADCOUNT / f"QPSES_{quarter}.xlsx" for quarter in (20224, 20234, 20244, 20251))
_TENURES = {"Permanent Employees": "permanent", "Temporary/Casual Employees": "temporary"}

COLUMNS = (
    "dept_norm", "body_norm", "qpses_scope", "measure", "year_month", "raw_value_QPSES",
    "raw_value_MWMI", "value_final", "qpses_dept", "qpses_body", "mwmi_dept", "mwmi_body",
    "Department", "Body",
)  # fmt: skip


class Stated(NamedTuple):
    """One figure as the table states it."""

    name: str
    measure: str
    period: dt.date
    sex: str
    pattern: str
    tenure: str
    value: Decimal


def row(
    body: str, ons: object = "", mwmi: object = "", *, measure: str = "Headcount",
    month: str = "202503", ons_name: str = "", mwmi_name: str = "",
) -> dict[str, object]:  # fmt: skip
    """Return one row of a file that compares two sources."""
    return {
        "measure": measure, "year_month": month, "raw_value_QPSES": ons, "raw_value_MWMI": mwmi,
        "value_final": ons or mwmi, "qpses_body": ons_name or body, "mwmi_body": mwmi_name or body,
        "Department": "Any", "Body": body,
    }  # fmt: skip


def two_sources(*rows: dict[str, object]) -> bytes:
    """Return a file that compares two sources."""
    lines = [",".join(COLUMNS)]
    lines += [",".join(f'"{one.get(name, "")}"' for name in COLUMNS) for one in rows]
    return "\n".join([*lines, ""]).encode()


def cells(path: Path, sheet: str) -> list[list[object]]:
    """Return the cells of a sheet as another reader gives them, from the first row on."""
    from python_calamine import CalamineWorkbook

    found = CalamineWorkbook.from_path(path).get_sheet_by_name(sheet)
    return [list(one) for one in found.to_python(skip_empty_area=False)]


def month_end(words: object) -> dt.date:
    """Return the last day of ``March 2025``."""
    first = dt.datetime.strptime(str(words).strip(), "%B %Y").replace(tzinfo=dt.UTC).date()
    return first.replace(day=monthrange(first.year, first.month)[1])


def table_9(path: Path) -> Iterator[Stated]:
    """Yield the figures of Table 9: columns C to F, without the changes in G and H."""
    rows = cells(path, "Table 9")
    periods = {2: rows[2][2], 3: rows[2][2], 4: rows[2][4], 5: rows[2][4]}
    measures = {2: "headcount", 3: "fte", 4: "headcount", 5: "fte"}
    for one in rows[4:]:
        for place, period in periods.items():
            if isinstance(one[place], float):
                yield Stated(
                    str(one[0]).strip(), measures[place], month_end(period), "all", "all", "all",
                    _decimal(one[place]),
                )  # fmt: skip


def table_8(path: Path, sheet: str) -> Iterator[Stated]:
    """Yield the figures of Table 8 by their places, block below block."""
    rows = cells(path, sheet)
    fte = sheet.endswith("FTE")
    header = next(at for at, one in enumerate(rows) if "Total" in one)
    now, before = (
        month_end(next(rows[at][place] for at in range(header) if rows[at][place]))
        for place in ((2, 6) if fte else (2, 12))
    )
    places: dict[int, tuple[str, str, dt.date]] = (
        {2: ("male", "all", now), 3: ("female", "all", now), 4: ("all", "all", now),
         6: ("all", "all", before)}
        if fte
        else {2: ("male", "full_time", now), 3: ("male", "part_time", now), 4: ("male", "all", now),
              6: ("female", "full_time", now), 7: ("female", "part_time", now),
              8: ("female", "all", now), 10: ("all", "all", now), 12: ("all", "all", before)}
    )  # fmt: skip
    tenure = "all"
    for one in rows[header + 1 :]:
        name = str(one[0]).strip()
        tenure = _TENURES.get(name, tenure)
        for place, (sex, pattern, period) in places.items():
            if name and isinstance(one[place], float):
                whole = "all" if name == "All Employees" else tenure
                measure = "fte" if fte else "headcount"
                yield Stated(name, measure, period, sex, pattern, whole, _decimal(one[place]))


def both_sources() -> Iterator[tuple[str, str, str, str, Decimal]]:
    """Yield body, source, measure, month and figure of the file that compares two sources."""
    for one in csv_rows(TWO_SOURCES):
        for source, column in (("ONS QPSES", "raw_value_QPSES"),
                               ("Cabinet Office MWMI", "raw_value_MWMI")):  # fmt: skip
            if one[column]:
                value = Decimal(one[column]).quantize(Decimal("1e-9"), ROUND_HALF_UP)
                yield one["Body"], source, one["measure"].lower(), one["year_month"], value


def csv_rows(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    """Return the rows of a delimited file, by the plain reader of the standard library."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def total_of(stated: Iterable[Stated], measure: str, period: dt.date) -> Decimal:
    """Return what a table itself states as its total."""
    (found,) = (
        one.value
        for one in stated
        if (one.name, one.measure, one.period) == ("Total employment", measure, period)
    )
    return found


def _decimal(cell: object) -> Decimal:
    return Decimal(repr(cell))
