"""What may be told of pay, and of rates: the rules as tables for the people who own them."""

import random
from dataclasses import replace
from decimal import Decimal

import pytest

from muster.gates.disclosure import Told, dominated, pay_step, rate, told
from muster.kernel.metrics import Metric, RawCell
from tests.spec.test_disclosure import PROTECTED

SUM = replace(PROTECTED, scale=100, pay="sum")
AVERAGE = replace(PROTECTED, scale=100, pay="average")

# people | sum in pounds | highest | second highest | told as a sum | told as an average
PAY = [
    (7, 280_000, 50_000, 45_000, "0 to 7", "0 to 7"),
    (8, 320_050, 50_000, 45_000, "300,000", "40,000"),
    (8, 324_999, 50_000, 45_000, "300,000", "40,000"),
    (8, 325_001, 50_000, 45_000, "350,000", "40,000"),
    (8, 325_001, 50_001, 45_000, "300,000", "40,000"),
    (8, 23_400, 20_001, 1_000, "Not told", "5,000"),
    (9_000, 360_000_000, 150_000, 140_000, "360,000,000", "40,000"),
    (9_000, 361_350_000, 150_000, 140_000, "361,400,000", "40,200"),
    (10, 400_000, 350_000, 20_000, "Not told", "Not told"),
    (9, 1_000_000, 900_000, 50_000, "Not told", "Not told"),
    (12, 512_345, 60_000, 58_000, "500,000", "45,000"),
]
# of | highest pay | steps of a sum | of an average
STEPS = [
    (10, 9, 100, 100),
    (10, 100, 100, 100),
    (10, 101, 200, 100),
    (10, 1_001, 2_000, 200),
    (100, 50_000, 50_000, 500),
    (100, 50_001, 100_000, 1_000),
    (1_000, 200_001, 500_000, 500),
]
# sum | highest | second | too much of it is one or two people's
DOMINATED = [
    (100, 50, 40, False),
    (100, 51, 40, True),
    (100, 80, 12, True),
    (110, 50, 49, False),
    (104, 50, 49, True),
    (100, 95, 0, True),
]
# part | whole | told
RATES = [
    (10, 40, "25%"),
    (35, 40, "Nearly all"),
    (40, 40, "Nearly all"),
    (45, 40, "Nearly all"),
    (990, 1_000, "99%"),
    (995, 1_000, "Nearly all"),
    (None, 1_000, "Not told"),
    (10, None, "Not told"),
    (None, None, "Not told"),
]


def released(value: int | None) -> Told:
    return (
        Told("band", None, "0 to 7")
        if value is None
        else Told("rounded", Decimal(value), f"{value:,}")
    )


@pytest.mark.parametrize(("people", "pounds", "first", "second", "as_sum", "as_average"), PAY)
def test_pay_is_told_unless_it_is_mostly_one_or_two_peoples(
    people: int, pounds: int, first: int, second: int, as_sum: str, as_average: str
) -> None:
    cell = RawCell((), pounds * 100, people, (first * 100, second * 100))
    assert told(SUM, cell).shown == as_sum
    assert told(AVERAGE, cell).shown == as_average


@pytest.mark.parametrize(("total", "first", "second", "too_much"), DOMINATED)
def test_one_or_two_people_never_make_up_most_of_a_sum(
    total: int, first: int, second: int, too_much: bool
) -> None:
    assert dominated(total, (first, second)) is too_much


@pytest.mark.parametrize(("people", "highest", "of_sum", "of_average"), STEPS)
def test_steps_are_no_smaller_than_the_highest_pay(
    people: int, highest: int, of_sum: int, of_average: int
) -> None:
    assert pay_step(highest * 100, 100) == of_sum >= highest
    assert pay_step(highest * 100, 100 * people) == of_average >= highest / people


@pytest.mark.parametrize("metric", [SUM, AVERAGE])
@pytest.mark.parametrize("people", [8, 30, 300])
def test_who_subtracts_two_figures_does_not_learn_what_one_person_earns(
    metric: Metric, people: int
) -> None:
    drawn, near, asked = random.Random(people), 0, 300
    for _ in range(asked):
        before = [drawn.randrange(2_500_000, 9_000_000) for _ in range(people)]
        new = drawn.randrange(2_500_000, 9_000_000)
        sums = []
        for pays in (before, [*before, new]):
            largest = sorted(pays, reverse=True)[:2]
            said = told(metric, RawCell((), sum(pays), len(pays), (largest[0], largest[1])))
            assert said.value is not None
            sums.append(said.value * (len(pays) if metric.pay == "average" else 1))
        near += abs(sums[1] - sums[0] - Decimal(new) / 100) < Decimal(new) / 1000
    # To 10 % of pay: whoever guesses one pay for all is so near as often.
    assert near < asked / 3


def test_pay_of_which_the_highest_are_not_known_is_withheld() -> None:
    said = told(SUM, RawCell((), 10**9, 500))
    assert (said.kind, said.value) == ("withheld", None)


@pytest.mark.parametrize(("part", "whole", "shown"), RATES)
def test_a_rate_is_made_of_what_was_told_and_never_says_all(
    part: int | None, whole: int | None, shown: str
) -> None:
    said = rate(released(part), released(whole))
    assert said.shown == shown
    assert (said.value is None) == (shown[0] == "N")
