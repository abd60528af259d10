"""What spreadsheets do to values, and what becomes of them: the tables are the rule.

Each row says what stands in the cell, how the layout says it is read (with the words it may add),
and the value, or why its row waits. Where something was put right, the last column says what is
noted on the feed. Nothing is guessed: what could mean two things waits until the layout, or a
person, says which. A character that cannot be seen is written by its number: {U+00A0} is a space
at which no line breaks.
"""

import polars as pl
import pytest

from muster.hub.contracts import load_contract
from muster.hub.layouts import FieldMapping, Layout
from muster.hub.mapping import apply_layout
from muster.hub.parsers import Parser, sentence
from tests.tables import rows_of
from tests.values import reading, refused, unnamed

DATES = """
stands in the cell | the layout says | value, or why its row waits | noted
2026-03-31 | date DD/MM/YYYY | 2026-03-31 |
2026-03-31 00:00:00 | date DD/MM/YYYY | 2026-03-31 |
2026-03-31 00:00 | date DD-MON-YYYY | 2026-03-31 |
2026-03-31T00:00:00.000 | date YYYYMMDD | 2026-03-31 |
2026-03-31T00:00:00Z | date YYYY-MM-DD | 2026-03-31 |
2026-03-31-07:00 | date YYYY-MM-DD | 2026-03-31 |
2026-03-31 | date serial-1900 | 2026-03-31 |
2026-02-29 | date DD/MM/YYYY | no such day in the calendar |
2026-03-31 14:30:00 | date DD/MM/YYYY | a time of day where only a date is expected |
2026-03-31T23:00:00Z | date YYYY-MM-DD | a time of day where only a date is expected |
31/03/2026 00:00 | date DD/MM/YYYY | 2026-03-31 |
31/03/2026 0:00:00 | date DD/MM/YYYY | 2026-03-31 |
3/31/2026 12:00:00 AM | date MM/DD/YYYY | 2026-03-31 |
3/31/2026 12:00:00 PM | date MM/DD/YYYY | a time of day where only a date is expected |
31/03/2026 09:00 | date DD/MM/YYYY | a time of day where only a date is expected |
1899-12-31 | date DD/MM/YYYY | before 1900 or after 2100 |
2026-03-01 | date MMMM YYYY | 2026-03-31 |
2026-03-31 | date YYYYMM | 2026-03-31 |
2026-03-15 | date MMMM YYYY | a day within a month where a whole month is expected |
46112 | date DD/MM/YYYY | a spreadsheet's serial number: is it 31 March 2026, or 1 April 2030 where days are counted from 1904? |
46112.0 | date YYYY-MM-DD | a spreadsheet's serial number: is it 31 March 2026, or 1 April 2030 where days are counted from 1904? |
46112 | date DD/MM/YYYY, serials 1900 | 2026-03-31 | were a spreadsheet's serial numbers, read as the layout says
44650 | date DD/MM/YYYY, serials 1904 | 2026-03-31 | were a spreadsheet's serial numbers, read as the layout says
31/03/2026 | date DD/MM/YYYY, serials 1900 | 2026-03-31 |
2026 | date DD/MM/YYYY, serials 1900 | not a date of the form DD/MM/YYYY |
202603 | date DD/MM/YYYY, serials 1900 | not a date of the form DD/MM/YYYY |
46112.5 | date DD/MM/YYYY, serials 1900 | a time of day where only a date is expected |
46112 | date serial-1900 | 2026-03-31 |
44650 | date serial-1904 | 2026-03-31 |
1 | date serial-1900 | 1900-01-01 |
59 | date serial-1900 | 1900-02-28 |
60 | date serial-1900 | 29 February 1900, which spreadsheets count and no calendar has |
61 | date serial-1900 | 1900-03-01 |
0 | date serial-1900 | no such day in the calendar |
0 | date serial-1904 | 1904-01-01 |
60 | date serial-1904 | 1904-03-01 |
73415 | date serial-1900 | 2100-12-31 |
73416 | date serial-1900 | before 1900 or after 2100 |
9999999 | date serial-1900 | before 1900 or after 2100 |
-1 | date serial-1900 | not a date of the form serial-1900 |
31/03/2026 | date serial-1900 | not a date of the form serial-1900 |
03/04/2026 | date DD/MM/YYYY, order month first | 2026-03-04 |
03/04/2026 | date MM/DD/YYYY, order day first | 2026-04-03 |
31/03/2026 | date DD/MM/YYYY, order month first | no such day in the calendar |
2026-04-03 | date DD/MM/YYYY, order month first | 2026-04-03 |
2026-04-03 | date DD/MM/YYYY, order day first | 2026-04-03 |
2026-04-03 | date DD/MM/YYYY, order day first with cells exchanged | 2026-03-04 | had day and month exchanged by a spreadsheet, and were put right as the layout says
2026-04-03 | date DD/MM/YYYY, order month first with cells exchanged | 2026-03-04 | had day and month exchanged by a spreadsheet, and were put right as the layout says
03/31/2026 | date DD/MM/YYYY, order month first with cells exchanged | 2026-03-31 |
2026-04-04 | date DD/MM/YYYY, order day first with cells exchanged | 2026-04-04 |
2026-04-13 | date DD/MM/YYYY, order day first with cells exchanged | a real date that no spreadsheet can have exchanged, in a column declared exchanged |
'31/03/2026 | date DD/MM/YYYY | 2026-03-31 |
31{U+2013}MAR{U+2013}2026 | date DD-MON-YYYY | 2026-03-31 |
{U+200B}31/03/2026{U+00A0} | date DD/MM/YYYY | 2026-03-31 |
"""  # noqa: E501 - a row of a table is one line

