"""What each step of a route's mapping does: the table is the rule, for whoever writes a mapping.

Each row gives what a message states, the step as it is written, and what it gives; or, behind
``waits:``, why the message waits. ``nothing`` is a field that is not stated, ``empty`` a text
without a character: both mean the same, and no step ever gives an empty text. Where a number or a
date stands in the first column the field is of that kind; a text of digits stands in quotes.
"""

import datetime as dt
import json
import re
from typing import Any

import polars as pl
import pytest

from muster.hub.contracts import load_contract
from muster.hub.translating import HeldLookups, load_mapping, translate
from tests.tables import rows_of

CHANGES = """
stated | step | gives
Leeds | upper = true | LEEDS
Leeds | lower = true | leeds
~nbsp~Leeds~tab~ | trim = true | Leeds
~nbsp~ | trim = true | nothing
Smith, Ann | part = 1, at = ", " | Smith
Smith, Ann | part = 2, at = ", " | Ann
Smith | part = 2, at = ", " | nothing
a-b-c | part = -1, at = "-" | c
a-b-c | part = 2, at = "-", rest = true | b-c
a-b-c | part = -2, at = "-", rest = true | a-b
a--c | part = 2, at = "-" | nothing
QQ123456C | cut = [1, 2] | QQ
QQ123456C | cut = [3, 6] | "123456"
QQ | cut = [3, 6] | nothing
QQ 12 34 56 C | replace = " " | QQ123456C
a/b | replace = "/", by = "-" | a-b
"42" | pad = 8 | "00000042"
42 | pad = 8 | refused: 'pad' is for text, and here stands integer
"123456789" | pad = 8 | waits: longer than 8 characters
x | pad = 3, with = "*" | **x
"00042" | unpad = "0" | "42"
"000" | unpad = "0" | "0"
N/A | nothing = ["N/A", "-"] | nothing
n/a | nothing = ["N/A", "-"] | n/a
nothing | if_nothing = "GB" | GB
empty | if_nothing = "GB" | GB
FR | if_nothing = "GB" | FR
nothing | upper = true | nothing
AO | codes = { AO = "1", EO = "2" } | "1"
ao | codes = { AO = "1", EO = "2" } | waits: not in the code list
ao | codes = { AO = "1" }, unknown = "keep" | ao
ao | codes = { AO = "1" }, unknown = "default", default = "9" | "9"
nothing | codes = { AO = "1" }, unknown = "default", default = "9" | nothing
HEO | codes = "grades" | "3"
SEO | codes = "grades" | waits: not in the code list grades
1 | codes = { 1 = "full time", 2 = "part time" } | full time
Leeds | lookup = "sites" | LS1
York | lookup = "sites" | waits: not in the table sites
York | lookup = "sites", unknown = "keep" | York
York | lookup = "sites", unknown = "default", default = "?" | ?
"0042" | read = "integer" | 42
"-7" | read = "integer" | -7
4.2 | read = "integer" | waits: not a whole number of at most 18 digits
~arabic 1~ | read = "integer" | waits: not a whole number of at most 18 digits
42 | write = "integer" | "42"
42 | write = "integer", digits = 5 | "00042"
123456 | write = "integer", digits = 5 | waits: not a number of at most 5 digits
-1 | write = "integer", digits = 5 | waits: not a number of at most 5 digits
31/12/2026 | read = "date", form = "DD/MM/YYYY" | 2026-12-31
31/2/2026 | read = "date", form = "DD/MM/YYYY" | waits: not a date of the form DD/MM/YYYY
31/02/2026 | read = "date", form = "DD/MM/YYYY" | waits: not a date of the form DD/MM/YYYY
31-DEC-2026 | read = "date", form = "DD-MON-YYYY" | 2026-12-31
2026-12-31 | write = "date", form = "YYYYMMDD" | "20261231"
2026-12-31 | write = "date", form = "YYYY/MM/DD" | 2026/12/31
2026-12-31 | write = "date", form = "DD-MON-YYYY" | 31-Dec-2026
2026-01-05 | write = "date", form = "DD MMMM YYYY" | 05 January 2026
£31,250.50 | read = "pounds" | 3125050
-0.5 | read = "pounds" | -50
31.255 | read = "pounds" | waits: not an amount in pounds and pence
31,25 | read = "pounds" | waits: not an amount in pounds and pence
3125050 | write = "pounds" | 31250.50
5 | write = "pounds" | "0.05"
-5 | write = "pounds" | -0.05
"0.8" | read = "decimal" | 800000000
"0.1234567891" | read = "decimal" | waits: not a number with at most nine digits before and behind the point
800000000 | write = "decimal" | "0.8"
1000000000 | write = "decimal" | "1"
800000000 | write = "decimal", places = 2 | "0.80"
333333333 | write = "decimal", places = 2 | waits: more than 2 decimals
333333333 | write = "decimal", places = 2, rounded = true | "0.33"
335000000 | write = "decimal", places = 2, rounded = true | "0.34"
-335000000 | write = "decimal", places = 2, rounded = true | -0.34
Yes | yes_no = ["Y", "N"] | Y
false | yes_no = ["Y", "N"] | N
0 | yes_no = ["Y", "N"] | N
maybe | yes_no = ["Y", "N"] | waits: neither yes nor no
y | yes_no = [1, 0] | 1
2026-12-31 | add_days = 1 | 2027-01-01
9999-12-31 | add_days = 1 | waits: counts to a day outside the calendar
2024-02-10 | day_of_month = "last" | 2024-02-29
2024-02-10 | day_of_month = "first" | 2024-02-01
"""  # noqa: E501
BEGINNINGS = """
surname | forenames | grade | start | step | gives
Smith | Ann | AO | nothing | take = "grade" | AO
Smith | Ann | empty | nothing | take = "grade" | nothing
Smith | Ann | AO | nothing | constant = "GB" | GB
Smith | Ann | AO | nothing | join = ["surname", "forenames"], with = ", " | Smith, Ann
Smith | nothing | AO | nothing | join = ["surname", "forenames"], with = ", " | Smith
nothing | empty | AO | nothing | join = ["surname", "forenames"], with = ", " | nothing
Smith | Ann | AO | nothing | first = ["forenames", "surname"] | Ann
Smith | empty | AO | nothing | first = ["forenames", "surname"] | Smith
Smith | Ann | AO | nothing | when = [{ if = { grade = "AO" }, then = "1" }] | "1"
Smith | Ann | EO | nothing | when = [{ if = { grade = "AO" }, then = "1" }] | nothing
Smith | Ann | EO | nothing | when = [{ if = { grade = "AO" }, then = "1" }], otherwise = "9" | "9"
Smith | Ann | EO | nothing | when = [{ if = { grade = "EO" }, then = { take = "surname" } }] | Smith
Smith | Ann | AO | nothing | when = [{ if = { grade = ["AO", "EO"] }, then = "1" }] | "1"
Smith | Ann | AO | nothing | when = [{ if = { grade = { not = "AO" } }, then = "1" }] | nothing
Smith | Ann | nothing | nothing | when = [{ if = { grade = { not = "AO" } }, then = "1" }] | "1"
Smith | Ann | nothing | nothing | when = [{ if = { grade = "AO" }, then = "1" }] | nothing
Smith | empty | AO | nothing | when = [{ if = { forenames = { stated = false } }, then = "1" }] | "1"
Smith | Ann | AO | 2026-04-01 | when = [{ if = { start = { from = 2026-04-01 } }, then = "1" }] | "1"
Smith | Ann | AO | 2026-04-01 | when = [{ if = { start = { above = 2026-04-01 } }, then = "1" }] | nothing
Smith | Ann | AO | nothing | when = [{ if = { start = { below = 2026-04-01 } }, then = "1" }] | nothing
Smith | Ann | SCS1 | nothing | when = [{ if = { grade = { begins = "SCS" } }, then = "1" }] | "1"
Smith | Ann | AO | nothing | when = [{ if = { any = [{ grade = "EO" }, { surname = "Smith" }] }, then = "1" }] | "1"
Smith | Ann | AO | nothing | when = [{ if = { grade = "AO", none = [{ surname = "Smith" }] }, then = "1" }] | nothing
"""  # noqa: E501
KINDS = {"text": {"type": "string"}, "integer": {"type": "integer"},
         "date": {"type": "string", "format": "date"}}  # fmt: skip


