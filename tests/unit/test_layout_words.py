"""A layout on its page: everything that it says is told, in words, for layouts of every shape."""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from muster.hub.layouts import load_layout
from muster.hub.suggesting.writing import quoted
from muster.services.exchange.pages.layout_words import said_by
from tests.repo.repository import ROOT
from tests.strange_files import contracts

SHIPPED = sorted((ROOT / "muster" / "register").glob("*/layouts/*.toml"))
# Every word that a layout can say and that no layout which ships says.
RARE = """
[layout]
name = "rare"
title = "Rare words"
contract = "muster.people.hr_record.v1"
covers = "file"
meaning = "delta"
recognise = ["Staff No", "Starts *"]
ignored = ["Car park"]
as_at = {column = "Taken on", form = "DD/MM/YYYY"}
files = ["*staff*"]
[sheet]
names = ["Staff*"]
header_rows = 2
ends = ["Source:*"]
totals = ["Total*"]
headings = "office"
needs = ["Staff No"]
[fields.staff_number]
from = ["Staff No", "Payroll No"]
parse = "identifier"
digits = 8
strip = "'"
[fields.surname]
from = "Name"
split = "/"
part = -2
default = "Unknown"
damaged = "kept"
[fields.forenames]
from = "Name"
join = ["Middle"]
[fields.start]
from = "Starts"
parse = "date"
form = "DD/MM/YY"
pivot = 2029
absent = ["", "TBC"]
lenient = true
[fields.birth_date]
from = "Born"
parse = "date"
form = "MM/DD/YYYY"
serials = "1904"
order = "month first with cells exchanged"
[fields.engagement]
from = "Contract"
parse = "code"
codes = {P = "permanent", FT = "fixed_term"}
otherwise = "contractor"
[fields.fte]
from = "Hours"
parse = "share"
of = "Full hours"
[fields.salary]
from = "Pay"
parse = "pence"
negative = "brackets"
[fields.place]
from = "Share"
parse = "percent"
unit = "percent"
[fields.grade]
from = "Level"
parse = "decimal"
rounded = true
[fields.post_title]
from = "Week"
parse = "hours"
unit = "days"
"""
OF_RECORDS = """
[layout]
name = "records"
title = "Records"
contract = "muster.people.hr_record.v1"
recognise = ["PERNR"]
as_at = {stated = "FileDate", form = "YYYYMMDD"}
[records]
kind = "delimited"
header = "H"
detail = "D"
trailer = "T"
positions = "bytes"
[records.columns]
PERNR = 2
[records.stated]
FileDate = ["header", 2]
Count = ["trailer", 3]
[control]
count = "Count"
total = "Count"
of = "PERNR"
[fields.staff_number]
from = "PERNR"
[fields.surname]
default = "Nobody"
"""
TEXTS = [*(path.read_text("utf-8") for path in SHIPPED), RARE, OF_RECORDS]
# Words that say what is so without them, and the layout's own name, title and contract.
NOT_TOLD = {
    ("name", None), ("title", None), ("contract", None), ("part", 1), ("form", "YYYY-MM-DD"),
    ("covers", "system"), ("meaning", "full"), ("parse", "text"), ("header_rows", 1),
}  # fmt: skip


def words_of(raw: Mapping[str, Any], place: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the path of every word of a layout."""
    for word, said in raw.items():
        if isinstance(said, dict):
            yield from words_of(said, (*place, word))
            continue
        plain = (word, "" if isinstance(said, list) else said)
        named = place == ("layout",) and (word, None) in NOT_TOLD
        if plain not in NOT_TOLD and not named:
            yield (*place, word)


def without(raw: Mapping[str, Any], place: tuple[str, ...]) -> dict[str, Any]:
    """Return a layout without one of its words."""
    word, *rest = place
    if not rest:
        return {name: said for name, said in raw.items() if name != word}
    return {**raw, word: without(raw[word], tuple(rest))}


def written(raw: Mapping[str, Any], place: tuple[str, ...] = ()) -> str:
    """Return a layout as TOML, every value in a table of its own."""
    lines = [f"[{'.'.join(map(quoted, place))}]"] if place else []
    lines += [f"{quoted(k)} = {_value(v)}" for k, v in raw.items() if not isinstance(v, dict)]
    tables = [written(v, (*place, k)) for k, v in raw.items() if isinstance(v, dict)]
    return "\n".join([*lines, *tables])


def _value(said: Any) -> str:
    if isinstance(said, bool):
        return str(said).lower()
    if isinstance(said, list):
        return f"[{', '.join(map(_value, said))}]"
    return quoted(said) if isinstance(said, str) else str(said)


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: load_layout(text).name)
def test_every_word_of_a_layout_is_told(text: str) -> None:
    raw = tomllib.loads(text)
    contract = next((one for one in contracts() if one.name == raw["layout"]["contract"]), None)
    told = said_by(text, contract)
    assert said_by(written(raw), contract) == told
    for place in words_of(raw):
        fewer = without(raw, place)
        if place[-1] in ("of", "stated", "column", "part") and place[0] == "layout":
            continue  # a date needs its place
        assert said_by(written(fewer), contract) != told, place


def test_rare_words_are_all_that_a_layout_can_say() -> None:
    from muster.hub.layouts import _FIELD_WORDS

    used = {
        word for text in TEXTS for said in tomllib.loads(text)["fields"].values() for word in said
    }
    assert used == _FIELD_WORDS


def test_a_layout_stands_there_in_the_words_of_people() -> None:
    told = said_by(RARE, contracts()[0])
    by_title = {one.title: one for one in told.fields}
    number, start = by_title["Staff number"], by_title["Start date"]
    assert number.source == "“Staff No” or, if the file has none, “Payroll No”"
    assert number.more == "Each has 8 digits, and lost zeros are put back. Without “'” at both ends"
    assert start.read == "A date as DD/MM/YY"
    assert start.more.startswith("Read as empty: an empty cell, “TBC”")
    assert by_title["Surname"].read == "What stands before the last “/”"
    assert ("Engagement", "FT", "fixed term") in told.codes
    assert ("What a file is", "Changes only") in told.facts
    assert ("Which date it speaks of", "The latest date in “Taken on”, written as DD/MM/YYYY") in (
        told.facts
    )
    records = said_by(OF_RECORDS, contracts()[0])
    assert ("Where the file speaks of itself",
            "“FileDate”: in the first record, cell 2; “Count”: in the last record, cell 3") in (
        records.facts
    )  # fmt: skip
    assert (records.fields[1].source, records.fields[1].read) == (
        "No column",
        "The same in every row",
    )
