"""How a value in a file is read: the table is the rule, for whoever prepares a file.

Each row says how a value is written, as what it is read, and the value, or why it is not read.
A value that is not read never counts as nothing: its row waits in quarantine with the reason.
Spaces around a value are taken away before this. Decimals and shares are shown as plain
decimals, amounts in pence.
"""

import datetime as dt
from decimal import Decimal

import pytest

from muster.hub.parsers import BILLION, Parser, Unreadable
from tests.tables import rows_of

NUMBER = "not a number"
POUNDS = "not an amount in pounds and pence"
CODES = {"perm": "permanent", "ftc": "fixed_term"}

TABLE = """
written | read as | value, or why not
1 | decimal | 1
0 | decimal | 0
0.6 | decimal | 0.6
.5 | decimal | 0.5
1. | decimal | 1
007.50 | decimal | 7.5
1,234.5 | decimal | 1234.5
12,345,678 | decimal | 12345678
999999999 | decimal | 999999999
0.123456789 | decimal | 0.123456789
0.1234567890000 | decimal | 0.123456789
0.1234567890123 | decimal | more than nine decimals, as a spreadsheet's rounding error has
1234567890 | decimal | not a number
1,234,567,890 | decimal | not a number
1,23 | decimal | not a number
1234,567 | decimal | not a number
0,5 | decimal | not a number
-1 | decimal | not a number
+1 | decimal | not a number
1e3 | decimal | not a number
1.O | decimal | not a number
~arabic 1~ | decimal | not a number
~wide 1~ | decimal | not a number
½ | decimal | not a number
1~newline~ | decimal | not a number
1~unit separator~9 | decimal | not a number
. | decimal | not a number
NaN | decimal | not a number
inf | decimal | not a number
N/A | decimal | not a number
=1+1 | decimal | not a number
80% | percent | 0.8
80 % | percent | 0.8
100% | percent | 1
62.5% | percent | 0.625
33.3333333% | percent | 0.333333333
33.33333333% | percent | more than seven decimals in a percentage
80 | percent | not a percentage: it has no % sign
% | percent | not a number
eighty% | percent | not a number
37 of 37 | share | 1
18.5 of 37 | share | 0.5
20 of 37 | share | 0.540540541
0 of 37 | share | 0
20 of 0 | share | the standard hours are zero
20 of | share | not a number
twenty of 37 | share | not a number
31250 | pence | 3125000
£31,250.50 | pence | 3125050
31250.5 | pence | 3125050
£ 31 250 | pence | 3125000
-12.34 | pence | -1234
0 | pence | 0
31,25 | pence | not an amount in pounds and pence
31250.505 | pence | not an amount in pounds and pence
31k | pence | not an amount in pounds and pence
1234567890123456 | pence | not an amount in pounds and pence
~arabic 1~ | pence | not an amount in pounds and pence
$5 | pence | not an amount in pounds and pence
2011-03-31 | date YYYY-MM-DD | 2011-03-31
2012-02-29 | date YYYY-MM-DD | 2012-02-29
2011-02-29 | date YYYY-MM-DD | no such day in the calendar
0000-01-01 | date YYYY-MM-DD | no such day in the calendar
2011-3-31 | date YYYY-MM-DD | not a date of the form YYYY-MM-DD
31/03/2011 | date YYYY-MM-DD | not a date of the form YYYY-MM-DD
2011-03-31 00:00 | date YYYY-MM-DD | not a date of the form YYYY-MM-DD
~arabic date~ | date YYYY-MM-DD | not a date of the form YYYY-MM-DD
31/03/2011 | date DD/MM/YYYY | 2011-03-31
1/4/2011 | date DD/MM/YYYY | 2011-04-01
03/31/2011 | date DD/MM/YYYY | no such day in the calendar
31/03/11 | date DD/MM/YYYY | not a date of the form DD/MM/YYYY
31.03.2011 | date DD.MM.YYYY | 2011-03-31
31-03-2011 | date DD.MM.YYYY | not a date of the form DD.MM.YYYY
31-MAR-2011 | date DD-MON-YYYY | 2011-03-31
1-Apr-2011 | date DD-MON-YYYY | 2011-04-01
31-MRZ-2011 | date DD-MON-YYYY | no such day in the calendar
31-FEB-2011 | date DD-MON-YYYY | no such day in the calendar
PERM | code | permanent
Ftc | code | fixed_term
casual | code | not in the code list of this layout
casual | code or other | other
qa 12 34 56 c | compact | QA123456C
=cmd() | text | =cmd()
N/A | text | N/A
Ann Maria VAN DYCK | surname in capitals | VAN DYCK
Ann J SMITH | surname in capitals | SMITH
Ann Smith | surname in capitals | not a name that ends with its surname in capitals
Ann Maria VAN DYCK | name before capitals | Ann Maria
SMITH | name before capitals | nothing
"""


def said_by(written: str, how: str) -> str:
    """Return what a value is read as, in the words of the table."""
    kind, _, form = how.partition(" ")
    parser = Parser(how.replace(" ", "_"))
    if kind in ("date", "code"):
        parser = Parser(
            kind, form or "YYYY-MM-DD", CODES, form.removeprefix("or ") if kind == "code" else None
        )
        if kind == "code" and not form:
            parser = Parser(kind, codes=CODES)
    text, _, whole = written.partition(" of") if kind == "share" else (written, "", "")
    try:
        value = parser.read(text.strip() if kind == "share" else text, whole.strip())
    except Unreadable as reason:
        return str(reason)
    if value is None:
        return "nothing"
    if kind in ("decimal", "percent", "share"):
        assert isinstance(value, int)
        return f"{(Decimal(value) / BILLION).normalize():f}"
    assert isinstance(value, str | int | dt.date)
    return str(value)


@pytest.mark.parametrize(("written", "how", "expected"), rows_of(TABLE))
def test_a_value_is_read_as_the_table_says(written: str, how: str, expected: str) -> None:
    assert said_by(written, how) == expected


def test_a_reason_never_repeats_the_value() -> None:
    for written, _how, expected in rows_of(TABLE):
        if expected.startswith(("not ", "more ", "no such")) and len(written) > 3:
            assert written not in expected
