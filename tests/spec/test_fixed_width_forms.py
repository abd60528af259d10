"""How values are written at their places in files of fixed width, and what cannot be."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.connectors.fixed_width.form import Form, read_form
from muster.connectors.fixed_width.writing import Stated, detail_line, file_of
from muster.connectors.places.leaving import Unwritable
from muster.kernel.errors import BadInput

MOMENT = dt.datetime(2026, 11, 5, 10, 30, tzinfo=dt.UTC)


def form(place: str, head: str = "") -> Form:
    more = f", {place}" if place else ""
    return read_form(f"{head}\n[detail]\nValue = {{ at = [1, 8], field = 'value'{more} }}")


# How a place is declared, what it is given, and the eight characters that stand there.
WRITTEN = [
    ("", "abc", "abc     "),
    ("right = true", "abc", "     abc"),
    ("right = true, fill = '0'", "12", "00000012"),
    ("right = true, fill = '0'", "", "        "),  # nothing was stated: no zeros
    ("right = true, fill = '0'", None, "        "),
    ("empty = '00000000'", "", "00000000"),
    ("date = '%Y%m%d'", dt.date(2026, 2, 28), "20260228"),
    ("date = '%Y%m%d'", "2026-02-28", "20260228"),
    ("pence = true, right = true, fill = '0'", "312.50", "00031250"),
    ("cut = true", "abcdefghij", "abcdefgh"),
    ("", 12, "12      "),
]


@pytest.mark.parametrize(("place", "value", "stands"), WRITTEN)
def test_what_stands_at_a_place(place: str, value: object, stands: str) -> None:
    assert detail_line(form(place), {"value": value}) == stands


# What cannot be written as it is; the words name the field and never the value.
REFUSED = [
    ("", "", "abcdefghi"),
    ("", "", "a\nb"),
    ("", "", "Ōno"),
    ("", "fold = true", "東京"),
    ("date = '%Y%m%d'", "", "28/02/2026"),
    ("pence = true", "", "1.005"),
    ("pence = true", "", "much"),
    ("", "", 1.5),
    ("", "parted = '|'", "a|b"),
]


@pytest.mark.parametrize(("place", "head", "value"), REFUSED)
def test_what_cannot_be_written(place: str, head: str, value: object) -> None:
    with pytest.raises(Unwritable) as refused:
        detail_line(form(place, head), {"value": value})
    assert "value" in str(refused.value)
    assert str(value) not in str(refused.value)


def test_a_field_that_may_not_be_there_refuses_its_message() -> None:
    made = form("", "refuse = { fourth = 'has a fourth allowance' }")
    assert detail_line(made, {"value": "a", "fourth": ""})
    with pytest.raises(Unwritable, match="has a fourth allowance"):
        detail_line(made, {"value": "a", "fourth": "b"})


@pytest.mark.parametrize(
    ("text", "folded"), [("Llŷr", "Llyr"), ("Møle", "Mole"), ("O’Neill", "O'Neill")]
)
def test_letters_are_folded_where_that_is_meant(text: str, folded: str) -> None:
    assert detail_line(form("", "fold = true"), {"value": text}).strip() == folded


WHOLE = """
crlf = true

[header]
Kind = { at = [1, 2], text = "H1" }
Period = { at = [3, 8], field = "period", date = "%Y%m%d" }
Number = { at = [11, 4], stated = "number", right = true, fill = "0" }
Made = { at = [15, 14], stated = "moment", date = "%Y%m%d%H%M%S" }

[detail]
Pay = { at = [1, 8], field = "pay", right = true }
Who = { at = [9, 4], field = "who" }

[trailer]
Count = { at = [1, 4], stated = "count", right = true, fill = "0" }
Total = { at = [5, 9], stated = "total", of = "Pay", right = true }
Digits = { at = [14, 6], stated = "digits", of = "Who", right = true, fill = "0" }
"""


def test_header_and_trailer_state_what_the_file_holds() -> None:
    made = read_form(WHOLE)
    rows = [{"pay": "10.50", "who": "A12"}, {"pay": "0.25", "who": "B9"}, {"pay": "", "who": ""}]
    lines = [detail_line(made, row) for row in rows]
    stated = Stated("x", 123_456, MOMENT, {"period": dt.date(2026, 11, 1)})
    assert file_of(made, lines, stated).decode().split("\r\n") == [
        "H120261101345620261105103000", "   10.50A12 ", "    0.25B9  ", "            ",
        "0003    10.75000021", "",
    ]  # fmt: skip


@given(st.lists(st.decimals(0, 9999, places=2), max_size=30))
def test_the_total_is_that_of_the_lines(amounts: list[object]) -> None:
    made = read_form(WHOLE)
    lines = [detail_line(made, {"pay": str(one), "who": "A"}) for one in amounts]
    stated = Stated("x", 1, MOMENT, {"period": None})
    trailer = file_of(made, lines, stated).decode().split("\r\n")[-2]
    assert int(trailer[:4]) == len(amounts)
    assert float(trailer[4:13]) == pytest.approx(float(sum(amounts)))  # type: ignore[arg-type]


# Forms that cannot be meant.
WRONG = [
    "[detail]\nA = { at = [0, 1], field = 'a' }",
    "[detail]\nA = { at = [1, 1], text = 'x' }",  # no field at all
    "[detail]\nA = { at = [1, 4], field = 'a' }\nB = { at = [4, 1], field = 'b' }",
    "[detail]\nA = { at = [1, 4], field = 'a', text = 'x' }",
    "[detail]\nA = { at = [1, 4], field = 'a', fill = '00' }",
    "[detail]\nA = { at = [1, 4], stated = 'count' }",
    "encoding = 'ebcdic'\n[detail]\nA = { at = [1, 4], field = 'a' }",
    "ending = '/../x'\n[detail]\nA = { at = [1, 4], field = 'a' }",
    "[detail]\nA = { at = [1, 4], field = 'a' }\n[trailer]\nT = { at = [1, 4], stated = 'total' }",
    "[detail]\nA = { at = [1, 4], field = 'a' }\n[trailer]\nT = { at = [1, 4], field = 'a' }",
    "[detail]\nA = { at = [1, 4], field = 'a', colour = 'red' }",
    "not toml",
    "",
]


@pytest.mark.parametrize("text", WRONG)
def test_a_form_that_cannot_be_used_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        read_form(text)
