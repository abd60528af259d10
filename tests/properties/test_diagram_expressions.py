"""What diagrams may say in conditions and deadlines, against Python's own reading of the same.

Whatever the grammar of conditions can build means what it means in Python; whatever else is
written is refused, and nothing of it is carried out.
"""

import datetime as dt
import string
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.casework.diagrams.expressions import check_due, condition_names, due, holds
from muster.kernel.errors import BadInput
from muster.kernel.working_days import NATIONS, add_working_days, working_days_between

KNOWN = {"kind": "loan", "left": 0, "sides": 2, "agreed": True, "day": "2027-03-28", "none": None}
AT = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
VALUES = st.one_of(
    st.sampled_from([*KNOWN]), st.integers(0, 3).map(str),
    st.sampled_from(["'loan'", '"level"', "True", "False", "None", "''"]),
)  # fmt: skip
MANY = st.lists(VALUES, min_size=1, max_size=3).map(lambda some: f"({', '.join(some)},)")
COMPARED = st.one_of(
    st.tuples(VALUES, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), VALUES),
    st.tuples(VALUES, st.sampled_from(["in", "not in"]), MANY),
).map(" ".join)
CHAINED = st.tuples(VALUES, VALUES, VALUES).map(lambda some: f"{some[0]} <= {some[1]} < {some[2]}")
CONDITIONS = st.recursive(
    st.one_of(VALUES, COMPARED, CHAINED),
    lambda inner: st.one_of(
        inner.map(lambda one: f"not ({one})"),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
            lambda some: f"({some[0]}) {some[1]} ({some[2]})"
        ),
    ),
    max_leaves=6,
)


class Absurd(Exception):
    """What cannot be compared holds of nothing; Python raises."""


def by_python(text: str) -> bool:
    try:
        return bool(eval(text, {"__builtins__": {}}, dict(KNOWN)))
    except TypeError:
        raise Absurd from None


@given(CONDITIONS)
def test_a_condition_means_what_it_says(text: str) -> None:
    if len(text) > 500:
        return
    assert condition_names(text) <= set(KNOWN)
    told = holds(text, KNOWN)
    try:
        assert told is by_python(text)
    except Absurd:
        assert told in (True, False)


HOSTILE = (
    "__import__('os')", "open('x')", "kind.upper()", "kind.__class__", "[].append(1)", "lambda: 1",
    "(a := 1)", "[a for a in kind]", "{**kind}", "{1: 2}", "{1}", "f'{kind}'", "kind[0]", "1 + 1",
    "-1", "2 ** 9 ** 9", "1 if kind else 2", "await kind", "yield", "*kind", "kind; left", "b'x'",
    "1.5", "1j", "...", "kind is None", "kind == (yield)", "print", "", " ", "#", "kind ==",
    "(" * 300 + ")" * 300, "not " * 120 + "(", "a" * 501, "kind\x00",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_else_is_carried_out(text: str) -> None:
    if text == "print":
        assert holds(text, KNOWN) is False  # a name, of which nothing is known
        return
    with pytest.raises(BadInput):
        holds(text, KNOWN)


@given(st.text(alphabet=string.printable, max_size=40) | st.text(max_size=20))
def test_whatever_is_written_is_understood_or_refused(text: str) -> None:
    for read in (condition_names, check_due):
        with suppress(BadInput):
            read(text)


@given(
    st.sampled_from(["days({})", "working_days({})", "working_days_before(day, {})", "on(day)"]),
    st.integers(0, 60), st.sampled_from(NATIONS),
    st.dates(dt.date(2026, 1, 1), dt.date(2028, 12, 31)),
)  # fmt: skip
def test_a_deadline_is_due_when_it_says(how: str, n: int, nation: Any, day: dt.date) -> None:
    told = due(how.format(n), arrived=AT, known={"day": day.isoformat()}, nation=nation)
    assert told is not None
    if how.startswith("days"):
        assert told - AT == dt.timedelta(days=n)
    elif how == "on(day)":
        assert (
            0 <= (dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC) - told).seconds <= 3600
        )
    elif "before" in how:
        # So many working days are left from the next morning; a day later there would be fewer.
        after = [told.date() + dt.timedelta(days=more) for more in (0, 1)]
        left = [working_days_between(one, day, nation) for one in after]
        assert left[1] < n <= left[0] or (n, after[0]) == (0, day)
    else:
        at = add_working_days(AT.date(), n, nation)
        assert (told.date(), told.hour in (16, 17), told.minute) == (at, True, 0)
    assert due("on(unheard)", arrived=AT, known={}, nation=nation) is None


@pytest.mark.parametrize("text", ["2026-02-30", "soon", "2026-11-23T09:00", "20261123T", "T", "0"])
def test_a_date_that_is_none_is_told(text: str) -> None:
    with pytest.raises(BadInput):
        due("on(day)", arrived=AT, known={"day": text}, nation="scotland")


@pytest.mark.parametrize("text", [
    "days(-1)", "days(1.5)", "days(True)", "days('1')", "days(99999999)", "working_days(10**9)",
    "days()", "days(1, 2)", "days(n=1)", "on('2026-01-01')", "on(a.b)", "weeks(1)", "P3D", "days",
])  # fmt: skip
def test_a_deadline_that_cannot_be_counted_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        check_due(text)
