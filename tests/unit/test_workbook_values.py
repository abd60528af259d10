"""How a cell that is not text is written: number formats, days of both epochs, hours."""

import pytest

from muster.connectors.workbook.values import (
    DATE,
    DURATION,
    NUMBER,
    TIME,
    NoNumber,
    kind_of_format,
    moment_text,
    number_text,
    period_text,
    serial_text,
)
from tests.tables import rows_of

KINDS = {"number": NUMBER, "date": DATE, "time": TIME, "duration": DURATION}

FORMATS = """
  number format                | is
  General                      | number
  0.00%                        | number
  #,##0.00                     | number
  0.00E+00                     | number
  "day "0                      | number
  \\d0                         | number
  [Red]0                       | number
  [$-809]0                     | number
  [>100]0                      | number
  @                            | number
  0_d                          | number
  dd/mm/yyyy                   | date
  [$-409]mmm-yy;@              | date
  d mmmm                       | date
  mmmm                         | date
  yyyy-mm-dd\\Thh:mm           | date
  dd/mm/yyyy hh:mm AM/PM       | date
  h:mm                         | time
  h:mm AM/PM                   | time
  mm:ss.0                      | time
  [h]:mm                       | duration
  [hh]:mm:ss                   | duration
  [m]                          | duration
  [Blue][h]:mm                 | duration
"""


@pytest.mark.parametrize(("code", "kind"), rows_of(FORMATS))
def test_a_number_format_says_what_a_number_is(code: str, kind: str) -> None:
    assert kind_of_format(170, {170: code}) == KINDS[kind]


@pytest.mark.parametrize(
    ("number", "kind"),
    [(0, NUMBER), (1, NUMBER), (9, NUMBER), (14, DATE), (22, DATE), (20, TIME), (46, DURATION)],
)
def test_formats_that_every_spreadsheet_knows_have_no_code(number: int, kind: int) -> None:
    assert kind_of_format(number, {}) == kind


def test_a_workbook_may_give_a_known_format_another_meaning() -> None:
    assert kind_of_format(14, {14: "0"}) == NUMBER


NUMBERS = """
  stored               | written
  12                   | 12
  012                  | 12
  -0                   | 0
  1.0                  | 1
  1.50                 | 1.5
  .5                   | 0.5
  0.30000000000000004  | 0.3
  0.1                  | 0.1
  1.23E+07             | 12300000
  1E-7                 | 0.0000001
  123456789012345      | 123456789012345
  1234567890123456     | 1234567890123460
  1e22                 | 10000000000000000000000
  9999999999999.99     | 9999999999999.99
"""


@pytest.mark.parametrize(("stored", "written"), rows_of(NUMBERS))
def test_a_number_is_written_plainly(stored: str, written: str) -> None:
    assert number_text(stored) == written


@pytest.mark.parametrize("stored", ["", "x", "1_0", "nan", "inf", "1e999", "0x10", "1,5", "\u0661"])
def test_what_is_no_number_is_not_taken_for_one(stored: str) -> None:
    with pytest.raises(NoNumber):
        number_text(stored)


SERIALS = """
  stored              | kind     | from | written
  43921               | date     | 1900 | 2020-03-31
  42459               | date     | 1904 | 2020-03-31
  43921.604166666664  | date     | 1900 | 2020-03-31 14:30:00
  43921.9999999       | date     | 1900 | 2020-04-01
  1                   | date     | 1900 | 1900-01-01
  59                  | date     | 1900 | 1900-02-28
  60                  | date     | 1900 | 1900-02-29
  61                  | date     | 1900 | 1900-03-01
  0                   | date     | 1900 | 1900-01-00
  0.5                 | date     | 1900 | 1900-01-00 12:00:00
  0                   | date     | 1904 | 1904-01-01
  2958465             | date     | 1900 | 9999-12-31
  2958466             | date     | 1900 | 2958466
  2957004             | date     | 1904 | 2957004
  -1                  | date     | 1900 | -1
  0.6041666666666666  | time     | 1900 | 14:30:00
  0.3125              | time     | 1900 | 07:30:00
  1.5625              | time     | 1900 | 37:30:00
  43921.604166666664  | time     | 1900 | 2020-03-31 14:30:00
  1.5625              | duration | 1900 | 37:30:00
  1.5625              | duration | 1904 | 37:30:00
  43921               | duration | 1900 | 1054104:00:00
  -0.5                | duration | 1900 | -12:00:00
  0                   | duration | 1900 | 00:00:00
  1e300               | duration | 1900 | 1E300
"""


@pytest.mark.parametrize(("stored", "kind", "epoch", "written"), rows_of(SERIALS))
def test_days_and_hours_are_counts_of_days(
    stored: str, kind: str, epoch: str, written: str
) -> None:
    expected = "1" + "0" * 300 if written == "1E300" else written
    assert serial_text(stored, KINDS[kind], epoch == "1904") == expected


STATED = """
  stated                      | written
  2026-03-31                  | 2026-03-31
  2026-03-31T00:00:00         | 2026-03-31
  2026-03-31T14:30:00         | 2026-03-31 14:30:00
  2026-03-31T14:30:00.123456  | 2026-03-31 14:30:00
  2026-03-31T14:30            | 2026-03-31 14:30:00
  2026-03-31T00:00:00.000Z    | 2026-03-31
"""


@pytest.mark.parametrize(("stated", "written"), rows_of(STATED))
def test_a_stated_date_is_written_the_same_way(stated: str, written: str) -> None:
    assert moment_text(stated) == written


PERIODS = """
  stated            | written
  PT37H30M00S       | 37:30:00
  PT07H05M09S       | 07:05:09
  PT14H30M00.4S     | 14:30:00
  P1DT13H30M        | 37:30:00
  -PT1H             | -01:00:00
  PT90S             | 00:01:30
"""


@pytest.mark.parametrize(("stated", "written"), rows_of(PERIODS))
def test_a_stated_duration_is_written_in_hours(stated: str, written: str) -> None:
    assert period_text(stated) == written


@pytest.mark.parametrize("stated", ["", "P", "PT", "37:30", "1 day"])
def test_what_is_no_duration_is_not_taken_for_one(stated: str) -> None:
    with pytest.raises(NoNumber):
        period_text(stated)
    with pytest.raises(NoNumber):
        moment_text(stated)
