"""Writes the month-end snapshots, and remembers which row is whom."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from synthetic.chance import Chance
from synthetic.employers import Employer
from synthetic.faults import next_fault
from synthetic.layouts import oracle_hcm, sap_flat, small_body, workday
from synthetic.layouts.layout import Row
from synthetic.lives import Period
from synthetic.people import Employment, Person

LAYOUTS = {
    module.LAYOUT.key: module.LAYOUT for module in (oracle_hcm, workday, sap_flat, small_body)
}


@dataclass(frozen=True, slots=True)
class SnapshotFile:
    """One file written: `rows` are data rows, `faults` how many of them are damaged."""

    path: Path
    employer: str
    system: str
    layout: str
    as_at: date
    rows: int
    faults: int


class Snapshots:
    """All the files of one service, filled block by block of people.

    `chance` decides damage; without it no row is damaged. Memory does not grow with the files.
    """

    def __init__(
        self,
        out: Path,
        employers: Sequence[Employer],
        months: Sequence[Period],
        chance: Chance | None,
    ) -> None:
        self._out = out
        self._employers = employers
        self._periods = months
        self._chance = chance
        self._rows: dict[tuple[int, int], int] = defaultdict(int)
        self._faults: dict[tuple[int, int], int] = defaultdict(int)
        for employer in employers:
            for period in months:
                LAYOUTS[employer.layout].begin(out / self._name(employer, period))

    def add(self, people: Iterable[Person]) -> list[tuple[object, ...]]:
        """Append these people's rows to the files; returns their rows of `source_record`."""
        waiting: dict[tuple[int, int], list[Row]] = defaultdict(list)
        records: list[tuple[object, ...]] = []
        for person in people:
            for employment in person.employments:
                for month, row in self._rows_of(person, employment):
                    key = employment.employer.number, month
                    waiting[key].append(row)
                    self._rows[key] += 1
                    self._faults[key] += row.fault is not None
                    records.append(self._record(person, employment, key, row))
        for (number, month), rows in waiting.items():
            employer = self._employers[number]
            path = self._out / self._name(employer, self._periods[month])
            LAYOUTS[employer.layout].append(path, rows, employer)
        return records

    def finish(self) -> tuple[SnapshotFile, ...]:
        """End every file; what was written, by employer and date."""
        made = []
        for employer in self._employers:
            for month, period in enumerate(self._periods):
                path = self._out / self._name(employer, period)
                LAYOUTS[employer.layout].finish(path)
                key = employer.number, month
                made.append(
                    SnapshotFile(
                        path=path,
                        employer=employer.slug,
                        system=employer.system,
                        layout=employer.layout,
                        as_at=period.last,
                        rows=self._rows[key],
                        faults=self._faults[key],
                    )
                )
        return tuple(made)

    def _name(self, employer: Employer, period: Period) -> str:
        return f"files/{employer.slug}/{period.last.isoformat()}-hr.csv"

    def _rows_of(self, person: Person, employment: Employment) -> Iterator[tuple[int, Row]]:
        """The employment's row in each snapshot that lists it, with the snapshot's number."""
        fault, first = None, True
        for month, period in enumerate(self._periods):
            ended = employment.valid_to
            if period.last < employment.valid_from or (ended and ended <= period.first):
                continue
            if self._chance and person.story is None:
                fault = next_fault(fault, first=first, chance=self._chance)
            first = False
            yield month, row_at(employment, period.last, fault)

    def _record(
        self, person: Person, employment: Employment, key: tuple[int, int], row: Row
    ) -> tuple[object, ...]:
        employer, period = employment.employer, self._periods[key[1]]
        lost = row.fault == "missing_staff_number"
        return (
            employer.slug,
            employer.system,
            None if lost else employment.staff_number,
            period.last,
            self._name(employer, period),
            self._rows[key],
            person.person_id,
            employment.employment_id,
            row.fault,
        )


def row_at(employment: Employment, as_at: date, fault: str | None) -> Row:
    """What the employer's system says on `as_at`; of a leaver, what it said on the last day."""
    ended = employment.valid_to
    gone = ended is not None and ended <= as_at + timedelta(days=1)
    last_day = ended - timedelta(days=1) if ended and gone else None
    day = last_day or as_at
    assignment = employment.assignment_at(day)
    return Row(
        staff_number=employment.staff_number,
        name=employment.name_at(day),
        birth_date=employment.birth_date,
        nino=employment.nino,
        start_date=employment.valid_from,
        leaving_date=last_day,
        engagement=employment.engagement_at(day),
        fte_hundredths=assignment.fte_hundredths,
        salary_pence=assignment.salary_pence,
        post=assignment.post,
        email=employment.email,
        habit=employment.habit,
        fault=fault,
    )
