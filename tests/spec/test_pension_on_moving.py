"""What a move means for the pension: the tables are the rule.

Sources: Employer Pension Guide of the Civil Service schemes, 6.1 (a break of at most 28 days), 5.6
(employments side by side are separate records), annex 6B (the importer enrols from day one; for
partnership the provider is handed over and contributions are taken in the first month); since 1
April 2022 all active members but those of partnership are in alpha.
"""

import datetime as dt

import pytest

from muster.kernel.errors import BadInput
from muster.services.transfers.pay.pension import (
    LONGEST_BREAK,
    SCHEMES,
    Move,
    continuous_from,
    days_between,
    pension_on_moving,
)
from tests.tables import rows_of

# Last day with the exporter: 31 January 2028. 29 February 2028 is a day.
RULES = """
scheme       | move         | first day  | days between | importer  | scheme then  | goes on | enrolled again | provider
alpha        | transfer     | 2028-02-01 | 0            | transfer  | alpha        | yes     | no             | no
alpha        | transfer     | 2028-02-02 | 1            | transfer  | alpha        | yes     | no             | no
alpha        | transfer     | 2028-02-29 | 28           | transfer  | alpha        | yes     | no             | no
alpha        | transfer     | 2028-03-01 | 29           | join      | alpha        | no      | no             | no
partnership  | transfer     | 2028-02-01 | 0            | transfer  | partnership  | yes     | no             | yes
partnership  | transfer     | 2028-02-29 | 28           | transfer  | partnership  | yes     | no             | yes
partnership  | transfer     | 2028-03-01 | 29           | join      | alpha        | no      | no             | no
opted out    | transfer     | 2028-02-01 | 0            | join      | alpha        | no      | yes            | no
opted out    | transfer     | 2028-03-01 | 29           | join      | alpha        | no      | yes            | no
none         | transfer     | 2028-02-01 | 0            | join      | alpha        | no      | no             | no
classic      | transfer     | 2028-02-01 | 0            | transfer  | alpha        | yes     | no             | no
nuvos        | transfer     | 2028-03-01 | 29           | join      | alpha        | no      | no             | no
alpha        | loan         | 2028-02-01 | 0            | nothing   | alpha        | yes     | no             | no
opted out    | loan         | 2028-02-01 | 0            | nothing   | opted out    | yes     | no             | no
partnership  | loan         | 2028-02-01 | 0            | nothing   | partnership  | yes     | no             | no
opted out    | loan return  | 2028-02-01 | 0            | nothing   | opted out    | yes     | no             | no
alpha        | side by side | 2028-02-01 | 0            | join      | alpha        | no      | no             | no
partnership  | side by side | 2028-02-01 | 0            | join      | alpha        | no      | no             | no
"""  # noqa: E501 - one row a line

SERVICE = """
exporter says | we know    | first day  | continuous since
2009-04-06    | 2009-04-06 | 2026-12-01 | 2009-04-06
2009-04-06    | 2011-09-05 | 2026-12-01 | 2009-04-06
2011-09-05    | 2009-04-06 | 2026-12-01 | 2009-04-06
-             | 2009-04-06 | 2026-12-01 | 2009-04-06
-             | -          | 2026-12-01 | 2026-12-01
2027-01-01    | -          | 2026-12-01 | 2026-12-01
"""
LEFT = dt.date(2028, 1, 31)
day = dt.date.fromisoformat


@pytest.mark.parametrize("row", rows_of(RULES), ids=lambda row: " ".join(row[:4]))
def test_the_pension_goes_on_as_the_table_says(row: tuple[str, ...]) -> None:
    scheme, move, first, apart, action, then, goes_on, again, provider = row
    moves: tuple[Move, ...] = ("transfer", "loan", "loan return", "side by side")
    found = pension_on_moving(
        next(one for one in SCHEMES if one == scheme), next(one for one in moves if one == move),
        last_day=LEFT, first_day=day(first),
    )  # fmt: skip
    assert days_between(LEFT, day(first)) == int(apart)
    told = ["yes" if one else "no" for one in (
        found.continues, found.enrolled_again, found.provider_needed,
    )]  # fmt: skip
    assert [found.action, found.scheme, *told] == [action, then, goes_on, again, provider]
    assert found.separate == (move == "side by side")
    assert found.deduct_from == (None if action == "nothing" else day(first))
    assert found.why.endswith(".")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("apart", range(LONGEST_BREAK + 1))
def test_no_pension_lapses_within_28_days(scheme: str, apart: int) -> None:
    was = next(one for one in SCHEMES if one == scheme)
    first = LEFT + dt.timedelta(days=apart + 1)
    found = pension_on_moving(was, "transfer", last_day=LEFT, first_day=first)
    assert found.scheme not in ("opted out", "none"), "everybody who transfers is a member"
    assert found.deduct_from == first
    assert found.continues == (was not in ("opted out", "none"))


@pytest.mark.parametrize("first", [LEFT, LEFT - dt.timedelta(days=1)])
def test_who_joins_before_leaving_has_no_break_to_count(first: dt.date) -> None:
    with pytest.raises(BadInput, match="not after the last day"):
        pension_on_moving("alpha", "transfer", last_day=LEFT, first_day=first)


@pytest.mark.parametrize("row", rows_of(SERVICE), ids=" ".join)
def test_continuous_service_never_begins_later(row: tuple[str, ...]) -> None:
    stated = [None if text == "-" else day(text) for text in row[:2]]
    assert continuous_from(*stated, first_day=day(row[2])) == day(row[3])
