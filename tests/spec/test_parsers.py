"""How a value in a file is read: the table is the rule, for whoever prepares a file.

Each row says how a value is written, as what it is read, and the value, or why it is not read.
A value that is not read never counts as nothing: its row waits in quarantine with the reason.
Spaces around a value are taken away before this. Decimals and shares are shown as plain
decimals, amounts in pence.
"""

import pytest

from tests.tables import rows_of
from tests.values import reading, refused

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
1,23 | decimal | a decimal comma, or a comma out of place: write 1234.56
1234,567 | decimal | a decimal comma, or a comma out of place: write 1234.56
0,5 | decimal | a decimal comma, or a comma out of place: write 1234.56
1.234,56 | decimal | a decimal comma, or a comma out of place: write 1234.56
-1 | decimal | a negative number: the layout does not say that there are any
80% | decimal | a percentage where a plain number is expected
+1 | decimal | not a number
1.O | decimal | not a number
~arabic 1~ | decimal | not a number
~wide 1~ | decimal | not a number
½ | decimal | not a number
1~newline~ | decimal | not a number
1~unit separator~9 | decimal | holds a control character, which nobody can see: type the value again
. | decimal | not a number
NaN | decimal | not a number
inf | decimal | not a number
N/A | decimal | not a number
12 | whole | 12
1,234 | whole | 1234
012 | whole | 12
12.0 | whole | 12
12.5 | whole | not a whole number
-3 | whole | a negative number: the layout does not say that there are any
1.2E+07 | whole | a spreadsheet shortened it and its last digits are lost: send the column as text
80% | whole | a percentage where a plain number is expected
twelve | whole | not a number
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
20 of | share | what it is a share of is not stated
37:30 of 37.5 | share | 1
18:45:00 of 37:30:00 | share | 0.5
7h24 of 37 | share | 0.2
20 of 25:75 | share | not a number
twenty of 37 | share | not a number
31250 | pence | 3125000
£31,250.50 | pence | 3125050
31250.5 | pence | 3125050
£ 31 250 | pence | 3125000
-12.34 | pence | -1234
0 | pence | 0
31,25 | pence | a decimal comma, or a comma out of place: write 1234.56
31250.505 | pence | not an amount in pounds and pence
31k | pence | not an amount in pounds and pence
1234567890123456 | pence | not an amount in pounds and pence
~arabic 1~ | pence | not an amount in pounds and pence
$5 | pence | an amount in another currency than pounds
€5 | pence | an amount in another currency than pounds
2011-03-31 | date YYYY-MM-DD | 2011-03-31
2012-02-29 | date YYYY-MM-DD | 2012-02-29
2011-02-29 | date YYYY-MM-DD | no such day in the calendar
0000-01-01 | date YYYY-MM-DD | no such day in the calendar
2011-3-31 | date YYYY-MM-DD | not a date of the form YYYY-MM-DD
31/03/2011 | date YYYY-MM-DD | not a date of the form YYYY-MM-DD
~arabic date~ | date YYYY-MM-DD | not a date of the form YYYY-MM-DD
31/03/2011 | date DD/MM/YYYY | 2011-03-31
1/4/2011 | date DD/MM/YYYY | 2011-04-01
03/31/2011 | date DD/MM/YYYY | no such day in the calendar
31/03/11 | date DD/MM/YYYY | the year has two digits: the century is not stated
31.03.2011 | date DD.MM.YYYY | 2011-03-31
31-03-2011 | date DD.MM.YYYY | not a date of the form DD.MM.YYYY
31-MAR-2011 | date DD-MON-YYYY | 2011-03-31
1-Apr-2011 | date DD-MON-YYYY | 2011-04-01
31-MRZ-2011 | date DD-MON-YYYY | no such day in the calendar
31-FEB-2011 | date DD-MON-YYYY | no such day in the calendar
03/31/2011 | date MM/DD/YYYY | 2011-03-31
1/4/2011 | date MM/DD/YYYY | 2011-01-04
31/03/2011 | date MM/DD/YYYY | no such day in the calendar
20110331 | date YYYYMMDD | 2011-03-31
20110231 | date YYYYMMDD | no such day in the calendar
00000000 | date YYYYMMDD | no such day in the calendar
2011033 | date YYYYMMDD | not a date of the form YYYYMMDD
201103 | date YYYYMM | 2011-03-31
202402 | date YYYYMM | 2024-02-29
201113 | date YYYYMM | no such day in the calendar
March 2011 | date MMMM YYYY | 2011-03-31
feb 2023 | date MMMM YYYY | 2023-02-28
Sept 2023 | date MMMM YYYY | 2023-09-30
Mawrth 2011 | date MMMM YYYY | no such day in the calendar
31 March 2011 | date DD MMMM YYYY | 2011-03-31
1 apr 2011 | date DD MMMM YYYY | 2011-04-01
31 April 2011 | date DD MMMM YYYY | no such day in the calendar
31st March 2011 | date DD MMMM YYYY | not a date of the form DD MMMM YYYY
31/03/26 | date DD/MM/YY, pivot 2029 | 2026-03-31
31/03/29 | date DD/MM/YY, pivot 2029 | 2029-03-31
31/03/30 | date DD/MM/YY, pivot 2029 | 1930-03-31
29/02/00 | date DD/MM/YY, pivot 2029 | 2000-02-29
31/03/2026 | date DD/MM/YY, pivot 2029 | not a date of the form DD/MM/YY
31/09/2026 | date DD/MM/YYYY | no such day in the calendar
29/02/2024 | date DD/MM/YYYY | 2024-02-29
29/02/1900 | date DD/MM/YYYY | no such day in the calendar
29/02/2000 | date DD/MM/YYYY | 2000-02-29
01/01/1900 | date DD/MM/YYYY | 1900-01-01
31/12/2100 | date DD/MM/YYYY | 2100-12-31
31/12/1899 | date DD/MM/YYYY | before 1900 or after 2100
31/12/9999 | date DD/MM/YYYY | before 1900 or after 2100
01-JAN-4712 | date DD-MON-YYYY | before 1900 or after 2100
31/03/0226 | date DD/MM/YYYY | before 1900 or after 2100
37.5 | hours | 37.5
37:30 | hours | 37.5
37:30:00 | hours | 37.5
37h30 | hours | 37.5
37h | hours | 37
37 hrs 30 min | hours | 37.5
7:20 | hours | 7.333333333
0:00 | hours | 0
1,950 | hours | 1950
37:60 | hours | not a number of hours
half | hours | not a number of hours
-7:30 | hours | not a number of hours
31/03/2026 | hours | not a number of hours
2026-03-31 | hours | a date where hours are expected
PERM | code | permanent
Ftc | code | fixed_term
casual | code | not in the code list of this layout
casual | code, otherwise other | other
qa 12 34 56 c | compact | QA123456C
N/A | text | N/A
Ann Maria VAN DYCK | surname in capitals | VAN DYCK
Ann J SMITH | surname in capitals | SMITH
Ann Smith | surname in capitals | not a name that ends with its surname in capitals
Ann Maria VAN DYCK | name before capitals | Ann Maria
SMITH | name before capitals | nothing
"""


@pytest.mark.parametrize(("written", "how", "expected"), rows_of(TABLE))
def test_a_value_is_read_as_the_table_says(written: str, how: str, expected: str) -> None:
    assert reading(written, how) == (expected, "")


def test_a_reason_never_tells_the_value() -> None:
    told = [(written, refused(written, how)) for written, how, _ in rows_of(TABLE)]
    assert [one for one in told if len(one[0]) >= 4 and one[0] in one[1]] == []
    assert sum(bool(reason) for _, reason in told) > 50