NUMBERS = """
stands in the cell | the layout says | value, or why its row waits | noted
1.23E+07 | decimal | a spreadsheet shortened it and its last digits are lost: send the column as text |
1.23E+07 | pence | a spreadsheet shortened it and its last digits are lost: send the column as text |
1.23E+07 | identifier | a spreadsheet shortened it and its last digits are lost: send the column as text |
1e3 | decimal | a spreadsheet shortened it and its last digits are lost: send the column as text |
1,234.50 | decimal | 1234.5 |
1 234.50 | pence | 123450 |
1{U+202F}234.50 | pence | 123450 |
1.234,56 | pence | a decimal comma, or a comma out of place: write 1234.56 |
1.234.567 | decimal | not a number |
'0.6 | decimal | 0.6 |
{U+2019}0.6 | decimal | 0.6 |
0.6{U+200B} | decimal | 0.6 |
{U+FEFF}1 | decimal | 1 |
0.540540540540541 | decimal | more than nine decimals, as a spreadsheet's rounding error has |
0.540540540540541 | decimal, rounded | 0.540540541 | had more than nine decimals, and were rounded as the layout says
0.5405405404 | decimal, rounded | 0.54054054 | had more than nine decimals, and were rounded as the layout says
0.6 | decimal, rounded | 0.6 |
£1,234.50 | pence | 123450 |
(1,234.50) | pence | a number in brackets: the layout does not say that it is negative |
(£1,234.50) | pence | a number in brackets: the layout does not say that it is negative |
(1,234.50) | pence, negative brackets | -123450 |
£(1,234.50) | pence, negative brackets | -123450 |
-1,234.50 | pence, negative brackets | -123450 |
(-5) | pence, negative brackets | not an amount in pounds and pence |
(1,234.50) | decimal, negative brackets | -1234.5 |
12.50- | pence | a minus sign behind the number: the layout does not say that it is negative |
12.50- | pence, negative trailing | -1250 |
12.50- | decimal, negative trailing | -12.5 |
{U+2212}12.50 | pence | -1250 |
-12.5 | decimal, negative leading | -12.5 |
- | pence | not an amount in pounds and pence |
- | decimal | not a number |
.. | decimal | not a number |
[z] | decimal | not a number |
80% | percent | 0.8 |
80 | percent | not a percentage: it has no % sign |
0.8 | percent | not a percentage: it has no % sign |
0.8 | percent, unit fraction | 0.8 |
1 | percent, unit fraction | 1 |
1.05 | percent, unit fraction | 1.05 |
80% | percent, unit fraction | 0.8 |
80 | percent, unit fraction | more than 2 where a fraction of one is expected: write 0.8, or 80% |
80 | percent, unit percent | 0.8 |
80% | percent, unit percent | 0.8 |
0 | percent, unit percent | 0 |
0.8 | percent, unit percent | at most 1 where percentages are expected: write 80, or 80% |
1 | percent, unit percent | at most 1 where percentages are expected: write 80, or 80% |
1% | percent, unit percent | 0.01 |
1900-01-01 13:30:00 | hours | 37.5 |
1900-01-01 | hours | 24 |
1904-01-02 13:30:00 | hours | 37.5 |
1904-01-01 07:24:00 | hours | 7.4 |
1899-12-31 07:24:00 | hours | a date where hours are expected |
2026-03-31 | hours | a date where hours are expected |
1.5625 | hours | 1.5625 |
1.5625 | hours, unit days | 37.5 |
37:30 | hours, unit days | 37.5 |
1900-01-01 13:30:00 of 37.5 | share | 1 |
18:30 of 1900-01-01 13:00:00 | share | 0.5 |
"""  # noqa: E501 - a row of a table is one line

