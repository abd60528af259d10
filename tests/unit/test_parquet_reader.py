"""Parquet as text: every kind of value one way, and nothing read that has no text."""

import datetime as dt
import io
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.connectors.contract import Offer, Sheet
from muster.connectors.parquet import reader
from muster.connectors.parquet.reader import read
from muster.hub.reading import kind_of
from muster.kernel.errors import BadInput


def parquet(frame: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.write_parquet(out)
    return out.getvalue()


def sheet(frame: pl.DataFrame) -> Sheet:
    (found,) = read(Offer("any.parquet", parquet(frame)))
    return found


WRITTEN = [
    (pl.Series([64.07600000000001, 56.00000000000001, 0.1 + 0.2, -0.0, 1e-7]),
     ["64.076", "56", "0.3", "0", "0.0000001"]),
    (pl.Series([0.1, 16777216.0], dtype=pl.Float32), ["0.1", "16777220"]),
    (pl.Series([float("nan"), float("inf")]), ["#NUM!", "#NUM!"]),
    (pl.Series([12, -3, 2**63 - 1]), ["12", "-3", str(2**63 - 1)]),
    (pl.Series([Decimal("1.50"), Decimal("100.00")]), ["1.50", "100.00"]),
    (pl.Series([True, False]), ["TRUE", "FALSE"]),
    (pl.Series(["0012", " x ", "a\nb"]), ["0012", " x ", "a\nb"]),
    (pl.Series(["a", "b"], dtype=pl.Categorical), ["a", "b"]),
    (pl.Series([dt.date(2026, 3, 31)]), ["2026-03-31"]),
    (pl.Series([dt.datetime(2026, 3, 31, 14, 30, tzinfo=dt.UTC)]), ["2026-03-31 14:30:00"]),
    (pl.Series([dt.timedelta(hours=37, minutes=30)]), ["37:30:00"]),
    (pl.Series([dt.time(9, 5)]), ["09:05:00"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("column", "text"), WRITTEN, ids=lambda one: str(getattr(one, "dtype", ""))
)
def test_values_are_written_one_way(column: pl.Series, text: list[str]) -> None:
    found = sheet(column.to_frame("named"))
    assert found.headers == ("named",)
    assert found.cells["0"].to_list() == text


def test_rows_have_the_numbers_they_would_have_under_a_line_of_names() -> None:
    found = sheet(pl.DataFrame({"a": ["x", None, "z"], "b": [1, None, None]}))
    assert (found.rows.to_list(), found.blank) == ([2, 4], 1)
    assert found.cells.rows() == [("x", "1"), ("z", "")]


def test_no_rows_and_no_columns() -> None:
    empty = sheet(pl.DataFrame({"a": pl.Series([], dtype=pl.Int64)}))
    assert (empty.headers, empty.height) == (("a",), 0)


@pytest.mark.parametrize(
    "column", [[[1, 2]], [{"a": 1}], [b"bytes"]], ids=["list", "record", "bytes"]
)
def test_what_has_no_text_is_refused(column: list[object]) -> None:
    with pytest.raises(BadInput, match="'odd' holds lists, records or bytes"):
        sheet(pl.DataFrame({"fine": [1], "odd": column}))


WHOLE = parquet(pl.DataFrame({"a": list(range(1000))}))


@pytest.mark.parametrize(
    "content",
    [b"PAR1", b"PAR1" + b"\0" * 100, WHOLE[:-9], WHOLE[:200] + WHOLE[260:], b"PARE" + WHOLE[4:]],
    ids=["begins", "nothing", "cut", "holed", "encrypted"],
)
def test_what_is_damaged_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(BadInput) as refused:
        read(Offer("any.parquet", content))
    assert refused.value.fix


def test_a_table_beyond_all_measure_is_refused_before_it_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reader, "MOST_CELLS", 999)
    with pytest.raises(BadInput, match="1,000 rows"):
        read(Offer("any.parquet", WHOLE))


def test_its_bytes_tell_it_whatever_it_is_called() -> None:
    assert kind_of(Offer("scores.csv", WHOLE)) == "parquet"
    assert kind_of(Offer("scores.parquet", b"a,b")) == "parquet"


@given(st.lists(st.decimals(-(10**6), 10**6, places=3), min_size=1))
def test_decimals_survive_binary_fractions(stated: list[Decimal]) -> None:
    found = sheet(pl.DataFrame({"a": [float(one) for one in stated]}))
    assert [Decimal(one) for one in found.cells["0"]] == stated
