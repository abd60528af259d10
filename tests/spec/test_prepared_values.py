"""How values of people are written before they are compared, as people who link can read it."""

import polars as pl
import pytest

from muster.register.linkage.preparing import prepared
from muster.register.linkage.roles import Roles

WRITTEN = [
    # what the column says, as it stands          -> as it is compared
    ("given_name", "  Siân ", "sian"),
    ("given_name", "Dr. Zoë", "zoe"),
    ("surname", "O'Brien", "obrien"),
    ("surname", "O’Brien", "obrien"),
    ("surname", "Smith-Jones", "smith jones"),
    ("surname", "Łukasiewicz", "lukasiewicz"),
    ("surname", "Groß", "gross"),
    ("surname", "Unknown", None),
    ("surname", "Miles", "miles"),
    ("date_of_birth", "1980-02-29", "19800229"),
    ("date_of_birth", "29/02/1980", "19800229"),
    ("date_of_birth", "1.2.1980", "19800201"),
    ("date_of_birth", "19800229", "19800229"),
    ("date_of_birth", "29 Feb 1980", "19800229"),
    ("date_of_birth", "1 February 1980", "19800201"),
    ("date_of_birth", "1980-02-29 00:00:00", "19800229"),
    ("date_of_birth", "19870231", "19870231"),  # no such day: its digits still tell
    ("identifier", "qq 12 34 56 c", "qq123456c"),
    ("postcode", "SW1A 2AA", "sw1a2aa"),
    ("phone", "+44 7700 900123", "07700900123"),
    ("phone", "07700-900-123", "07700900123"),
    ("email", " Ann@Example.ORG ", "ann@example.org"),
    ("address", "Flat 2,  1 High St.", "flat 2 1 high st"),
    ("town", "n/a", None),
    ("sex", "F", "f"),
]


@pytest.mark.parametrize(("role", "stated", "compared"), WRITTEN)
def test_a_value_is_written_as_it_is_compared(role: str, stated: str, compared: str | None) -> None:
    table = prepared(pl.DataFrame({"column": [stated]}), Roles({role: ("column",)}))
    assert table[role].to_list() == [compared]


@pytest.mark.parametrize(
    ("stated", "given", "surname"),
    [
        ("Ann Lee Mole", "ann lee", "mole"),
        ("MOLE, Ann Lee", "ann lee", "mole"),
        ("Mrs Ann Mole", "ann", "mole"),
        ("Mole", None, "mole"),
    ],
)
def test_a_whole_name_is_parted(stated: str, given: str | None, surname: str) -> None:
    table = prepared(pl.DataFrame({"name": [stated]}), Roles({"full_name": ("name",)}))
    assert (table["given_name"][0], table["surname"][0]) == (given, surname)