IDENTIFIERS = """
stands in the cell | the layout says | value, or why its row waits | noted
00123 | identifier | 00123 |
123 | identifier | 123 |
123 | identifier, digits 8 | 00000123 | had lost leading zeros
123.0 | identifier, digits 8 | 00000123 | had lost leading zeros
00000123 | identifier, digits 8 | 00000123 |
12345678.0 | identifier, digits 8 | 12345678 | had lost leading zeros
123456789 | identifier, digits 8 | not 8 digits |
1,234,567 | identifier, digits 8 | not 8 digits |
AB123456 | identifier, digits 8 | not 8 digits |
1234.5 | identifier, digits 8 | not 8 digits |
0 | identifier, digits 8 | nothing but zeros |
2 | code, digits 2 | assistant | had lost leading zeros
02 | code | assistant |
2 | code | not in the code list of this layout |
3 | code, digits 2 | not in the code list of this layout |
qq 12 34 56 c | compact | QQ123456C |
QQ{U+00A0}12{U+00A0}34{U+00A0}56{U+00A0}C | compact | QQ123456C |
12 34 | compact, digits 6 | 001234 | had lost leading zeros
POS-0012/A | identifier | POS-0012/A |
POS{U+2011}0012 | identifier | POS-0012 |
{U+201C}A1{U+201D} | identifier | "A1" |
'00123 | identifier | 00123 |
12E05 | identifier | 12E05 |
1.20E+06 | identifier | a spreadsheet shortened it and its last digits are lost: send the column as text |
1.2E-3 | compact | a spreadsheet shortened it and its last digits are lost: send the column as text |
1234567890123450 | identifier | 16 or more digits and zeros at the end: a spreadsheet keeps only 15, send it as text |
12345678901234500000 | compact | 16 or more digits and zeros at the end: a spreadsheet keeps only 15, send it as text |
'1234567890123450 | identifier | 1234567890123450 |
1234567890123456 | identifier | 1234567890123456 |
123456789012340 | identifier | 123456789012340 |
2026-03-01 | identifier | a spreadsheet made a date of it: send the column as text |
2026-03-01 00:00:00 | identifier | a spreadsheet made a date of it: send the column as text |
1-Mar | identifier | a spreadsheet made a date of it: send the column as text |
QQ123456{U+0421} | compact | holds letters of another alphabet that look alike: type it again |
Q{U+0410}123456C | compact | holds letters of another alphabet that look alike: type it again |
{U+0391}{U+0392}12 | identifier | holds letters of another alphabet that look alike: type it again |
{U+FF21}12 | identifier | holds letters of another alphabet that look alike: type it again |
A{U+0661}2 | identifier | holds digits of another alphabet: type it again |
P{U+0415}RM | code | holds letters of another alphabet that look alike: type it again |
PE{U+200B}RM | code | permanent |
perm{U+00A0} | code | permanent |
£10K | code | band |
Â£10k | code | band | held letters that had been read in a wrong encoding, and were put right
"""  # noqa: E501 - a row of a table is one line

