"""Whatever a right record holds, our workbook brings it back, and its snapshot is one."""

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from muster.services.transfers.record import snapshot
from muster.services.transfers.record.fields import PARTS, Field, Item, all_fields
from muster.services.transfers.record.insurance import LETTERS
from muster.services.transfers.record.values import hold, typed
from muster.services.transfers.record.wrong import Wrong
from muster.services.transfers.sheets.foreign import read_foreign
from muster.services.transfers.sheets.reading import read
from muster.services.transfers.sheets.writing import write
from tests.transfer_forms import made

LETTER = st.sampled_from("abcdefghijklmnopqrstuvwxyzABCZâŵŷéßøÑ")
WORD = st.text(LETTER, min_size=1, max_size=8)
NAMES = st.lists(WORD, min_size=1, max_size=3).flatmap(
    lambda words: st.sampled_from([" ", "-", "'"]).map(lambda sign: sign.join(words))
)
TEXTS = st.lists(
    st.text(st.sampled_from("=+-@\"'<>&;,_x000D_ABCé£%0123{}!"), min_size=1, max_size=12),
    min_size=1,
    max_size=4,
).map(" ".join)
POUNDS = st.integers(0, 10**9).map(lambda pence: f"{pence // 100}.{pence % 100:02d}")
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)).map(dt.date.isoformat)


def decimals(most: int) -> st.SearchStrategy[str]:
    share = st.integers(1, most * 1000)
    return share.map(lambda number: f"{Decimal(number) / 1000:f}".rstrip("0").rstrip("."))


TYPES: dict[str, st.SearchStrategy[Any]] = {
    "name": NAMES,
    "date": DAYS,
    "nino": st.integers(0, 999_999).map(lambda number: f"QQ{number:06d}A"),
    "email": WORD.map(lambda word: f"{word}@home.example"),
    "code": st.from_regex(r"[A-Z0-9][A-Za-z0-9/.-]{0,20}", fullmatch=True),
    "paye_reference": st.from_regex(r"[0-9]{3}/[A-Z0-9]{1,10}", fullmatch=True),
    "accounts_office": st.from_regex(r"[0-9]{3}P[A-Z][0-9]{7}[0-9X]", fullmatch=True),
    "text": TEXTS,
    "plain": TEXTS.map(lambda text: text.replace(";", ",").replace("=", "-")),
    "long": st.lists(TEXTS, min_size=1, max_size=3).map("\n".join),
    "grade": st.sampled_from(["HEO", "G7", "Perm Sec", "Band C officer"]),
    "money": POUNDS,
    "fte": decimals(1),
    "hours": decimals(60),
    "percent": decimals(100),
    "quantity": decimals(365),
    "tax_year": st.sampled_from(["2025-26", "2026-27"]),
    "tax_code": st.sampled_from(["1257L", "K475", "BR", "D0", "0T", "NT", "1100M"]),
    "ni_letter": st.sampled_from(sorted(LETTERS)),
    "loans": st.lists(st.sampled_from(["1", "2", "4", "5", "PG"]), unique=True),
    "lines": st.lists(TEXTS.map(lambda text: text[:35].strip() or "x"), min_size=1, max_size=6),
}


def value_of(one: Field | Item) -> st.SearchStrategy[Any]:
    if one.type == "choice":
        return st.sampled_from(one.values)
    if isinstance(one, Field) and one.type == "list":
        return st.lists(
            st.fixed_dictionaries(
                {item.name: value_of(item) for item in one.items if item.needed},
                optional={item.name: value_of(item) for item in one.items if not item.needed},
            ),
            max_size=4,
        )
    return TYPES[one.type]


def fits(record: dict[str, Any]) -> bool:
    """Tell whether texts are as the rules of their types keep them, such as without end spaces."""
    for one in all_fields():
        value = record.get(one.name)
        if isinstance(value, str) and value:
            try:
                hold(one.type, value, one.values, pretend=True)
            except Wrong:
                return False
    return True


RECORDS = st.fixed_dictionaries(
    {"adjustments_shared": st.just("yes")},
    optional={one.name: value_of(one) for one in all_fields() if one.name != "adjustments_shared"},
).filter(fits)


@settings(max_examples=12, deadline=None)
@given(record=RECORDS)
def test_written_and_read_is_the_same_record(record: dict[str, Any]) -> None:
    back = read(write(record))
    assert back.problems == ()
    assert back.record == record
    assert snapshot(back.record, transfer="t", version=1) == snapshot(
        record, transfer="t", version=1
    )


@settings(max_examples=6, deadline=None)
@given(record=RECORDS, parts=st.sets(st.sampled_from(PARTS), min_size=1))
def test_parts_apart_state_what_they_state_together(
    record: dict[str, Any], parts: set[Any]
) -> None:
    whole: dict[str, Any] = {}
    for who in sorted(parts):
        whole |= read(write(record, [who])).record
    assert whole == read(write(record, parts)).record


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=30), one=st.sampled_from(all_fields()))
def test_whatever_is_typed_is_either_a_value_of_its_type_or_refused_in_words(
    text: str, one: Field
) -> None:
    if one.type in ("list", "loans", "lines"):
        return
    try:
        value = typed(one.type, text, one.values)
        hold(one.type, value, one.values)
    except Wrong:
        return
    assert typed(one.type, value, one.values) == value


@settings(max_examples=15, deadline=None)
@given(
    cells=st.lists(
        st.lists(
            st.sampled_from(
                ["", "Surname", "Mole", "DOB", "01/03/1980", "Grade", "HEO", "Salary", "34000",
                 "Exporting department", "Importing department", "Section 1", "FTE", "0.8"]
            ),
            min_size=1, max_size=6,
        ),
        min_size=1, max_size=8,
    )
)  # fmt: skip
def test_no_label_and_no_heading_is_taken_for_a_value(cells: list[list[str]]) -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("CST")
        sheet.write_string(20, 20, "x")
        for row, texts in enumerate(cells):
            for column, text in enumerate(texts):
                if text:
                    sheet.write_string(row, column, text)

    values = {"Mole", "HEO", "1980-03-01", "34000.00", "0.8", "0.80"}
    for name, value in read_foreign(made(fill)).record.items():
        assert value in values, name
