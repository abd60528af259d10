"""Writes the truth beside the files, as Parquet.

Days are half open (`valid_to` is the first day no longer so; null means it still is). Pay is
annual, full-time, in pence, null for people somebody else pays. Grades are AA to SCS4.

`source_record` says which row of which file is really whom: `row_number` counts its records from 1,
`position` is where a reader finds it (line of text, row of a sheet, number of an element).
`hr_record` says what each of these rows means, field by field. `damage` tells what was damaged on
purpose, with what stood there; of damaged files, `moved` says where each record stands.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from synthetic.employers import Employer
from synthetic.people import Assignment, Employment, Person, Post
from synthetic.stated import FIELDS

Cells = tuple[object, ...]

SCHEMAS: dict[str, dict[str, type[pl.DataType]]] = {
    "employer": {
        "employer": pl.String,
        "name": pl.String,
        "kind": pl.String,
        "parent": pl.String,
        "layout": pl.String,
        "system": pl.String,
        "size": pl.Int64,
    },
    "place": {
        "place_id": pl.String,
        "employer": pl.String,
        "stated": pl.String,
        "building": pl.String,
        "town": pl.String,
        "region": pl.String,
    },
    "person": {
        "person_id": pl.String,
        "first_name": pl.String,
        "middle_name": pl.String,
        "surname": pl.String,
        "known_as": pl.String,
        "sex": pl.String,
        "birth_date": pl.Date,
        "nino": pl.String,
        "former_surname": pl.String,
        "surname_changed_on": pl.Date,
        "relation": pl.String,
        "related_to": pl.String,
        "story": pl.String,
    },
    "employment": {
        "employment_id": pl.String,
        "person_id": pl.String,
        "employer": pl.String,
        "staff_number": pl.String,
        "engagement": pl.String,
        "substantive": pl.Boolean,
        "valid_from": pl.Date,
        "valid_to": pl.Date,
        "moved_from": pl.String,
        "lent_from": pl.Date,
        "slip": pl.String,
    },
    "assignment": {
        "assignment_id": pl.String,
        "employment_id": pl.String,
        "person_id": pl.String,
        "post_id": pl.String,
        "grade": pl.String,
        "fte": pl.Float64,
        "salary_pence": pl.Int64,
        "valid_from": pl.Date,
        "valid_to": pl.Date,
    },
    "post": {
        "post_id": pl.String,
        "employer": pl.String,
        "reference": pl.String,
        "title": pl.String,
        "grade": pl.String,
        "profession": pl.String,
        "directorate": pl.String,
        "place_id": pl.String,
    },
    "source_record": {
        "employer": pl.String,
        "system": pl.String,
        "staff_number": pl.String,
        "as_at": pl.Date,
        "file": pl.String,
        "row_number": pl.Int64,
        "position": pl.Int64,
        "person_id": pl.String,
        "employment_id": pl.String,
        "fault": pl.String,
    },
    "hr_record": {"file": pl.String, "row_number": pl.Int64, **FIELDS},
    "damage": {
        "file": pl.String,
        "kind": pl.String,
        "row": pl.Int64,
        "field": pl.String,
        "original": pl.String,
    },
    "moved": {"file": pl.String, "position": pl.Int64, "row_number": pl.Int64},
}


class Truth:
    """The tables, written in parts as people come and joined into one file each at the end."""

    def __init__(self, out: Path, employers: Sequence[Employer]) -> None:
        self._out = out
        self._parts: dict[str, list[Path]] = {table: [] for table in SCHEMAS}
        out.mkdir(parents=True, exist_ok=True)
        self.add("employer", [_employer(employer) for employer in employers])
        self.add(
            "place",
            [(site[0], e.slug, *site[1:]) for e in employers for site in e.sites],
        )

    def add(self, table: str, rows: Sequence[Cells]) -> None:
        """Write `rows`, in the order of the table's columns."""
        part = self._out / f"{table}.part{len(self._parts[table])}"
        frame = pl.DataFrame(rows, schema=SCHEMAS[table], orient="row")
        frame.write_parquet(part)
        self._parts[table].append(part)

    def add_people(self, people: Iterable[Person]) -> None:
        """People with their employments, assignments and posts."""
        people = list(people)
        spells = [(person, spell) for person in people for spell in person.employments]
        held = [(spell, person, each) for person, spell in spells for each in spell.assignments]
        self.add("person", [_person(person) for person in people])
        self.add("employment", [_employment(person, spell) for person, spell in spells])
        self.add("assignment", [_assignment(*each) for each in held])
        self.add("post", [_post(assignment.post) for _, _, assignment in held])

    def finish(self) -> dict[str, Path]:
        """Join the parts; where each table is. A post filled twice is told once."""
        made = {}
        for table, parts in self._parts.items():
            if not parts:
                continue
            made[table] = self._out / f"{table}.parquet"
            rows = pl.scan_parquet(parts)
            if table == "post":
                rows = rows.unique(subset="post_id", keep="first", maintain_order=True)
            rows.sink_parquet(made[table])
            for part in parts:
                part.unlink()
        return made


def _employer(employer: Employer) -> Cells:
    e = employer
    return (e.slug, e.name, e.kind, e.parent, e.layout, e.system, e.size)


def _person(person: Person) -> Cells:
    name = person.name
    return (
        person.person_id,
        name.first,
        name.middle,
        name.surname,
        name.known_as,
        person.sex,
        person.birth_date,
        person.nino,
        person.former_surname,
        person.surname_changed_on,
        person.relation,
        person.related_to,
        person.story,
    )


def _employment(person: Person, spell: Employment) -> Cells:
    return (
        spell.employment_id,
        person.person_id,
        spell.employer.slug,
        spell.staff_number,
        spell.engagement,
        spell.substantive,
        spell.valid_from,
        spell.valid_to,
        spell.moved_from,
        spell.lent_from,
        spell.slip,
    )


def _assignment(spell: Employment, person: Person, assignment: Assignment) -> Cells:
    return (
        assignment.assignment_id,
        spell.employment_id,
        person.person_id,
        assignment.post.post_id,
        assignment.post.grade.key,
        assignment.fte_hundredths / 100,
        assignment.salary_pence,
        assignment.valid_from,
        assignment.valid_to,
    )


def _post(post: Post) -> Cells:
    return (
        post.post_id,
        post.employer.slug,
        post.reference,
        post.title,
        post.grade.key,
        post.profession.key,
        post.directorate,
        post.site.place_id,
    )