REMAINS = """
stands in the cell | the layout says | value, or why its row waits | noted
#N/A | text | a spreadsheet's error, #N/A: mend the cell's formula |
#n/a | text | a spreadsheet's error, #N/A: mend the cell's formula |
#REF! | identifier | a spreadsheet's error, #REF!: mend the cell's formula |
#VALUE! | decimal | a spreadsheet's error, #VALUE!: mend the cell's formula |
#DIV/0! | share | a spreadsheet's error, #DIV/0!: mend the cell's formula |
#NAME? | surname in capitals | a spreadsheet's error, #NAME?: mend the cell's formula |
#NUM! | pence | a spreadsheet's error, #NUM!: mend the cell's formula |
#NULL! | percent | a spreadsheet's error, #NULL!: mend the cell's formula |
#SPILL! | hours | a spreadsheet's error, #SPILL!: mend the cell's formula |
#N/A | date DD/MM/YYYY | a spreadsheet's error, #N/A: mend the cell's formula |
#N/A | code | a spreadsheet's error, #N/A: mend the cell's formula |
#N/A | code, otherwise other | a spreadsheet's error, #N/A: mend the cell's formula |
#N/A | compact | a spreadsheet's error, #N/A: mend the cell's formula |
#FORMULA? | text | a formula that was never worked out: open the workbook, save it and send it again |
#FORMULA? | date YYYYMMDD | a formula that was never worked out: open the workbook, save it and send it again |
######## | text | a column that was too narrow to show its values: widen it and save again |
######## | date DD/MM/YYYY | a column that was too narrow to show its values: widen it and save again |
=VLOOKUP(A2,Sheet2!A:B,2) | text | a formula where its result is expected: send the values |
=1+1 | decimal | a formula where its result is expected: send the values |
#1 Team | text | #1 Team |
A = B | text | A = B |
N/A | text | N/A |
[z] | text | [z] |
N/A | code | none |
"""  # noqa: E501 - a row of a table is one line

