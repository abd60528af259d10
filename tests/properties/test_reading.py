"""A column is read as its cells are: all at once or one by one, by expressions or by the parser.

The values that a column's expressions read are held against the parser, cell by cell; the doubt
about day and month against a second, plain statement of its rules; and what is put right in text
against programs that damage it on purpose.
"""

import re
import unicodedata
from collections.abc import Iterable

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from muster.hub.contracts import load_contract
from muster.hub.layouts import FieldMapping, Layout
from muster.hub.mapping import Mapped, apply_layout, as_read
from muster.hub.parsers import FIXED, SWAPPED, Parser, Unreadable, Value
from muster.hub.parsers.damage import tidy
from muster.hub.parsers.reasons import REPAIRED

CODES = {"perm": "p", "o’brien": "q", "#n/a": "r", "ß": "s", "02": "t"}
PARSERS = {
    "text": Parser("text"),
    "kept": Parser("text", damaged="kept"),
    "identifier": Parser("identifier"),
    "eight": Parser("identifier", digits=8),
    "one": Parser("identifier", digits=1),
    "twenty": Parser("compact", digits=20),
    "compact": Parser("compact"),
    "code": Parser("code", codes=CODES, digits=2),
    "other": Parser("code", codes=CODES, otherwise="o"),
    "no codes": Parser("code"),
    "whole": Parser("whole"),
    "lowest": Parser("whole", negative="leading"),
    "decimal": Parser("decimal"),
    "negative": Parser("decimal", negative="brackets", rounded=True),
    "percent": Parser("percent"),
    "fraction": Parser("percent", unit="fraction"),
    "share": Parser("share"),
    "hours": Parser("hours"),
    "days": Parser("hours", unit="days"),
    "pence": Parser("pence"),
    "trailing": Parser("pence", negative="trailing"),
    "iso": Parser("date", order="day first"),
    "exchanged": Parser("date", "YYYY-MM-DD", order="day first with cells exchanged"),
    "british": Parser("date", "DD/MM/YYYY", order="day first", serials="1900"),
    "american": Parser("date", "DD/MM/YYYY", order="month first"),
    "short": Parser("date", "DD/MM/YY", pivot=2029, order="day first"),
    "dots": Parser("date", "DD.MM.YYYY", order="day first"),
    "month": Parser("date", "DD-MON-YYYY", order="day first"),
    "digits": Parser("date", "YYYYMMDD", order="day first"),
    "whole months": Parser("date", "MMMM YYYY"),
    "serial": Parser("date", "serial-1900", order="day first"),
    "surname": Parser("surname_in_capitals"),
}
TYPES = {"date": '"string", "format": "date"'} | dict.fromkeys(
    ("whole", "decimal", "percent", "share", "hours", "pence"), '"integer"'
)
ANY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
NEARLY = st.one_of(
    st.from_regex(r"[£(-]?[0-9,]{0,12}(\.[0-9]{0,11})?[%)-]?", fullmatch=True),
    st.from_regex(r"[0-3]?[0-9][/.-][0-3]?[0-9][/.-](19|20|21)?[0-9]{2}( 00:00)?", fullmatch=True),
    st.from_regex(r"(19|20|00|21)[0-9]{2}-?[01][0-9]-?[0-3][0-9](T00:00)?", fullmatch=True),
    st.from_regex(r"[0-3]?[0-9]-(JAN|feb|Sep|MRZ)-[12][09][0-9]{2}", fullmatch=True),
    st.from_regex(r"[0-9]{1,21}(\.0)?|[0-9]{1,3}:[0-9]{2}|[1-7][0-9]{4}", fullmatch=True),
    st.from_regex(r"[A-Za-z0-9 ./_'=#+-]{1,18}|[0-9](\.[0-9])?[Ee][+-]?[0-9]{2}", fullmatch=True),
    st.from_regex(r"[ -~À-ÿŴŵŶŷ\u2010-\u2015\u2018-\u201e\u00a0\u200b]{1,8}", fullmatch=True),
    st.sampled_from([*CODES, "PERM", "O'BRIEN", "#N/A", "ẞ", "2", "Перм", "ﬁ", "K", "#REF!", "##"]),
    st.sampled_from(["SiÃ¢n", "Zoë", "\ufffd", "w\u0302y", "√©", "a\x85", "\x0b", "Å\u201c"]),
)
CELLS = st.one_of(NEARLY, NEARLY, ANY)


def column(cells: Iterable[tuple[int, str, str]], parser: Parser, said: dict[str, str]) -> Mapped:
    """Return one column mapped: file, cell and whole of each row."""
    kind = TYPES.get(parser.kind, '"string"')
    contract = load_contract(
        '{"$id": "x", "type": "object", "additionalProperties": false,'
        f' "properties": {{"s": {{"type": {kind}}}}}}}'
    )
    mapping = FieldMapping("s", ("s",), parser, of="w" if parser.kind == "share" else None)
    source = pl.DataFrame(
        list(cells), schema={"file": pl.Int64, "s": pl.String, "w": pl.String}, orient="row"
    ).with_row_index("row")
    layout = Layout("x", "x", "x", frozenset(), (mapping,), frozenset())
    return apply_layout(source, layout, contract, {"s": said})


def alone(cell: str, whole: str, parser: Parser) -> tuple[Value, str | None, list[str]]:
    """Return value, reason and notes of one cell, as a single message is read."""
    mapping = FieldMapping("s", ("s",), parser)
    text = as_read(cell, mapping)
    if text is None:
        return None, None, []
    notes = [REPAIRED] if tidy(cell)[1] else []
    try:
        value, note = parser.read_noted(text, as_read(whole, mapping) or "")
    except Unreadable as reason:
        return None, reason.said(personal=False), notes
    return value, None, sorted([*notes, *([note] if note else [])])


