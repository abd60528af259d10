"""What each row of an HR file means, field by field: the truth to which a reader is held.

One row for each row of each file, in the words of the register's record of a person. A field is
what the sending system holds, after its own losses: a code page without ł has a plain l, a
spreadsheet with surnames in capitals has lost small letters, a flat file has no place for long
absences. It says nothing of typing errors and damage, which hide a value and do not change it.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import polars as pl

from synthetic.employers import FAMILIES
from synthetic.forms.delimited import NEAREST_LETTER, Delimited
from synthetic.forms.fixed_width import FixedWidth
from synthetic.layouts import LAYOUTS, oracle_hcm, workday
from synthetic.layouts.layout import Layout, Row

BILLION = 1_000_000_000
FIELDS: dict[str, type[pl.DataType]] = {
    "staff_number": pl.String, "surname": pl.String, "forenames": pl.String, "known_as": pl.String,
    "birth_date": pl.Date, "nino": pl.String, "start": pl.Date, "leaving": pl.Date,
    "engagement": pl.String, "grade": pl.String, "fte": pl.Int64, "profession": pl.String,
    "post_reference": pl.String, "post_title": pl.String, "place": pl.String,
    "work_email": pl.String, "salary": pl.Int64, "salary_from": pl.Date,
    "temporary_grade": pl.String, "absence": pl.String, "leaving_reason": pl.String,
    "day_rate": pl.Int64,
}  # fmt: skip
# Grades as systems with codes mean them: the words of the grade.
_WORDS = {"G7": "Grade 7", "G6": "Grade 6"}
_NO_PROFESSION = "business_support"


class _Said(NamedTuple):
    """What kinds of system differ in: names, and the words of a grade in a region."""

    surname: str
    forenames: str
    known_as: str
    grade: Callable[[str, str], str]


def _oracle(row: Row) -> _Said:
    name = row.name
    return _Said(name.surname, _forenames(row), name.known_as, oracle_hcm.grade_stated)


def _workday(row: Row) -> _Said:
    # The preferred name is always there, the first name where there is no other.
    known = row.name.known_as or row.name.first
    return _Said(row.name.surname, _forenames(row), known, lambda key, _: workday.GRADE_CODES[key])


def _sap(row: Row) -> _Said:
    name = row.name
    return _Said(name.surname, _forenames(row), name.known_as, lambda key, _: _WORDS.get(key, key))


def _small(row: Row) -> _Said:
    surname = row.name.surname.upper()
    return _Said(surname, _forenames(row), "", lambda key, _: _WORDS.get(key, key))


def _forenames(row: Row) -> str:
    return f"{row.name.first} {row.name.middle}".strip()


_SAID: Mapping[str, Callable[[Row], _Said]] = {
    "oracle_hcm": _oracle, "workday": _workday, "sap_flat": _sap, "small_body": _small,
}  # fmt: skip


def stated(row: Row, layout: Layout) -> tuple[object, ...]:
    """What a row means, in the order of `FIELDS`; None where it states nothing."""
    post, held = row.post, layout.states
    said = _SAID[FAMILIES[layout.key]](row)
    # The XML report has a field for the everyday name alone.
    known_as = row.name.known_as if layout.key == "workday_xml" else said.known_as
    grade = said.grade(post.grade.key, post.site.region)
    acting = row.temporary_grade and said.grade(row.temporary_grade, post.site.region)
    texts = [
        row.staff_number, said.surname, said.forenames, known_as,
        row.birth_date, row.nino, row.start_date, row.leaving_date,
        row.engagement, grade, row.fte_hundredths * BILLION // 100,
        None if post.profession.key == _NO_PROFESSION else post.profession.name,
        post.reference, post.title, post.site.stated, row.email, row.salary_pence,
        row.salary_from if "salary_from" in held else None,
        acting if "temporary_grade" in held else None,
        row.absence if "absence" in held else None,
        row.leaving_reason if "leaving_reason" in held else None,
        row.day_rate_pence if "day_rate" in held else None,
    ]  # fmt: skip
    page = _code_page(layout)
    return tuple(_in_page(one, page) if isinstance(one, str) else one for one in texts)


def _code_page(layout: Layout) -> str:
    form = layout.form
    return form.encoding if isinstance(form, Delimited | FixedWidth) else "utf-8"


def _in_page(text: str, page: str) -> str | None:
    if not text.isascii():
        text = text.encode(page, errors=NEAREST_LETTER).decode(page)
    return text or None


assert set(LAYOUTS) == set(FAMILIES)