TEXT = """
stands in the cell | the layout says | value, or why its row waits | noted
Siân Llŷr | text | Siân Llŷr |
Ŵ ŵ Ŷ ŷ Â â Ê ê Î î Ô ô Û û Ï ï | text | Ŵ ŵ Ŷ ŷ Â â Ê ê Î î Ô ô Û û Ï ï |
Àà Èè Ìì Òò Ùù Áá Éé Íí Óó Úú | text | Àà Èè Ìì Òò Ùù Áá Éé Íí Óó Úú |
Sia{U+0302}n | text | Siân |
w{U+0302}y | text | ŵy |
Ann{U+00A0}Marie | text | Ann Marie |
Ann{U+200B}Marie | text | AnnMarie |
O{U+2019}Brien | text | O{U+2019}Brien |
Smith{U+2013}Jones | text | Smith{U+2013}Jones |
Mac{U+00AD}Donald | text | MacDonald |
{U+202E}Ann{U+202C} | text | Ann |
'T HOOFT | text | 'T HOOFT |
SiÃ¢n | text | Siân | held letters that had been read in a wrong encoding, and were put right
ZoÃ« | text | Zoë | held letters that had been read in a wrong encoding, and were put right
Åµ | text | ŵ | held letters that had been read in a wrong encoding, and were put right
O{U+00E2}{U+20AC}{U+2122}Brien | text | O{U+2019}Brien | held letters that had been read in a wrong encoding, and were put right
O{U+201A}{U+00C4}{U+00F4}Brien | text | O{U+2019}Brien | held letters that had been read in a wrong encoding, and were put right
ReneÃƒÂ© | text | Reneé | held letters that had been read in a wrong encoding, and were put right
JOÃO | text | JOÃO |
Åsa | text | Åsa |
Si{U+FFFD}n | text | letters were lost before the file was sent: send it again as UTF-8 |
Si{U+FFFD}n | text, damaged kept | Si{U+FFFD}n | held letters that were lost before they reached us, and were kept so
Si{U+FFFD}n | identifier | letters were lost before the file was sent: send it again as UTF-8 |
voilÃ tout | text | letters were lost before the file was sent: send it again as UTF-8 |
O{U+00E2}{U+20AC}Brien | text | letters were lost before the file was sent: send it again as UTF-8 |
Ann{U+0007} | text | holds a control character, which nobody can see: type the value again |
Ann{U+0085}B | text | holds a control character, which nobody can see: type the value again |
Ann{U+0007} | text, damaged kept | holds a control character, which nobody can see: type the value again |
{U+0410}нна | text | {U+0410}нна |
Siân VAN DŴR | surname in capitals | VAN DŴR |
"""  # noqa: E501 - a row of a table is one line
TABLES = {
    "dates": DATES,
    "numbers": NUMBERS,
    "identifiers": IDENTIFIERS,
    "remains": REMAINS,
    "text": TEXT,
}
ROWS = [row for table in TABLES.values() for row in rows_of(table)]

# What a column holds in one file, from the first row to the last; the form and order its layout
# says; and which of its cells wait because day and month may be swapped.
COLUMNS = """
the column holds | form | order | waits
01/04/2026 25/12/2025 05/05/2026 | DD/MM/YYYY | |
01/04/2026 03/31/2026 25/12/2025 05/05/2026 | DD/MM/YYYY | | 01/04/2026 03/31/2026
1.4.2026 3.31.2026 | DD.MM.YYYY | | 1.4.2026 3.31.2026
01/04/2026 03/31/2026 | DD/MM/YYYY | day first |
01/04/2026 03/31/2026 | DD/MM/YYYY | month first |
01/04/2026 31/03/2026 | MM/DD/YYYY | | 01/04/2026 31/03/2026
01/04/2026 03/32/2026 | DD/MM/YYYY | |
01/04/2026 45/31/2026 | DD/MM/YYYY | |
01/04/2026 2026-04-01 03/31/2026 | DD/MM/YYYY | | 01/04/2026 03/31/2026
2026-01-04 2026-05-05 2026-02-03 31/03/2026 25/12/2025 13/01/2026 | DD/MM/YYYY | | 2026-01-04 2026-02-03
2026-01-04 2026-05-05 2026-02-03 31/03/2026 25/12/2025 13/01/2026 | DD/MM/YYYY | day first |
2026-01-04 2026-05-05 2026-02-03 31/03/2026 25/12/2025 13/01/2026 | DD/MM/YYYY | day first with cells exchanged |
2026-01-04 2026-05-13 2026-02-03 31/03/2026 25/12/2025 13/01/2026 | DD/MM/YYYY | |
2026-01-04 2026-05-05 31/03/2026 25/12/2025 13/01/2026 | DD/MM/YYYY | |
2026-01-04 2026-05-05 2026-02-03 31/03/2026 25/12/2025 | DD/MM/YYYY | |
2026-01-04 2026-05-05 2026-02-03 01/02/2026 02/02/2026 03/02/2026 | DD/MM/YYYY | |
2026-01-04 2026-05-05 2026-02-03 31/03/2026 25/12/2025 13/01/2026 | YYYY-MM-DD | | 2026-01-04 2026-02-03
2026-01-04 2026-05-05 2026-02-03 03/31/2026 12/25/2025 01/13/2026 | MM/DD/YYYY | | 2026-01-04 2026-02-03
2026-01-01 2026-03-31 2026-02-01 31/03/2026 25/12/2025 13/01/2026 | MMMM YYYY | |
"""  # noqa: E501 - a row of a table is one line
SWAPPED = "Start: day and month may be swapped in this column"


