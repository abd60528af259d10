"""Pounds are read exactly and written as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.kernel.money import read_pounds, write_pounds


@pytest.mark.parametrize(
    ("text", "pence"),
    [
        ("£31,250.50", 3_125_050),
        ("31250", 3_125_000),
        ("0.1", 10),
        ("0.07", 7),
        (" -£1,234,567.89 ", -123_456_789),
        ("£ 1 234.5", 123_450),
        ("12\u00a0000", 1_200_000),
        ("90071992547409.93", 9_007_199_254_740_993),
    ],
)
def test_it_reads_an_amount(text: str, pence: int) -> None:
    assert read_pounds(text) == pence


@pytest.mark.parametrize(
    "text", ["", "£", "1.234", "1,23", "12,3456", "£1.", ".5", "1e3", "--1", "31k", "€5", "nan"]
)
def test_it_refuses_what_is_not_an_amount(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        read_pounds(text)


@pytest.mark.parametrize(
    ("pence", "text"), [(0, "£0"), (5, "£0.05"), (-123_450, "-£1,234.50"), (3_125_000, "£31,250")]
)
def test_it_writes_an_amount(pence: int, text: str) -> None:
    assert write_pounds(pence) == text


@given(st.integers(-(10**15), 10**15))
def test_what_it_writes_it_reads(pence: int) -> None:
    assert read_pounds(write_pounds(pence)) == pence