def value_of(cell: str) -> Any:
    """Return what a cell means: a date, a whole number, text, or nothing."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell):
        return dt.date.fromisoformat(cell)
    if re.fullmatch(r"-?[0-9]+", cell):
        return int(cell)
    return {"nothing": None, "empty": ""}.get(cell, cell.strip('"'))


def became(row: dict[str, Any], steps: str) -> Any:
    """Return what a field becomes; as text behind ``waits:`` why it does not."""
    said = {dt.date: "date", int: "integer"}
    kinds = {name: "date" if name == "start" else said.get(type(value), "text")
             for name, value in row.items()}  # fmt: skip
    source = load_contract(
        json.dumps({"$id": "x", "type": "object", "additionalProperties": False,
                    "properties": {name: KINDS[kind] for name, kind in kinds.items()}})
    )  # fmt: skip
    text = f"""
[mapping]
name = "table"
title = "A row of the table"
from = "x"
[codes.grades]
AO = "1"
EO = "2"
HEO = "3"
[lookups]
sites = "Postcodes by site"
[fields]
made = [{steps}]
[[example]]
given = {{}}
gives = {{}}
"""
    mapping = load_mapping(text, source)
    frame = pl.DataFrame([pl.Series(field.name, [row[field.name]], dtype=field.dtype)
                          for field in source.fields])  # fmt: skip
    done = translate(frame, mapping, HeldLookups({"sites": {"Leeds": "LS1"}}))
    if done.problems.height:
        return f"waits: {done.problems['reason'].item()}"
    return done.frame["made"].item()


@pytest.mark.parametrize(("stated", "step", "gives"), rows_of(CHANGES))
def test_each_step_does_what_the_table_says(stated: str, step: str, gives: str) -> None:
    row = {"stated": value_of(stated)}
    steps = f'{{ take = "stated" }}, {{ {step} }}'
    if gives.startswith("refused: "):
        with pytest.raises(Exception, match=re.escape(gives.removeprefix("refused: "))):
            became(row, steps)
    else:
        assert became(row, steps) == value_of(gives)


@pytest.mark.parametrize(
    ("surname", "forenames", "grade", "start", "step", "gives"), rows_of(BEGINNINGS)
)
def test_each_field_begins_as_the_table_says(
    surname: str, forenames: str, grade: str, start: str, step: str, gives: str
) -> None:
    row = {"surname": value_of(surname), "forenames": value_of(forenames),
           "grade": value_of(grade), "start": value_of(start)}  # fmt: skip
    assert became(row, f"{{ {step} }}") == value_of(gives)
