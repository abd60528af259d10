"""Writes the month-end snapshots, and remembers which row is whom and what it means."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from synthetic.chance import Chance
from synthetic.circumstances import circumstances
from synthetic.damage.inflict import DamagedWriting
from synthetic.employers import Employer
from synthetic.faults import next_fault
from synthetic.forms.form import About, Writing
from synthetic.layouts import LAYOUTS
from synthetic.layouts.layout import Layout, Row
from synthetic.lives import Period
from synthetic.people import Employment, Person
from synthetic.stated import stated
from synthetic.work import day_rate

Cells = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class SnapshotFile:
    """One file written: `rows` are data rows, `faults` how many of them hold a typing error.

    `damage` is the kind of damage that befell the whole file, if any did; it is None where there
    was nothing in it to strike.
    """

    path: Path
    employer: str
    system: str
    layout: str
    as_at: date
    rows: int
    faults: int
    damage: str | None = None


def layout_of(employer: Employer, month: int) -> Layout:
    """How an employer sends the people of a month; one that reports changes begins with all."""
    if employer.layout == "workday_changes" and month == 0:
        return LAYOUTS["workday"]
    return LAYOUTS[employer.layout]


class Snapshots:
    """All the files of one service, filled block by block of people.

    `chance` decides typing errors; without it there are none. `damage` names the kind of damage
    of those files that are damaged whole, by employer number and month. Memory does not grow with
    the files, but for damaged ones and workbooks.
    """

    def __init__(
        self,
        out: Path,
        employers: Sequence[Employer],
        months: Sequence[Period],
        chance: Chance | None,
        damage: Mapping[tuple[int, int], str] | None = None,
        seed: int = 0,
    ) -> None:
        self._out = out
        self._employers = employers
        self._periods = months
        self._chance = chance
        self._damage = damage or {}
        self._seed = seed
        self._rows: dict[tuple[int, int], int] = defaultdict(int)
        self._faults: dict[tuple[int, int], int] = defaultdict(int)
        self._writing = {
            (employer.number, month): self._begin(employer, month)
            for employer in employers
            for month in range(len(months))
        }

    def _begin(self, employer: Employer, month: int) -> Writing:
        layout, period = layout_of(employer, month), self._periods[month]
        about = About(employer.name, period.last)
        path = self._out / self._name(employer, month)
        kind = self._damage.get((employer.number, month))
        if kind is None:
            return layout.begin(path, about)
        stream = Chance(self._seed * 1_000_003 + employer.number * 1009 + month)
        return DamagedWriting(path, layout, kind, about, stream)

    def add(self, people: Iterable[Person]) -> tuple[list[Cells], list[Cells]]:
        """Append these people's rows; returns their rows of `source_record` and `hr_record`."""
        waiting: dict[tuple[int, int], list[Row]] = defaultdict(list)
        records: list[Cells] = []
        meant: list[Cells] = []
        for person in people:
            for employment in person.employments:
                employer = employment.employer
                for month, row in rows_of(person, employment, self._periods, self._chance):
                    key, layout = (employer.number, month), layout_of(employer, month)
                    waiting[key].append(row)
                    self._rows[key] += 1
                    self._faults[key] += row.fault is not None
                    records.append(self._record(person, employment, key, row))
                    name = self._name(employer, month)
                    meant.append((name, self._rows[key], *stated(row, layout)))
        for (number, month), rows in waiting.items():
            layout = layout_of(self._employers[number], month)
            self._writing[number, month].add(map(layout.said, rows))
        return records, meant

    def finish(self) -> tuple[SnapshotFile, ...]:
        """End every file; what was written, by employer and date."""
        made = []
        for employer in self._employers:
            for month, period in enumerate(self._periods):
                key = employer.number, month
                writing = self._writing[key]
                writing.finish()
                struck = isinstance(writing, DamagedWriting) and bool(writing.told.hurts)
                made.append(
                    SnapshotFile(
                        path=self._out / self._name(employer, month),
                        employer=employer.slug,
                        system=employer.system,
                        layout=layout_of(employer, month).key,
                        as_at=period.last,
                        rows=self._rows[key],
                        faults=self._faults[key],
                        damage=self._damage[key] if struck else None,
                    )
                )
        return tuple(made)

    def damaged(self) -> Iterator[tuple[str, DamagedWriting]]:
        """The files that were damaged, by name; after `finish`."""
        for (number, month), writing in self._writing.items():
            if isinstance(writing, DamagedWriting):
                yield self._name(self._employers[number], month), writing

    def _name(self, employer: Employer, month: int) -> str:
        suffix = layout_of(employer, month).form.suffix
        return f"files/{employer.slug}/{self._periods[month].last.isoformat()}-hr{suffix}"

    def _record(
        self, person: Person, employment: Employment, key: tuple[int, int], row: Row
    ) -> Cells:
        employer, month = employment.employer, key[1]
        lost = row.fault == "missing_staff_number"
        number = self._rows[key]
        return (
            employer.slug,
            employer.system,
            None if lost else employment.staff_number,
            self._periods[month].last,
            self._name(employer, month),
            number,
            layout_of(employer, month).form.first + number - 1,
            person.person_id,
            employment.employment_id,
            row.fault,
        )


def rows_of(
    person: Person, employment: Employment, months: Sequence[Period], chance: Chance | None
) -> Iterator[tuple[int, Row]]:
    """The employment's row in each snapshot that lists it, with the snapshot's number.

    `chance` decides typing errors; without it there are none.
    """
    fault, first, before = None, True, None
    changes = employment.employer.layout == "workday_changes"
    for month, period in enumerate(months):
        ended = employment.valid_to
        if period.last < employment.valid_from or (ended and ended <= period.first):
            continue
        if chance and person.story is None:
            fault = next_fault(fault, first=first, chance=chance)
        first = False
        row = row_at(person, employment, period.last, fault)
        if changes and row == before:
            continue
        why = "new" if before is None else "left" if row.leaving_date else "changed"
        before = row
        yield month, row._replace(change=why) if changes else row


def row_at(person: Person, employment: Employment, as_at: date, fault: str | None) -> Row:
    """What the employer's system says on `as_at`; of a leaver, what it said on the last day."""
    ended = employment.valid_to
    gone = ended is not None and ended <= as_at + timedelta(days=1)
    last_day = ended - timedelta(days=1) if ended and gone else None
    day = last_day or as_at
    assignment = employment.assignment_at(day)
    besides = circumstances(person, employment, day, left=last_day is not None)
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
        salary_from=assignment.valid_from if assignment.salary_pence is not None else None,
        temporary_grade=besides.temporary_grade,
        absence=besides.absence,
        leaving_reason=besides.leaving_reason,
        day_rate_pence=day_rate(
            assignment.post.grade,
            assignment.post.site.region,
            employment.engagement,
            employment.habit,
        ),
    )