@pytest.mark.parametrize("name", PARSERS)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=20))
@settings(max_examples=40, deadline=None)
@example([("1e5", "1"), ("999999.999999999", "7"), ("0.5", "1"), ("", "")])
def test_a_column_is_read_as_each_of_its_cells(name: str, cells: list[tuple[str, str]]) -> None:
    parser = PARSERS[name]
    found = column([(1, *cell) for cell in cells], parser, {})
    values = found.frame["s"].to_list()
    for at, cell in enumerate(cells):
        here = pl.col("at") == at
        reasons = found.problems.filter(here)["reason"].to_list()
        notes = sorted(found.notes.filter(here)["reason"])
        value, reason, noted = alone(*cell, parser)
        assert (values[at], reasons, notes) == (value, [reason] if reason else [], noted), cell


DAYS = st.one_of(
    st.sampled_from(
        ["01/04/2026", "03/31/2026", "25/12/2025", "5/5/2026", "12/11/26", "31/31/2026"]
    ),
    st.sampled_from(
        ["2026-01-04", "2026-05-05", "2026-03-13", "2026-02-03 00:00", "46026", "x", ""]
    ),
)
FORMS = ("DD/MM/YYYY", "MM/DD/YYYY", "DD.MM.YYYY", "YYYY-MM-DD", "MMMM YYYY", "DD-MON-YYYY")


def doubted(cells: list[str], parser: Parser) -> set[str]:
    """Return the cells of one file in doubt: the rules once more, as one would tell them."""
    slashed = {cell: list(map(int, cell.split("/")[:2])) for cell in cells if "/" in cell}
    real = {}
    for cell in filter(re.compile(r"20\d\d-|\d{5}$").match, cells):
        try:
            real[cell] = parser.read(cell)
        except Unreadable:
            continue
    days = {cell for cell, (a, b) in slashed.items() if 12 < a <= 31 and b <= 12}
    months = {cell for cell, (a, b) in slashed.items() if a <= 12 < b <= 31}
    either = {cell for cell, (a, b) in slashed.items() if a <= 12 and b <= 12 and a != b}
    other = {"DD/MM/YYYY": months, "DD.MM.YYYY": months, "MM/DD/YYYY": days}.get(parser.form, set())
    doubt = other | either if other else set()
    sure = sum(cell in days | months for cell in cells)
    dates = [real[cell] for cell in cells if cell in real]
    if parser.form == "MMMM YYYY":
        return set()
    if sure >= 3 and len(dates) >= 3 and all(date.day <= 12 for date in dates):  # type: ignore[union-attr]
        doubt |= {cell for cell, date in real.items() if date.day != date.month}  # type: ignore[union-attr]
    return doubt


@given(
    st.lists(st.tuples(st.integers(1, 2), DAYS), max_size=16),
    st.sampled_from(FORMS),
    st.sampled_from(["", "1900"]),
    st.sets(DAYS, max_size=2),
)
@settings(max_examples=300, deadline=None)
def test_a_column_is_in_doubt_as_its_rules_say(
    rows: list[tuple[int, str]], form: str, serials: str, fixed: set[str]
) -> None:
    parser = Parser("date", form, serials=serials)
    said = dict.fromkeys(fixed - {""}, "2026-01-02")
    found = column([(file, cell, "") for file, cell in rows], parser, said)
    waiting = set(found.problems.filter(pl.col("reason") == SWAPPED)["at"])
    expected = {
        number: doubted([c for f, c in rows if f == number and c not in said], parser)
        for number in (1, 2)
    }
    assert waiting == {
        at for at, (file, cell) in enumerate(rows) if cell not in said and cell in expected[file]
    }
    assert set(found.notes.filter(pl.col("reason") == FIXED)["at"]) == {
        at for at, (_, cell) in enumerate(rows) if cell in said
    }


@given(CELLS | st.text(alphabet="ÃÂâ€™œ√¬\u201aÄôéaÅË\u200b\u00a0\u0302", max_size=10))
@settings(max_examples=300, deadline=None)
def test_what_is_tidy_stays_as_it_is(text: str) -> None:
    shown, _ = tidy(text)
    assert tidy(shown) == (shown, False)
    assert unicodedata.is_normalized("NFC", shown)
    assert text.isascii() <= (shown == text)


LETTERS = "abcdefgABCDEFGÀÁÂÄÈÉÊËÌÍÎÏÒÓÔÖÙÚÛÜÝàáâäèéêëìíîïòóôöùúûüýÿŴŵŶŷçñßøåæ"
BETWEEN = ["a’b", "s – t", "t… ", "m ‘n", "o’ “p", "q” ", " £5 €6 ", "e—f"]
WORDS = st.lists(st.text(alphabet=LETTERS, max_size=6), max_size=4).flatmap(
    lambda words: st.sampled_from(BETWEEN).map(lambda between: between.join(words))
)


@given(WORDS, st.sampled_from(["cp1252", "mac_roman"]), st.integers(1, 2))
@settings(max_examples=300, deadline=None)
def test_letters_read_in_a_wrong_encoding_come_back_or_are_refused(
    word: str, encoding: str, times: int
) -> None:
    assert tidy(word) == (word, False)
    damaged = word
    for _ in range(times if encoding == "cp1252" else 1):
        damaged = "".join(
            bytes([byte]).decode(encoding, errors="ignore") or chr(byte)
            for byte in damaged.encode()
        )
    if damaged == word:
        return
    shown, repaired = tidy(damaged)
    if shown != word:
        with pytest.raises(Unreadable):
            Parser("text").read(damaged)
    else:
        assert repaired
