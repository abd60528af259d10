"""What may be told of pay, and of rates: the rules as tables for the people who own them."""

from dataclasses import replace
from decimal import Decimal

import pytest

from muster.gates.disclosure import Told, dominated, rate, told
from muster.kernel.metrics import RawCell
from tests.spec.test_disclosure import PROTECTED

SUM = replace(PROTECTED, scale=100, pay="sum")
AVERAGE = replace(PROTECTED, scale=100, pay="average")

# people | sum in pounds | highest | second highest | told as a sum | told as an average
PAY = [
    (7, 280_000, 50_000, 45_000, "0 to 7", "0 to 7"),
    (8, 320_050, 50_000, 45_000, "320,000", "40,000"),
    (8, 320_051, 50_000, 45_000, "320,100", "40,000"),
    (10, 400_000, 350_000, 20_000, "Not told", "Not told"),
    (9, 1_000_000, 900_000, 50_000, "Not told", "Not told"),
    (12, 512_345, 60_000, 58_000, "512,300", "42,700"),
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
