"""What is taken of a message from a proven sender: all its files of data, or nothing."""

import pytest

from muster.connectors.mailbox.connector import read_trust
from muster.connectors.mailbox.letters import Refused, read_letter
from tests.letters import SETTINGS, message

PK = b"PK"

#   what is attached                                what is taken             or why it is refused
TABLE: tuple[tuple[dict[str, bytes], list[str], str], ...] = (
    ({"staff.xlsx": PK},                            ["staff.xlsx"],           ""),
    ({"STAFF.XLSX": PK},                            ["STAFF.XLSX"],           ""),
    ({"staff.ods": PK, "leavers.csv": b"a"},        ["staff.ods", "leavers.csv"], ""),
    ({"staff.xlsx": PK, "signature.png": b"x"},     ["staff.xlsx"],           ""),
    ({"staff.xlsx": PK, "macro.exe": b"MZ"},        ["staff.xlsx"],           ""),
    ({"folder/staff.csv": b"a"},                    ["staff.csv"],            ""),
    ({},                                            [],                       "no file of data"),
    ({"staff.zip": PK},                             [],                       "no file of data"),
    ({"staff.pdf": b"%PDF"},                        [],                       "no file of data"),
    ({"staff.xlsx.exe": b"MZ"},                     [],                       "no file of data"),
    ({"staff.csv": b""},                            [],                       "damaged or empty"),
    ({"good.csv": b"a", "staff.csv": b""},          [],                       "damaged or empty"),
    ({"staff.csv": b"a", "Staff.csv": b"b"},        [],                       "one name"),
    ({"a/staff.csv": b"a", "b/staff.csv": b"b"},    [],                       "one name"),
    ({".csv": b"a"},                                [],                       "name"),
    ({"x" * 250 + ".csv": b"a"},                    [],                       "name"),
)  # fmt: skip


@pytest.mark.parametrize(("attached", "taken", "why"), TABLE)
def test_what_is_taken_of_a_message(attached: dict[str, bytes], taken: list[str], why: str) -> None:
    raw, trust = message(files=attached).as_bytes(), read_trust(SETTINGS)
    if why:
        with pytest.raises(Refused, match=why):
            read_letter(raw, trust)
        return
    names = [offer.name for offer in read_letter(raw, trust).offers]
    assert names == [f"dept.example/{name}" for name in taken]