@pytest.mark.parametrize(("written", "how", "expected", "noted"), ROWS)
def test_a_damaged_value_is_read_as_the_table_says(
    written: str, how: str, expected: str, noted: str
) -> None:
    assert reading(written, how) == (unnamed(expected), noted)


def test_a_reason_never_tells_the_value() -> None:
    told = [(unnamed(written), refused(written, how)) for written, how, *_ in ROWS]
    for written, reason in told:
        assert written.startswith("#") or len(written) < 4 or written not in reason
        assert "is it" not in reason
    assert sum(bool(reason) for _, reason in told) > 70


def waiting(
    files: list[list[str]], parser: Parser, fixes: dict[str, str] | None = None
) -> set[str]:
    """Return the cells of one column that wait because day and month may be swapped."""
    rules = '{"title": "Start", "type": "string", "format": "date", "x-personal": false}'
    schema = (
        '{"$id": "x", "type": "object", "additionalProperties": false, "properties": {"s": %s}}'
    )
    layout = Layout("x", "x", "x", frozenset(), (FieldMapping("s", ("s",), parser),), frozenset())
    source = pl.DataFrame(
        [(number, cell) for number, cells in enumerate(files, 1) for cell in cells],
        schema={"file": pl.Int64, "s": pl.String},
        orient="row",
    ).with_row_index("row", 2)
    found = apply_layout(source, layout, load_contract(schema % rules), {"s": fixes or {}})
    doubted = found.problems.filter(pl.col("cause") == SWAPPED)
    assert found.frame["s"].gather(doubted["at"]).null_count() == doubted.height
    return set(doubted["value"])


@pytest.mark.parametrize(("cells", "form", "order", "waits"), rows_of(COLUMNS))
def test_a_column_is_doubted_as_the_table_says(
    cells: str, form: str, order: str, waits: str
) -> None:
    assert waiting([cells.split()], Parser("date", form, order=order)) == set(waits.split())


def test_each_file_is_doubted_by_itself() -> None:
    files = [["01/04/2026", "03/31/2026"], ["02/04/2026", "25/12/2025"]]
    assert waiting(files, Parser("date", "DD/MM/YYYY")) == {"01/04/2026", "03/31/2026"}


def test_what_somebody_said_is_certain_and_proves_nothing() -> None:
    cells = ["01/04/2026", "03/31/2026", "02/04/2026"]
    said = {"03/31/2026": "2026-03-31"}
    assert waiting([cells], Parser("date", "DD/MM/YYYY"), said) == set()
    said = {"01/04/2026": "2026-04-01"}
    rest = {"03/31/2026", "02/04/2026"}
    assert waiting([cells], Parser("date", "DD/MM/YYYY"), said) == rest


def test_serial_numbers_are_real_dates_of_a_spreadsheet() -> None:
    cells = ["46026", "46147", "46056", "31/03/2026", "25/12/2025", "13/01/2026"]
    parser = Parser("date", "DD/MM/YYYY", serials="1900")
    assert waiting([cells], parser) == {"46026", "46056"}


def test_what_is_noted_is_said_in_a_sentence() -> None:
    assert (
        sentence("Staff number", "had lost leading zeros", 214)
        == "Staff number: 214 values had lost leading zeros."
    )
    assert sentence("Pay", "not a number", 1) == "Pay: left empty in 1 row, not a number."
