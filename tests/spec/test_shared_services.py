"""Whether sharing services pays: the tables are the rules, for who signs business cases.

Two bars, as the National Audit Office states what is typically claimed: savings of more than 20 %
of annual running cost, and investment earned back in less than five years. Amounts are millions of
pounds; a year is "invested/saved".
"""

from decimal import Decimal

import pytest

from muster.register.shared_services.published import PROGRAMMES, outcome
from muster.register.shared_services.rules import (
    Year,
    cumulative,
    earned_back,
    judge,
    part_of,
    saving_share,
)
from tests.tables import rows_of

CASES = """
case | baseline | years | added up | share | over 20 % | earned back in | under 5 years
earned back at once | 40 | 5/6 | 1 | 15 | fails | 1 | meets
just as much as was invested | 40 | 5/5 | 0 | 12.5 | fails | 1 | meets
exactly 20 % is not more | 40 | 8/0 0/8 | -8 0 | 20 | fails | 2 | meets
a little more | 40 | 8/0 0/8.01 | -8 0.01 | 20.025 | meets | 2 | meets
still running | 40 | 20/1 0/9 0/9 | -19 -10 -1 | 22.5 | meets | | not yet
earned back in year four | 100 | 60/0 0/20 0/20 0/21 | -60 -40 -20 1 | 21 | meets | 4 | meets
not before year five | 100 | 80/0 0/20 0/20 0/20 0/25 | -80 -60 -40 -20 5 | 25 | meets | 5 | fails
never earned back | 100 | 90/0 0/20 0/20 0/20 0/20 | -90 -70 -50 -30 -10 | 20 | fails | | fails
invested a second time | 40 | 5/6 9/1 0/5 0/5 | 1 -7 -2 3 | 12.5 | fails | 4 | meets
running cost rose | 50 | 10/-1 5/-2 | -11 -18 | -4 | fails | | not yet
nothing invested, nothing saved | 50 | 0/0 | 0 | 0 | fails | 1 | meets
"""
# As reference and audit state them. Unknown is left blank.
PUBLISHED = """
programme | planned | set up | over | to save | cost | saved | net | over 20 % | under 5 years
five_centres | 900 | 1400 | 500 | 159 | | -255 | -255 | fails | fails
two_centres | | | | | 94 | 90 | -4 | fails | not yet
two_centres_forecast | | | | | 159 | 484 | 325 | not stated | not stated
"""


def _years(text: str) -> list[Year]:
    pairs = [one.split("/") for one in text.split()]
    return [Year(Decimal(invested), Decimal(saved)) for invested, saved in pairs]


def _maybe(text: str) -> Decimal | None:
    return Decimal(text) if text else None


@pytest.mark.parametrize(
    ("_case", "baseline", "years", "nets", "share", "savings", "after", "break_even"),
    rows_of(CASES),
)
def test_a_case_is_judged_by_both_bars(
    _case: str,
    baseline: str,
    years: str,
    nets: str,
    share: str,
    savings: str,
    after: str,
    break_even: str,
) -> None:
    told = _years(years)
    assert list(cumulative(told)) == [Decimal(one) for one in nets.split()]
    found = judge(told, Decimal(baseline))
    assert found.net == Decimal(nets.rsplit(maxsplit=1)[-1])
    assert found.share == Decimal(share)
    assert found.savings == savings
    assert ("" if found.earned_back is None else str(found.earned_back)) == after
    assert found.earned_back == earned_back(told)
    assert found.break_even == break_even


@pytest.mark.parametrize(
    ("code", "planned", "setup", "over", "saving", "cost", "saved", "net", "savings", "early"),
    rows_of(PUBLISHED),
)
def test_published_audit_figures_are_reproduced(
    code: str,
    planned: str,
    setup: str,
    over: str,
    saving: str,
    cost: str,
    saved: str,
    net: str,
    savings: str,
    early: str,
) -> None:
    [one] = [programme for programme in PROGRAMMES if programme.code == code]
    assert (one.planned_cost, one.setup_cost) == (_maybe(planned), _maybe(setup))
    assert (one.planned_saving, one.cost) == (_maybe(saving), _maybe(cost))
    assert one.saved == Decimal(saved)
    if one.setup_cost is not None and one.planned_cost is not None:
        assert one.setup_cost - one.planned_cost == Decimal(over)
    found = outcome(one.amounts(), one.years)
    assert (found.net, found.savings, found.break_even) == (Decimal(net), savings, early)


def test_what_else_the_audit_of_2016_states() -> None:
    two = PROGRAMMES[1]
    assert (two.joined, two.customers, two.years) == (2, 26, Decimal("2.5"))
    assert two.yearly_saving == 128
    # 36 a year of 128.
    assert part_of(two.saved / two.years, two.yearly_saving) == Decimal("28.125")


def test_a_share_without_running_cost_is_none() -> None:
    assert saving_share(Decimal(1), Decimal(0)) is None


def test_a_case_without_a_year_is_not_judged() -> None:
    with pytest.raises(ValueError, match="without a year"):
        judge([], Decimal(1))
