"""What comes back from a spreadsheet: a change somebody made, or what the program did to the text?

For HR people: the first column is what stood in the cell that was handed out, the second what came
back. Only what a person meant is taken; zeros that a program took away are not.
"""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.hub.mending.comparing import changed, typed
from muster.hub.mending.references import Reference, read_reference, written
from muster.hub.parsers import Parser

DAY = Parser("date", "DD/MM/YYYY")
NOTHING = None

TABLE = [
    # stood            came back                 taken               why
    ("Grade 7",        "Grade 7",                NOTHING,            "the same"),
    ("Grade 7",        " Grade 7 ",              NOTHING,            "space says nothing"),
    ("one\r\ntwo",     "one\ntwo",               NOTHING,            "line ends are the program's"),
    ("a\x0bb",         "ab",                     NOTHING,            "no workbook can hold it"),
    ("Grade 7",        "Grade 6",                "Grade 6",          "somebody changed it"),
    ("",               "Grade 6",                "Grade 6",          "somebody filled it in"),
    ("Grade 7",        "",                       "",                 "somebody emptied it"),
    ("00123",          "123",                    NOTHING,            "zeros lost on the way"),
    ("123",            "00123",                  "00123",            "somebody put zeros back"),
    ("00123",          "00124",                  "00124",            "somebody changed it"),
    ("00123",          "124",                    "124",              "somebody changed it"),
    ("000",            "0",                      NOTHING,            "zeros lost on the way"),
    ("37.50",          "37.5",                   NOTHING,            "a number now, and the same"),
    ("37.5",           "37.50",                  "37.50",            "typed so"),
    ("1,200",          "1200",                   "1200",             "not surely the same"),
    ("12345678901234567890", "12345678901234600000", NOTHING,        "rounded to 15 digits"),
    ("12345678901234567890", "12345678901234600001", "12345678901234600001", "changed"),
    ("=SUM(A1)",       "'=SUM(A1)",              NOTHING,            "shown as text"),
    ("x",              "'=SUM(A1)",              "=SUM(A1)",         "typed as text"),
    ("x",              "'tis",                   "'tis",             "an apostrophe of its own"),
]  # fmt: skip
DATES = [
    ("31/03/2026",     "2026-03-31",             NOTHING,            "a date cell now, same day"),
    ("31/03/2026",     "2026-03-31 00:00:00",    NOTHING,            "the same with midnight"),
    ("31/03/2026",     "46112",                  NOTHING,            "a serial number, same day"),
    ("31/03/2026",     "2026-03-30",             "2026-03-30",       "another day"),
    ("31/03/2026",     "46113",                  "46113",            "another day, still asked"),
    ("31/31/2026",     "2026-03-31",             "2026-03-31",       "a date at last"),
    ("04/03/2026",     "2026-04-03",             "2026-04-03",       "exchanged: it is shown"),
]  # fmt: skip


@pytest.mark.parametrize(("stood", "came", "taken", "why"), TABLE)
def test_what_comes_back(stood: str, came: str, taken: str | None, why: str) -> None:
    assert changed(stood, came) == taken, why


@pytest.mark.parametrize(("stood", "came", "taken", "why"), DATES)
def test_what_comes_back_in_a_column_of_dates(
    stood: str, came: str, taken: str | None, why: str
) -> None:
    assert changed(stood, came, DAY) == taken, why


def test_what_a_person_types_on_a_page_is_what_they_mean() -> None:
    assert typed("00123", "123") == "123"
    assert typed("00123", "00123 ") is None
    assert typed("a\nb", "a\r\nb") is None


@given(st.text(max_size=40))
def test_nothing_that_comes_back_as_it_went_is_a_change(text: str) -> None:
    assert changed(text, text) is None
    assert changed(text, text, DAY) is None


@given(st.integers(0, 10**15 - 1), st.integers(0, 20))
def test_a_number_cell_never_changes_the_digits_it_was_made_of(number: int, zeros: int) -> None:
    assert changed("0" * zeros + str(number), str(number)) is None


@given(st.integers(0, 10**14), st.integers(1, 9))
def test_another_number_always_is_a_change(number: int, more: int) -> None:
    assert changed(str(number), str(number + more)) == str(number + more)


@given(st.uuids(), st.integers(0, 2**31 - 1), st.integers(0, 60_000))
def test_a_reference_is_read_as_it_was_written(landing: uuid.UUID, row: int, edition: int) -> None:
    reference = Reference(landing, row, edition)
    text = written(reference)
    assert text.isalnum()
    assert not text[0].isdigit()
    assert read_reference(f" {text.lower()} ") == reference


@given(st.uuids(), st.data())
def test_a_damaged_reference_is_none(landing: uuid.UUID, data: st.DataObject) -> None:
    text = written(Reference(landing, 7, 0))
    place = data.draw(st.integers(1, len(text) - 2))
    other = data.draw(st.sampled_from([c for c in "ABCDEFGHIJ234567" if c != text[place]]))
    assert read_reference(text[:place] + other + text[place + 1 :]) is None
    assert read_reference(text[:-1]) is None
    assert read_reference("") is None
