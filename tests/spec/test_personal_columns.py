"""Which undeclared columns hold a file: the table is the rule, for owners of files.

Only columns that the layout does not declare are looked at. A column without content holds
nothing up, whatever its header; ``;`` separates cells.
"""

import pytest

from muster.hub.personal import why_personal
from tests.tables import rows_of

HEADER = "its header says so"

TABLE = """
header | cells | held because
Name | A; B | its header says so
NAME | A | its header says so
Name (1) | A | its header says so
FirstName | A | its header says so
First_Name | A | its header says so
surname | A | its header says so
Forename(s) | A | its header says so
Known As | A | its header says so
Staff Name | A | its header says so
Name of person in post | A | its header says so
Post Holder | A | its header says so
Postholder | A | its header says so
Line Manager | A | its header says so
Team contact | A | its header says so
Contact E-mail | A | its header says so
E-mail | A | its header says so
eMail | A | its header says so
EMAIL_ADDRESS | A | its header says so
Contact Phone | A | its header says so
Tel. No. | A | its header says so
Telephone2 | A | its header says so
Office telephone | A | its header says so
Ext | A | its header says so
D.O.B. | A | its header says so
DOB | A | its header says so
DateOfBirth | A | its header says so
Age | 41 | its header says so
NI Number | A | its header says so
Nationality | A | its header says so
Home address, town | A | its header says so
Home postcode | A | its header says so
Address | A | its header says so
Gender | F | its header says so
Ethnicity | A | its header says so
Disability status | N | its header says so
Sickness days | 3 | its header says so
Trade union | A | its header says so
Bank sort code | A | its header says so
Employee ID | 7 | its header says so
Payroll number | 7 | its header says so
Name | ; ; |
Contact Phone | |
Job Title | Director; Head of Unit |
Unit Name | Policy; Finance |
Organisation Name | HM Treasury |
Directorate name | Rail |
Name of organisation | HM Treasury |
Post name | Director |
File name | a.csv |
Office postcode | SW1A 2HQ |
Site address | 1 Horse Guards Road |
Web address | https://www.gov.uk |
Home Office unit | Borders |
Number of posts | 3 |
Mission | A |
Management level | 2 |
Agency | A |
Notes | vacant; interim |
Notes | ann@example.gov.uk; see annex | its cells look like email addresses
column 16 | 020 7946 0000; 0117 496 0123 | its cells look like telephone numbers
column 16 | (020) 7946 0000 ext 12 | its cells look like telephone numbers
column 16 | +44 20 7946 0000 | its cells look like telephone numbers
column 16 | QQ 12 34 56 C | its cells look like National Insurance numbers
column 16 | Dr A Bee; vacant; vacant | its cells look like names
column 16 | MRS BEE | its cells look like names
column 16 | 01/04/2011; 02/04/2011 |
column 16 | 2011; 45000 |
column 16 | Drainage; Missile; Sirens |
Name | N/D; n/a; Vacant; |
Contact E-mail | N/D; bee@example.gov.uk | its header says so
Site name | Mr Bee | its cells look like names
"""


@pytest.mark.parametrize("row", rows_of(TABLE), ids=lambda row: f"{row[0]}: {row[1]}")
def test_a_file_is_held_as_the_table_says(row: tuple[str, ...]) -> None:
    header, cells, because = row
    assert (why_personal(header, cells.split(";")) or "") == because


def test_one_cell_in_ten_is_enough_wherever_it_stands() -> None:
    cells = ["see notes"] * 900 + [f"b{i}@example.gov.uk" for i in range(100)]
    assert why_personal("Remarks", cells) == "its cells look like email addresses"
    assert why_personal("Remarks", cells[:-1]) is None


def test_the_reason_holds_no_value() -> None:
    for header, cells, because in rows_of(TABLE):
        assert not any(cell.strip() in because for cell in cells.split(";") if len(cell) > 3), (
            header
        )
