"""Whatever somebody states is held to the rules: nothing raises, no word repeats a value."""

import datetime as dt
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from muster.services.transfers.record import check, differences
from muster.services.transfers.record.fields import all_fields
from muster.services.transfers.record.tax import kept_tax_code, read_tax_code
from muster.services.transfers.record.wrong import Wrong
from muster.services.transfers.rules import KINDS
from tests.transfer_records import GOOD, TODAY

NAMES = [one.name for one in all_fields()]
TEXT = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["2026-02-30", "9999-12-31", "0001-01-01", "-1.00", "1e9", "NaN", "٣", "²"]),
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXT, inner, max_size=3)),
    max_leaves=6,
)
DAYS = st.dates(dt.date(2015, 1, 1), dt.date(2035, 12, 31))


@settings(max_examples=150, deadline=None)
@given(
    changes=st.dictionaries(st.one_of(st.sampled_from(NAMES), TEXT), JSON, max_size=6),
    kind=st.sampled_from(KINDS),
    on=DAYS,
)
def test_whatever_is_stated_is_answered_in_words(
    changes: dict[str, Any], kind: Any, on: dt.date
) -> None:
    record = {**GOOD, **changes}
    for problem in check(record, kind=kind, on=on, today=TODAY, pretend=True):
        assert problem.words
        assert problem.fix
        assert problem.rule
    differences(record, GOOD)
    differences(GOOD, record)


@settings(max_examples=100, deadline=None)
@given(secret=st.from_regex(r"[A-Z]{3}[0-9]{7}", fullmatch=True), name=st.sampled_from(NAMES))
def test_no_word_repeats_what_was_stated(secret: str, name: str) -> None:
    for stated in (secret, [secret], [{secret: secret}], [{"name": secret}], {secret: secret}):
        found = check(
            {**GOOD, name: stated}, kind="permanent", on=dt.date(2026, 12, 1), today=TODAY,
            pretend=True,
        )  # fmt: skip
        assert not any(secret in f"{one.words} {one.fix} {one.rule}" for one in found)


@settings(max_examples=200, deadline=None)
@given(
    code=st.from_regex(r"(?:[1-9][0-9]{0,4}[LMNT]|K[1-9][0-9]{0,3}|BR|0T|D[01])", fullmatch=True),
    regime=st.sampled_from(["", "S", "C"]),
    mark=st.sampled_from(["", " M1", " W1", "X", " X", " W1/M1", " Month 1"]),
)
def test_a_code_written_as_payslips_show_it_is_taken_apart(
    code: str, regime: str, mark: str
) -> None:
    """All but one: a number with M and 1 behind it may be the letter M, so a sign parts them."""
    read = read_tax_code(f"{regime}{code}{mark}")
    assert (read.code, read.regime) == (code, regime)
    assert read.basis == ("non-cumulative" if mark else "cumulative")
    assert kept_tax_code(read.code, read.regime, "2026-27") == code
    if regime or mark:
        try:
            kept_tax_code(f"{regime}{code}{mark}", "", "2026-27")
        except Wrong as problem:
            told = problem.rule
        else:
            told = "taken"
        assert told == "tax code parts"
