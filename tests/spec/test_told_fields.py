"""What people may tell of themselves: the table is the rule, for HR and payroll.

Each line is one thing that was typed in a field of an otherwise good form, told on 23 November 2026
by somebody born on 1 March 1980. *kept* is how it is written down; otherwise *wrong* says why it is
asked again. ``U+`` stands for signs that cannot be seen here.
"""

import datetime as dt
import re
from typing import cast

import pytest

from muster.register.told.rules import Details, Kind, read_details
from tests.tables import rows_of

TODAY, BORN = dt.date(2026, 11, 23), dt.date(1980, 3, 1)
GOOD: dict[Kind, dict[str, str]] = {
    "name": {"forenames": "Martha", "surname": "Mole"},
    "address": {"line_1": "1 Mill Lane", "town": "York", "postcode": "YO1 7HH"},
    "contact": {"personal_email": "mole@home.example"},
    "emergency": {"emergency_name": "Victor Vole", "emergency_phone": "01904 000000"},
    "bank": {"account_holder": "M Mole", "sort_code": "123456", "account_number": "12345678"},
}

TABLE = """
kind | field | typed | kept | wrong
name | surname | O'Brien-Smith | O'Brien-Smith |
name | surname | Siân Ŵyn | Siân Ŵyn |
name | surname | SiU+0302n | Sîn |
name | surname | Núñez y López | Núñez y López |
name | surname | עברית | עברית |
name | surname | 王 | 王 |
name | surname |  |  | missing
name | forenames |  |  |
name | surname | Mole 🦡 |  | strange signs
name | surname | <script>alert(1)</script> |  | strange signs
name | surname | MoleU+202E |  | strange signs
name | surname | MoleU+0007 |  | strange signs
name | surname | M0le |  | strange signs
name | surname | 10,000 letters |  | too long
name | valid_from | 1980-03-01 |  |
name | valid_from | 1980-02-28 |  | before birth
name | valid_from | 2027-11-24 |  |
name | valid_from | 2027-11-25 |  | too far ahead
name | valid_from |  |  | no day
address | postcode | yo17hh | YO1 7HH |
address | postcode | SW1A 1AA | SW1A 1AA |
address | postcode | ec1a-1bb | EC1A 1BB |
address | postcode | BF1 0AX | BF1 0AX |
address | postcode | GIR 0AA | GIR 0AA |
address | postcode | W1A 0AX | W1A 0AX |
address | postcode | Q1 1AA |  | not a postcode
address | postcode | YO1 7H |  | not a postcode
address | postcode | 75008 |  | not a postcode
address | postcode |  |  | missing
address | line_1 | Flat 2/3, St. Mary's | Flat 2/3, St. Mary's |
address | line_1 | <b>1</b> |  | strange signs
address | town | Llanfair­pwll | Llanfair­pwll | strange signs
contact | personal_email | a.b+c@mail.gov.uk | a.b+c@mail.gov.uk |
contact | personal_email | mole@home |  | not an email
contact | personal_email | a@b.uk, c@d.uk |  | not an email
contact | personal_email |  |  | no way to reach
contact | personal_phone | +44 (0)1904 000-000 | +4401904000000 |
contact | personal_phone | 12345 |  | not a phone
emergency | emergency_phone | 00 33 1 23 45 67 89 | 0033123456789 |
emergency | emergency_phone | call Victor |  | not a phone
bank | sort_code | 12-34-56 | 123456 |
bank | sort_code | 12 34 56 | 123456 |
bank | sort_code | 12345 |  | not a sort code
bank | sort_code | 00-00-00 |  | not a sort code
bank | sort_code | ١٢٣٤٥٦ |  | not a sort code
bank | account_number | 123456 | 00123456 |
bank | account_number | 12345678 | 12345678 |
bank | account_number | 12345 |  | not an account number
bank | account_number | 123456789 |  | not an account number
bank | account_number | 00000000 |  | not an account number
bank | roll_number | D/123-45.6 A | D/123-45.6 A |
bank | roll_number | 1234567890123456789 |  | too long
bank | account_holder | M & V Mole |  | strange signs
"""


def seen(text: str) -> str:
    """Return the text that a cell stands for."""
    if text == "10,000 letters":
        return "x" * 10_000
    return re.sub(r"U\+([0-9A-F]{4})", lambda found: chr(int(found[1], 16)), text)


@pytest.mark.parametrize("row", rows_of(TABLE), ids=lambda row: "-".join(row[1:3])[:40])
def test_what_is_typed_is_kept_or_asked_again(row: tuple[str, ...]) -> None:
    field, typed, kept, wrong = row[1:]
    kind = cast("Kind", row[0])
    said, day = dict(GOOD[kind]), "2026-11-23"
    if field == "valid_from":
        day = typed
    else:
        said[field] = seen(typed)
    found = read_details(
        kind, said, today=TODAY, born=BORN,
        valid_from=dt.date.fromisoformat(day) if day else None,
    )  # fmt: skip
    assert [(one.field, one.code) for one in found.faults] == ([(field, wrong)] if wrong else [])
    if not wrong and field != "valid_from":
        assert found.said.get(field, "") == seen(kept)


def told(**said: str) -> Details:
    return read_details("address", said, today=TODAY, born=BORN, valid_from=TODAY)


def test_an_address_abroad_has_the_postcode_of_its_country() -> None:
    found = told(line_1="1 rue Royale", town="Paris", postcode="75008", country="France")
    assert found.said["postcode"] == "75008"
    assert told(line_1="1 Main St", town="Cork", country="Ireland").faults == ()
    home = told(line_1="1", town="Caernarfon", postcode="ll55 1at", country="Cymru")
    assert home.said["postcode"] == "LL55 1AT"


def test_every_fault_is_told_at_once_and_nothing_is_kept() -> None:
    found = read_details(
        "bank", {"sort_code": "1", "account_number": "x"}, today=TODAY, born=None, valid_from=None
    )
    assert [(one.field, one.code) for one in found.faults] == [
        ("account_holder", "missing"), ("sort_code", "not a sort code"),
        ("account_number", "not an account number"),
    ]  # fmt: skip
    assert found.said == {}
